import type { FunctionModel, Model } from '../template/model.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Passed on from the environment of the server. No template sets them. */
const TRIAL_SETTINGS = [
  // Hosts that subscriptions may lead to for trial, such as `127.0.0.1:4000`.
  'WEBHOOK_TRIAL_HOSTS',
  // How long a report waits for late records.
  'SETTLE_MILLISECONDS',
];

/** Settings of the local run alone, from the environment that it was started with. */
export const trialSettings = (): Record<string, string> =>
  Object.fromEntries(TRIAL_SETTINGS.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/**
 * The environment of a function as Lambda sets it up, its own variables included. Nothing of the machine's environment gets in, and
 * the SDK looks for no profile or instance role of the person who runs this.
 */
export function environmentOf(
  model: Pick<Model, 'region'>,
  fn: FunctionModel,
  credentials: Credentials,
  endpoint: string,
  nowhere: string,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin/:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    _HANDLER: fn.handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: model.region,
    AWS_DEFAULT_REGION: model.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    ...fn.environment,
    ...settings,
  };
}
