/** The environment variables of every function: infrastructure sets them by these names, functions read them by these names. */
export const EnvironmentName = {
  tableName: 'TABLE_NAME',
  busName: 'BUS_NAME',
  recordQueueUrl: 'RECORD_QUEUE_URL',
  filesBucket: 'FILES_BUCKET',
  secretsPrefix: 'SECRETS_PREFIX',
  publicUrl: 'PUBLIC_URL',
  stage: 'STAGE',
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
