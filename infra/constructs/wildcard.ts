import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Says why a statement of this grantee ends in a wildcard, which AwsSolutions would refuse. `resource` is an ARN that is built from
 * names and the pseudo parameters only: a reference to another stack has no text by which the finding could be told.
 */
export function acknowledgeWildcard(grantee: Construct, resource: string, reason: string): void {
  const text = flattened(Stack.of(grantee).resolve(resource));
  Validations.of(grantee).acknowledge({ id: `AwsSolutions-IAM5[Resource::${text}]`, reason });
}

/** As cdk-nag writes a reference in the name of a finding. */
function flattened(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (ref !== undefined) return `<${ref}>`;
  if (join) return join[1].map(flattened).join(join[0]);
  throw new Error(`A wildcard under ${JSON.stringify(value)} cannot be acknowledged by name.`);
}
