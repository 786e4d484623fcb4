/** Who calls: every function has an access key of its own, which its SDK clients sign with. */
import { randomBytes } from 'node:crypto';
import { authorize } from '../iam.ts';
import type { Credentials } from '../lambda/environment.ts';
import type { FunctionModel } from '../template/model.ts';
import type { RequiredGrant } from '../wire/types.ts';

export interface Caller {
  functionName: string;
  /** `arn:aws:sts::…:assumed-role/<role>/<function>`, as AWS names a function's session. */
  arn: string;
  /** Undefined where the function's policies allow it, else the message of the refusal. */
  refusalOf(grant: RequiredGrant): string | undefined;
}

export interface Callers {
  credentialsOf(functionName: string): Credentials;
  byAccessKey(accessKeyId: string): Caller | undefined;
}

/**
 * New keys on each start. Whoever has the control key of the data directory is the operator and may do anything, with the access key
 * `operator-<control key>`: commands and tests on this machine look into the table and put events on the bus as its owner would.
 */
export function callersOf(functions: FunctionModel[], account: string, controlKey: string): Callers {
  const credentials = new Map<string, Credentials>();
  const operator: Caller = {
    functionName: 'operator',
    arn: `arn:aws:iam::${account}:user/operator`,
    refusalOf: () => undefined,
  };
  const callers = new Map<string, Caller>([[`operator-${controlKey}`, operator]]);
  for (const fn of functions) {
    const own: Credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString('hex'),
      sessionToken: 'local',
    };
    credentials.set(fn.name, own);
    callers.set(own.accessKeyId, callerOf(fn, account));
  }
  return {
    credentialsOf: (functionName) => {
      const found = credentials.get(functionName);
      if (!found) throw new Error(`there is no function ${functionName}`);
      return found;
    },
    byAccessKey: (accessKeyId) => callers.get(accessKeyId),
  };
}

function callerOf(fn: FunctionModel, account: string): Caller {
  const arn = `arn:aws:sts::${account}:assumed-role/${fn.role.name}/${fn.name}`;
  // Policies do not change while the host runs, so each question is asked once.
  const known = new Map<string, string | undefined>();
  return {
    functionName: fn.name,
    arn,
    refusalOf({ action, resource, context }) {
      const key = `${action} ${resource}`;
      if (!context && known.has(key)) return known.get(key);
      const { allowed, reason } = authorize(fn.role.policies, {
        action,
        resource,
        context: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalArn': fn.role.arn,
          'aws:PrincipalAccount': account,
          ...context,
        },
      });
      const why = reason.includes('explicitly denied')
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
      const refusal = allowed
        ? undefined
        : `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
      if (!context) known.set(key, refusal);
      return refusal;
    },
  };
}
