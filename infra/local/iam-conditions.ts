import { BlockList, isIP } from 'node:net';
import { globExpression, PolicyError, plain, withoutVariables } from './iam-text.ts';

/** Condition keys in lower case. */
export type Context = ReadonlyMap<string, string | string[]>;
export type ConditionTest = (context: Context) => boolean;

/** Makes of one value in the policy the test that a value of the request has to pass. */
type ValueTest = (wanted: string, where: string) => (given: string) => boolean;

const text: ValueTest = (wanted) => {
  const expected = plain(wanted);
  return (given) => given === expected;
};
const textWithoutCase: ValueTest = (wanted) => {
  const expected = plain(wanted).toLowerCase();
  return (given) => given.toLowerCase() === expected;
};
const glob: ValueTest = (wanted) => {
  const expression = globExpression(wanted);
  return (given) => expression.test(given);
};

/** The six parts of an ARN compare one by one, so that a wildcard does not reach across a colon (but in the last part). */
const arn: ValueTest = (wanted, where) => {
  const parts = arnParts(wanted)?.map((part) => globExpression(part));
  if (!parts) throw new PolicyError(where, `"${wanted}" is not an ARN`);
  return (given) => {
    const givenParts = arnParts(given);
    return givenParts !== undefined && parts.every((part, index) => part.test(givenParts[index] ?? ''));
  };
};

const bool: ValueTest = (wanted, where) => {
  if (!/^(true|false)$/i.test(wanted)) throw new PolicyError(where, `"${wanted}" is neither true nor false`);
  return (given) => given.toLowerCase() === wanted.toLowerCase();
};

const address: ValueTest = (wanted, where) => {
  const [base = '', bits] = wanted.split('/');
  const version = isIP(base);
  if (version === 0) throw new PolicyError(where, `"${wanted}" is not an address range`);
  const family = (of: number) => (of === 4 ? 'ipv4' : 'ipv6');
  const list = new BlockList();
  list.addSubnet(base, bits === undefined ? (version === 4 ? 32 : 128) : Number(bits), family(version));
  return (given) => isIP(given) !== 0 && list.check(given, family(isIP(given)));
};

function ordered(read: (value: string) => number, compare: (given: number, wanted: number) => boolean): ValueTest {
  return (wanted, where) => {
    const expected = read(wanted);
    if (Number.isNaN(expected)) throw new PolicyError(where, `"${wanted}" does not compare`);
    return (given) => compare(read(given), expected);
  };
}

const number = (value: string) => (value.trim() === '' ? Number.NaN : Number(value));
const date = (value: string) => (/^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value));
const equal = (given: number, wanted: number) => given === wanted;
const less = (given: number, wanted: number) => given < wanted;
const atMost = (given: number, wanted: number) => given <= wanted;
const greater = (given: number, wanted: number) => given > wanted;
const atLeast = (given: number, wanted: number) => given >= wanted;

const operators: Record<string, { test: ValueTest; negated?: boolean }> = {
  StringEquals: { test: text },
  StringNotEquals: { test: text, negated: true },
  StringEqualsIgnoreCase: { test: textWithoutCase },
  StringNotEqualsIgnoreCase: { test: textWithoutCase, negated: true },
  StringLike: { test: glob },
  StringNotLike: { test: glob, negated: true },
  ArnEquals: { test: arn },
  ArnNotEquals: { test: arn, negated: true },
  ArnLike: { test: arn },
  ArnNotLike: { test: arn, negated: true },
  Bool: { test: bool },
  IpAddress: { test: address },
  NotIpAddress: { test: address, negated: true },
  NumericEquals: { test: ordered(number, equal) },
  NumericNotEquals: { test: ordered(number, equal), negated: true },
  NumericLessThan: { test: ordered(number, less) },
  NumericLessThanEquals: { test: ordered(number, atMost) },
  NumericGreaterThan: { test: ordered(number, greater) },
  NumericGreaterThanEquals: { test: ordered(number, atLeast) },
  DateEquals: { test: ordered(date, equal) },
  DateNotEquals: { test: ordered(date, equal), negated: true },
  DateLessThan: { test: ordered(date, less) },
  DateLessThanEquals: { test: ordered(date, atMost) },
  DateGreaterThan: { test: ordered(date, greater) },
  DateGreaterThanEquals: { test: ordered(date, atLeast) },
};

/** All operators and keys of a `Condition` have to hold. Throws for an operator that is not known. */
export function compileConditions(
  statement: string,
  conditions: Record<string, Record<string, unknown>>,
): ConditionTest {
  const tests = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      compileCondition(`${statement}, ${operator} ${key}`, operator, key, values),
    ),
  );
  return (context) => tests.every((test) => test(context));
}

function compileCondition(where: string, written: string, key: string, values: unknown): ConditionTest {
  const name = key.toLowerCase();
  const wanted = [values].flat().map((value) => {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new PolicyError(where, 'its values are texts');
    return withoutVariables(String(value), where);
  });
  if (written === 'Null') {
    const absent = wanted.map((value) => bool(value, where)('true'));
    return (context) => absent.includes(valuesOf(context, name).length === 0);
  }
  const [, quantifier, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(written) ?? [];
  const operator = Object.hasOwn(operators, base) ? operators[base] : undefined;
  if (!operator) throw new PolicyError(where, `the condition operator ${written} is not known`);
  const tests = wanted.map((value) => operator.test(value, where));
  const negated = operator.negated ?? false;
  const holds = (given: string) => tests.some((test) => test(given)) !== negated;
  return (context) => {
    const given = valuesOf(context, name);
    if (quantifier === 'ForAllValues') return given.every(holds);
    if (given.length === 0) return ifExists !== undefined || (negated && quantifier === undefined);
    if (quantifier === 'ForAnyValue') return given.some(holds);
    return negated ? given.every(holds) : given.some(holds);
  };
}

function valuesOf(context: Context, name: string): string[] {
  const value = context.get(name);
  return value === undefined ? [] : [value].flat();
}

function arnParts(value: string): string[] | undefined {
  if (value === '*') return Array(6).fill('*');
  const parts = value.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
