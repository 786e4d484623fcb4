/** Every function of the product: the one list that the bundle, the stacks and the tests go by. */
export interface FunctionEntry {
  /** Relative to the project root; exports `handler`. */
  readonly entry: string;
  /** Files that are copied beside the bundle, `from` relative to the project root, `to` relative to the bundle. */
  readonly assets?: readonly { readonly from: string; readonly to: string }[];
}

const swagger = (file: string) => ({ from: `node_modules/swagger-ui-dist/${file}`, to: `swagger-ui/${file}` });

export const FUNCTIONS = {
  read: { entry: 'functions/api/read.ts' },
  settings: { entry: 'functions/api/settings.ts' },
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
  log: { entry: 'functions/intake/log.ts' },
  record: { entry: 'functions/record/record.ts' },
  project: { entry: 'functions/stream/project.ts' },
  publish: { entry: 'functions/stream/publish.ts' },
  reconcile: { entry: 'functions/scheduled/reconcile.ts' },
  reports: { entry: 'functions/api/reports.ts' },
  report: { entry: 'functions/scheduled/report.ts' },
  mail: { entry: 'functions/deliver/mail.ts' },
} as const satisfies Record<string, FunctionEntry>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];
