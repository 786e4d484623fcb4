import { type ConditionTest, compileConditions } from './iam-conditions.ts';
import { globExpression, PolicyError, withoutVariables } from './iam-text.ts';

/** An identity policy as in the template, every intrinsic resolved. */
export interface PolicyDocument {
  Version?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

export interface AuthorizationRequest {
  /** For example `dynamodb:PutItem`. */
  action: string;
  /** The ARN that is acted on, or `*`. */
  resource: string;
  /** Condition keys, such as `dynamodb:LeadingKeys`; their names compare without case. */
  context?: Record<string, string | string[]>;
}

export interface Authorization {
  allowed: boolean;
  /** For the person who has to mend the policy. */
  reason: string;
}

interface CompiledStatement {
  name: string;
  effect: 'Allow' | 'Deny';
  concernsAction: (action: string) => boolean;
  concernsResource: (resource: string) => boolean;
  conditions: ConditionTest;
}

const compiled = new WeakMap<PolicyDocument, CompiledStatement[]>();

/** Throws a `PolicyError` for anything in a policy that `authorize` could not honour; to be called at start. */
export function checkPolicy(policy: PolicyDocument): void {
  compile(policy);
}

/**
 * Decides as IAM does over identity policies of one account: an explicit deny wins, then any allow, else it is refused.
 * Throws a `PolicyError` for a policy that it does not fully understand: nothing is ever ignored.
 */
export function authorize(policies: PolicyDocument[], request: AuthorizationRequest): Authorization {
  const context = new Map(Object.entries(request.context ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  const what = `${request.action} on ${request.resource}`;
  let allowedBy: string | undefined;
  for (const statement of policies.flatMap(compile)) {
    const concerned =
      statement.concernsAction(request.action) &&
      statement.concernsResource(request.resource) &&
      statement.conditions(context);
    if (!concerned) continue;
    if (statement.effect === 'Deny')
      return { allowed: false, reason: `${what}: explicitly denied by ${statement.name}` };
    allowedBy ??= statement.name;
  }
  if (allowedBy !== undefined) return { allowed: true, reason: `${what}: allowed by ${allowedBy}` };
  return { allowed: false, reason: `${what}: no identity-based policy allows it` };
}

function compile(policy: PolicyDocument): CompiledStatement[] {
  const known = compiled.get(policy);
  if (known) return known;
  for (const element of Object.keys(policy))
    if (!['Version', 'Id', 'Statement'].includes(element))
      throw new PolicyError('the policy', `unknown element ${element}`);
  if (policy.Statement === undefined) throw new PolicyError('the policy', 'it has no Statement');
  const statements = [policy.Statement].flat().map(compileStatement);
  compiled.set(policy, statements);
  return statements;
}

const elements = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function compileStatement(statement: PolicyStatement, index: number): CompiledStatement {
  const name = statement.Sid ? `statement ${statement.Sid}` : `statement ${index + 1}`;
  const unknown = Object.keys(statement).find((element) => !elements.includes(element));
  if (unknown) throw new PolicyError(name, `unknown element ${unknown}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw new PolicyError(name, 'Effect is Allow or Deny');
  return {
    name,
    effect: statement.Effect,
    // Actions compare without case, ARNs with it.
    concernsAction: oneOf(name, 'Action', statement.Action, statement.NotAction, 'i'),
    concernsResource: oneOf(name, 'Resource', statement.Resource, statement.NotResource, ''),
    conditions: compileConditions(name, statement.Condition ?? {}),
  };
}

function oneOf(
  name: string,
  element: string,
  listed: unknown,
  excluded: unknown,
  flags: 'i' | '',
): (value: string) => boolean {
  if ((listed === undefined) === (excluded === undefined))
    throw new PolicyError(name, `it needs either ${element} or Not${element}`);
  const patterns = [listed ?? excluded].flat().map((pattern) => {
    if (typeof pattern !== 'string') throw new PolicyError(name, `${element} is not text: ${JSON.stringify(pattern)}`);
    return globExpression(withoutVariables(pattern, name), flags);
  });
  const matches = (value: string) => patterns.some((pattern) => pattern.test(value));
  return listed === undefined ? (value) => !matches(value) : matches;
}
