import { createHash } from 'node:crypto';

/** The ARN that a secret of this name has, or would have: Secrets Manager's six characters are made from the name, so that it stays. */
export function secretArn(account: string, region: string, name: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
}
