import { BlockList, isIP } from 'node:net';

/** What a pattern compares with: the leaf of a JSON document. */
type Leaf = string | number | boolean | null;
type LeafTest = (leaf: Leaf) => boolean;
type Matcher = (value: unknown) => boolean;

/** A pattern that AWS would not take, or an operator that is not known here; says where. */
export class PatternError extends Error {
  override name = 'PatternError';
  constructor(path: string, problem: string) {
    super(`event pattern, at ${path || 'its root'}: ${problem}`);
  }
}

const compiled = new WeakMap<object, Matcher>();

/**
 * Throws a `PatternError` for a pattern that cannot be honoured in full, an unknown operator among them.
 * Called for every pattern at start, so that a rule never just matches nothing.
 */
export function checkPattern(pattern: unknown): void {
  compile(pattern);
}

/**
 * Whether an event matches an EventBridge event pattern (also the language of a Lambda event source's filters).
 * Every field of the pattern has to match; a field matches when any of its listed values does; an array in the event
 * matches when any element does, and the fields of an object in an array have to match within the same element.
 * `exists` looks at leaves only, as AWS's does.
 */
export function matches(pattern: object, event: unknown): boolean {
  return compile(pattern)(event);
}

function compile(pattern: unknown): Matcher {
  if (!isObject(pattern)) throw new PatternError('', 'a pattern is a JSON object');
  const known = compiled.get(pattern);
  if (known) return known;
  if (Object.keys(pattern).length === 0) throw new PatternError('', 'an empty pattern matches nothing');
  const matcher = compileObject(pattern, '');
  compiled.set(pattern, matcher);
  return matcher;
}

function compileObject(pattern: Record<string, unknown>, path: string): Matcher {
  const fields: [string, Matcher][] = [];
  const alternatives: Matcher[][] = [];
  for (const [name, rule] of Object.entries(pattern)) {
    const here = path ? `${path}.${name}` : name;
    if (name === '$or') alternatives.push(compileAlternatives(rule, here));
    else if (Array.isArray(rule)) fields.push([name, compileField(rule, here)]);
    else if (isObject(rule)) {
      if (Object.keys(rule).length === 0) throw new PatternError(here, 'an object without fields');
      fields.push([name, compileObject(rule, here)]);
    } else throw new PatternError(here, `values stand in an array, not ${JSON.stringify(rule)} alone`);
  }
  const matchesOne: Matcher = (value) => {
    const object = isObject(value) ? value : {};
    return (
      fields.every(([name, matcher]) => matcher(Object.hasOwn(object, name) ? object[name] : undefined)) &&
      alternatives.every((group) => group.some((matcher) => matcher(value)))
    );
  };
  const matcher: Matcher = (value) =>
    Array.isArray(value) && value.length > 0 ? value.some(matcher) : matchesOne(value);
  return matcher;
}

function compileAlternatives(rule: unknown, path: string): Matcher[] {
  if (!Array.isArray(rule) || rule.length < 2)
    throw new PatternError(path, '$or takes an array of two or more patterns');
  return rule.map((one, index) => {
    if (!isObject(one) || Object.keys(one).length === 0)
      throw new PatternError(`${path}[${index}]`, 'an alternative is an object with fields');
    return compileObject(one, `${path}[${index}]`);
  });
}

function compileField(rules: unknown[], path: string): Matcher {
  if (rules.length === 0) throw new PatternError(path, 'an empty list of values');
  const tests: LeafTest[] = [];
  let whenAbsent = false;
  for (const rule of rules) {
    if (!isObject(rule)) {
      tests.push(exactly(rule, path));
      continue;
    }
    const [operator, operand] = single(rule, path);
    if (operator === 'exists') {
      if (typeof operand !== 'boolean') throw new PatternError(path, 'exists takes true or false');
      if (operand) tests.push(() => true);
      else whenAbsent = true;
    } else tests.push(compileOperator(operator, operand, path));
  }
  return (value) => {
    const leaves = leavesOf(value);
    return leaves.length === 0 ? whenAbsent : leaves.some((leaf) => tests.some((test) => test(leaf)));
  };
}

