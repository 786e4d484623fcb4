import { randomBytes } from 'node:crypto';
import { CreateSecretCommand, GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment } from './environment.ts';

const nameOf = (name: string): string => `${environment('secretsPrefix').replace(/\/$/, '')}/${name}`;

/** A secret's text; undefined where there is none of that name. */
async function loadSecret(secrets: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId: nameOf(name) }))).SecretString;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** A key of 32 bytes under a name; made by whoever needs it first, and the same for all who come after. */
export async function ensureKey(secrets: SecretsManagerClient, name: string): Promise<Uint8Array> {
  const there = await loadKey(secrets, name);
  if (there) return there;
  const made = randomBytes(32);
  try {
    await secrets.send(new CreateSecretCommand({ Name: nameOf(name), SecretString: made.toString('base64') }));
    return made;
  } catch (error) {
    if ((error as Error).name !== 'ResourceExistsException') throw error;
    const theirs = await loadKey(secrets, name);
    if (!theirs) throw error;
    return theirs;
  }
}

/** A key that {@link ensureKey} made; undefined before that. */
export async function loadKey(secrets: SecretsManagerClient, name: string): Promise<Uint8Array | undefined> {
  const text = await loadSecret(secrets, name);
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}
