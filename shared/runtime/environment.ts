/** The environment variables of every function: infrastructure sets them by these names, functions read them by these names. */
export const EnvironmentName = {
  tableName: 'TABLE_NAME',
  /** Of the table's stream. */
  tableStreamArn: 'TABLE_STREAM_ARN',
  /** The tables of people: what is sealed, and the keys to it. */
  peopleTableName: 'PEOPLE_TABLE_NAME',
  peopleKeysTableName: 'PEOPLE_KEYS_TABLE_NAME',
  busName: 'BUS_NAME',
  recordQueueUrl: 'RECORD_QUEUE_URL',
  deliverQueueUrl: 'DELIVER_QUEUE_URL',
  /** Hosts that subscriptions may lead to though they are not of the public internet: set by the local run alone, if at all. */
  webhookTrialHosts: 'WEBHOOK_TRIAL_HOSTS',
  /** How long a report waits for late records, in milliseconds; default 5,000. Only a local run may set it. */
  settleMilliseconds: 'SETTLE_MILLISECONDS',
  /** Where reports are asked for that are not made by the clock. */
  reportQueueUrl: 'REPORT_QUEUE_URL',
  /** Where people sign in, and as what. */
  signInUrl: 'SIGN_IN_URL',
  signInClientId: 'SIGN_IN_CLIENT_ID',
  stage: 'STAGE',
  /** Where people and partners reach the product, where that is not the gateway's own name: as links in mails have it. */
  publicUrl: 'PUBLIC_URL',
  /** The bucket of files; what is in it stands in `files.ts`. */
  filesBucket: 'FILES_BUCKET',
  /** What every secret's name begins with, a slash at its end. */
  secretsPrefix: 'SECRETS_PREFIX',
  mailFrom: 'MAIL_FROM',
  mailConfigurationSet: 'MAIL_CONFIGURATION_SET',
  /** For a function that makes schedules: the group, the role that they use, what they invoke, where lost runs go. */
  scheduleGroup: 'SCHEDULE_GROUP',
  scheduleRoleArn: 'SCHEDULE_ROLE_ARN',
  scheduleTargetArn: 'SCHEDULE_TARGET_ARN',
  scheduleLostArn: 'SCHEDULE_LOST_ARN',
} as const;

/** Reads a variable that infrastructure promised. Throws at once, naming it, where the promise was not kept. */
export function environment(name: keyof typeof EnvironmentName): string {
  const value = process.env[EnvironmentName[name]];
  if (!value) throw new Error(`The environment variable ${EnvironmentName[name]} is not set.`);
  return value;
}

/** A variable that infrastructure sets only where there is something to say; undefined where it did not. */
export const givenEnvironment = (name: keyof typeof EnvironmentName): string | undefined =>
  process.env[EnvironmentName[name]] || undefined;