function compileOperator(operator: string, operand: unknown, path: string): LeafTest {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, operand, path);
    case 'equals-ignore-case': {
      const wanted = text(operand, operator, path).toLowerCase();
      return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === wanted;
    }
    case 'wildcard': {
      const expression = wildcardExpression(text(operand, operator, path), path);
      return (leaf) => typeof leaf === 'string' && expression.test(leaf);
    }
    case 'numeric':
      return numeric(operand, path);
    case 'cidr':
      return cidr(text(operand, operator, path), path);
    case 'anything-but':
      return anythingBut(operand, path);
    default:
      throw new PatternError(path, `unknown operator "${operator}"`);
  }
}

function affix(operator: 'prefix' | 'suffix', operand: unknown, path: string): LeafTest {
  const ignoreCase = isObject(operand);
  const [inner, value] = ignoreCase ? single(operand, path) : ['equals-ignore-case', operand];
  if (inner !== 'equals-ignore-case') throw new PatternError(path, `unknown operator "${inner}" within ${operator}`);
  const wanted = ignoreCase ? text(value, operator, path).toLowerCase() : text(value, operator, path);
  return (leaf) => {
    if (typeof leaf !== 'string') return false;
    const given = ignoreCase ? leaf.toLowerCase() : leaf;
    return operator === 'prefix' ? given.startsWith(wanted) : given.endsWith(wanted);
  };
}

function anythingBut(operand: unknown, path: string): LeafTest {
  if (isObject(operand)) {
    const [operator, inner] = single(operand, path);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator))
      throw new PatternError(path, `unknown operator "${operator}" within anything-but`);
    const tests = listOf(inner, path).map((one) => compileOperator(operator, one, path));
    return (leaf) => !tests.some((test) => test(leaf));
  }
  const values = listOf(operand, path);
  if (!values.every((one) => typeof one === 'string') && !values.every((one) => typeof one === 'number'))
    throw new PatternError(path, 'anything-but takes strings only, numbers only, or one operator');
  const tests = values.map((one) => exactly(one, path));
  return (leaf) => !tests.some((test) => test(leaf));
}

const comparisons: Record<string, (left: number, right: number) => boolean> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function numeric(operand: unknown, path: string): LeafTest {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new PatternError(path, 'numeric takes one comparison or two, such as [">", 0, "<=", 5]');
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const operator: unknown = operand[at];
    const bound: unknown = operand[at + 1];
    const compare =
      typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
    if (!compare) throw new PatternError(path, `unknown comparison ${JSON.stringify(operator)} within numeric`);
    if (typeof bound !== 'number') throw new PatternError(path, 'numeric compares with numbers');
    tests.push((value) => compare(value, bound));
  }
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf));
}

function cidr(range: string, path: string): LeafTest {
  const [address = '', bits = ''] = range.split('/');
  const version = isIP(address);
  if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128))
    throw new PatternError(path, `"${range}" is not a range such as 10.0.0.0/24`);
  const list = new BlockList();
  list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return (leaf) =>
    typeof leaf === 'string' && isIP(leaf) === version && list.check(leaf, version === 4 ? 'ipv4' : 'ipv6');
}

function wildcardExpression(wildcard: string, path: string): RegExp {
  let source = '';
  for (let at = 0; at < wildcard.length; at++) {
    const character = wildcard[at] ?? '';
    if (character === '\\') {
      const escaped = wildcard[++at];
      if (escaped !== '*' && escaped !== '\\')
        throw new PatternError(path, 'within a wildcard, a backslash escapes * and \\ only');
      source += `\\${escaped}`;
    } else if (character === '*') {
      if (wildcard[at + 1] === '*') throw new PatternError(path, 'consecutive wildcard characters');
      source += '.*';
    } else source += character.replace(/[.+?^${}()|[\]/-]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 's');
}

function exactly(wanted: unknown, path: string): LeafTest {
  if (wanted !== null && !['string', 'number', 'boolean'].includes(typeof wanted))
    throw new PatternError(path, `cannot compare with ${JSON.stringify(wanted)}`);
  return (leaf) => leaf === wanted;
}

function single(rule: Record<string, unknown>, path: string): [string, unknown] {
  const entries = Object.entries(rule);
  const [first] = entries;
  if (!first || entries.length > 1) throw new PatternError(path, 'one operator in an object, no more and no less');
  return first;
}

function text(operand: unknown, operator: string, path: string): string {
  if (typeof operand !== 'string') throw new PatternError(path, `${operator} takes a string`);
  return operand;
}

function listOf(operand: unknown, path: string): unknown[] {
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw new PatternError(path, 'an empty list of values');
  return list;
}

function leavesOf(value: unknown): Leaf[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value !== null && typeof value === 'object' ? [] : [value as Leaf];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
