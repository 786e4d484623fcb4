/** The environment variables of every function: infrastructure sets them by these names, functions read them by these names. */
export const EnvironmentName = {
  tableName: 'TABLE_NAME',
  busName: 'BUS_NAME',
  recordQueueUrl: 'RECORD_QUEUE_URL',
  /** Where reports are asked for that are not made by the clock. */
  reportQueueUrl: 'REPORT_QUEUE_URL',
  /** Where people reach the product, as links in mails have it. */
  publicUrl: 'PUBLIC_URL',
  /** Where people sign in, and as what. */
  signInUrl: 'SIGN_IN_URL',
  signInClientId: 'SIGN_IN_CLIENT_ID',
  stage: 'STAGE',
} as const;

/** Reads a variable that infrastructure promised. Throws at once, naming it, where the promise was not kept. */
export function environment(name: keyof typeof EnvironmentName): string {
  const value = process.env[EnvironmentName[name]];
  if (!value) throw new Error(`The environment variable ${EnvironmentName[name]} is not set.`);
  return value;
}
