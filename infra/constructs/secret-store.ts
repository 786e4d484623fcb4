import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from '#infra/stages.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import type { HouseFunction } from './house-function.ts';
import { acknowledgeWildcard } from './wildcard.ts';

export interface SecretAccess {
  readonly read?: boolean;
  /** Make what is not there, and change nothing. */
  readonly make?: boolean;
  /** Make, change, tag and delete. Whoever may write may not read for that. */
  readonly write?: boolean;
}

const READ = ['GetSecretValue', 'DescribeSecret'];
const MAKE = ['CreateSecret'];
const WRITE = ['CreateSecret', 'PutSecretValue', 'UpdateSecret', 'TagResource', 'DeleteSecret'];

/**
 * The names under which functions make and read secrets of Secrets Manager: `partnership/<stage>/…`. The secrets themselves are made
 * while the product runs, so none of them is in a template, and none goes when a stack goes. Encrypted under AWS's own key
 * (`aws/secretsmanager`): one of ours would be a dollar a month, and keep nobody out who has the permissions.
 */
export class SecretStore extends Construct {
  readonly prefix: string;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.prefix = `partnership/${stage.name}/`;
  }

  /** `part` narrows the grant, such as `partner/`; the function is told the whole prefix. */
  lets(
    fn: HouseFunction,
    { read = false, make = false, write = false }: SecretAccess,
    part: `${string}/` | '' = '',
  ): void {
    fn.lambda.addEnvironment(EnvironmentName.secretsPrefix, this.prefix);
    const place = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;
    const under = `arn:${Aws.PARTITION}:secretsmanager:${place}:secret:${this.prefix}${part}*`;
    const actions = [...(read ? READ : []), ...(write ? WRITE : make ? MAKE : [])].map(
      (action) => `secretsmanager:${action}`,
    );
    fn.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [under] }));
    acknowledgeWildcard(
      fn,
      under,
      'Secrets are made while the product runs, and AWS adds six letters of its own to each.',
    );
  }
}
