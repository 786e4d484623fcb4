/** Bytes of code that a function may have unless it says why it has more: a cold start has to read them. */
export const CODE_BYTES = 500_000;

/** For functions that nobody waits for: they bring what draws charts and workbooks. */
const DRAWING = { codeBytes: 1_600_000 } as const;

/** Every function of the product: the one list that the bundle, the stacks and the tests go by. */
export interface FunctionEntry {
  /** At most so many bytes of code; {@link CODE_BYTES} unless said. */
  readonly codeBytes?: number;
  /** Relative to the project root; exports `handler`. */
  readonly entry: string;
  /** Files that are copied beside the bundle, `from` relative to the project root, `to` relative to the bundle. */
  readonly assets?: readonly { readonly from: string; readonly to: string }[];
  /** Programs that it starts or loads when it first needs them: `entry` relative to the project root, `to` beside the bundle. */
  readonly programs?: readonly { readonly entry: string; readonly to: string }[];
}

/** Where mappings run: a process that holds nothing else. */
const MAPPINGS = [{ entry: 'shared/webhooks/jsonata/sandbox.ts', to: 'sandbox.mjs' }];

/** What compares names in two scripts: with its dictionaries as large as a function, and loaded at the first name that is not known. */
const NAMES = [{ entry: 'shared/domain/organisation/match/matcher.ts', to: 'matcher.mjs' }];

const swagger = (file: string) => ({ from: `node_modules/swagger-ui-dist/${file}`, to: `swagger-ui/${file}` });

export const FUNCTIONS = {
  read: { entry: 'functions/api/read.ts' },
  around: { entry: 'functions/api/around.ts' },
  contacts: { entry: 'functions/api/contacts.ts', programs: NAMES },
  settings: { entry: 'functions/api/settings.ts' },
  organisations: { entry: 'functions/api/organisations.ts', programs: NAMES },
  partners: { entry: 'functions/api/partners.ts', programs: [...MAPPINGS, ...NAMES] },
  subscriptions: { entry: 'functions/api/subscriptions.ts' },
  docs: {
    entry: 'functions/api/docs.ts',
    assets: [
      swagger('swagger-ui.css'),
      swagger('swagger-ui-bundle.js'),
      swagger('favicon-32x32.png'),
      { from: 'docs/generated/openapi.json', to: 'openapi.json' },
      { from: 'docs/problems.md', to: 'problems.md' },
    ],
  },
  log: { entry: 'functions/intake/log.ts', programs: NAMES },
  webhook: { entry: 'functions/intake/webhook.ts', programs: [...MAPPINGS, ...NAMES] },
  record: { entry: 'functions/record/record.ts', programs: NAMES },
  relate: { entry: 'functions/record/relate.ts', programs: NAMES },
  deliver: { entry: 'functions/deliver/deliver.ts' },
  project: { entry: 'functions/stream/project.ts' },
  publish: { entry: 'functions/stream/publish.ts' },
  reconcile: { entry: 'functions/scheduled/reconcile.ts', programs: NAMES },
  sweep: { entry: 'functions/scheduled/sweep.ts' },
  reports: { entry: 'functions/api/reports.ts' },
  report: { entry: 'functions/scheduled/report.ts', ...DRAWING },
  mail: { entry: 'functions/deliver/mail.ts', ...DRAWING },
} as const satisfies Record<string, FunctionEntry>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];
