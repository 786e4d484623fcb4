import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundledCode, placeholderCode } from './bundle.ts';
import type { StageName } from './names.ts';
import { ApiStack } from './stacks/api.ts';
import { MailStack } from './stacks/mail.ts';
import { OperationsStack } from './stacks/operations.ts';
import { RecordingStack } from './stacks/recording.ts';
import { ReportsStack } from './stacks/reports.ts';
import { SchemasStack } from './stacks/schemas.ts';
import { StateStack } from './stacks/state.ts';
import { stageOf } from './stages.ts';

export interface AppOptions {
  /** Where the cloud assembly is written. Default: what the CDK command says, else a temporary directory. */
  readonly outdir?: string;
  /** Default: the context value `stage`, else `dev`. */
  readonly stage?: StageName;
  /** `false` compiles no function: enough where only the template matters. Default true. */
  readonly bundle?: boolean;
  /** `false` leaves out the checks of cdk-nag and of the template's schema, which `cdk synth` fails on. Default true. */
  readonly checks?: boolean;
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * The whole product as a CDK app, not yet synthesized. The same with and without the `cdk` command: feature flags are read from
 * cdk.json either way.
 */
export function buildApp(options: AppOptions = {}): App {
  const { bundle = true, checks = true } = options;
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    context: {
      ...readCdkJson().context,
      ...(checks ? {} : { '@aws-cdk/core:validateAgainstDefaultRules': false }),
      ...options.context,
    },
  });
  const stage = stageOf(options.stage ?? app.node.tryGetContext('stage') ?? 'dev');
  const code = bundle ? bundledCode(join(app.outdir, 'bundles')) : placeholderCode();

  const state = new StateStack(app, 'State', { stage });
  const recording = new RecordingStack(app, 'Recording', { stage, code, state });
  const reports = new ReportsStack(app, 'Reports', { stage, code, state });
  const api = new ApiStack(app, 'Api', { stage, code, state, recording, reports });
  const mail = new MailStack(app, 'Mail', { stage, code, state, api });
  new OperationsStack(app, 'Operations', { stage, state, recording, reports, api, mail });
  new SchemasStack(app, 'Schemas', { stage });

  Tags.of(app).add('product', 'partnership-crm');
  Tags.of(app).add('stage', stage.name);
  if (checks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

function readCdkJson(): { context: Record<string, unknown> } {
  return JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
}

if (import.meta.main) buildApp().synth();
