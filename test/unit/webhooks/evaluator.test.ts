import { afterAll, describe, expect, it } from 'vitest';
import { createEvaluator } from '#shared/webhooks/jsonata/evaluator.ts';

const evaluator = createEvaluator();
afterAll(() => evaluator.close());

const evaluate = (expression: string, input: unknown = {}) => evaluator.evaluate(expression, JSON.stringify(input));
const json = async (expression: string, input: unknown = {}) => {
  const made = await evaluate(expression, input);
  return made.ok ? made.json && JSON.parse(made.json) : made;
};

/** It still answers, and as it would have at first. */
const isSound = async () =>
  expect(await json('{"a": b, "n": $count([1..3]), "t": $lookup({}, "polluted")}', { b: 1 })).toEqual({ a: 1, n: 3 });

describe('an expression that runs wild is ended within its bounds, and the next one is answered', () => {
  it.each([
    ['recursion without end', '($f := function($n) {1 + $f($n + 1)}; $f(0))', 'too-deep'],
    ['recursion without end that needs no stack', '($f := function($n) {$f($n + 1)}; $f(0))', 'too-long'],
    ['a range of ten million', '[1..10000000]', 'too-much'],
    ['a list that is longer than allowed', '[1..10001].(x := 1)', 'failed'],
    ['a list of lists', '$map([1..9999], function($x) {$map([1..9999], function($y) {$y})})', 'too-long'],
    ['a text of a hundred million characters', '$pad("x", 100000000)', 'too-much'],
    ['a text that no text can be', '$pad("x", 1000000000)', 'too-much'],
    [
      'a text that doubles',
      '($f := function($s, $n) {$n = 0 ? $s : $f($s & $s, $n - 1)}; $f("xxxxxxxxxx", 28))',
      'too-much',
    ],
    ['a result of more than a million characters', '$pad("x", 1000001)', 'too-much'],
    ['a regular expression that backtracks for ever', '$match($pad("a", 60, "a") & "!", /^(a+)+$/)', 'too-long'],
    ['an expression in a text that runs wild', '$eval("($f := function($n) {$f($n)}; $f(0))")', undefined],
    [
      'a result that holds itself many times',
      '($f := function($s, $n) {$n = 0 ? $s : $f([[$s], [$s]], $n - 1)}; $f(["x"], 40))',
      undefined,
    ],
  ])('%s', async (_, expression, code) => {
    const startedAt = performance.now();
    const made = await evaluate(expression);
    expect(made).toMatchObject({ ok: false, ...(code ? { code } : {}) });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    await isSound();
  });

  it('input that is nested without end', async () => {
    const nested = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(await evaluator.evaluate('**', nested)).toMatchObject({ ok: false, code: 'too-deep' });
    await isSound();
  });

  it('several at the same time, of which each has its own time', async () => {
    const wild = '($f := function($n) {$f($n + 1)}; $f(0))';
    const made = await Promise.all([evaluate(wild), evaluate('1'), evaluate(wild), evaluate('2')]);
    expect(made.map(({ ok }) => ok)).toEqual([false, true, false, true]);
  });
});

describe('an expression reaches nothing outside', () => {
  it.each([
    ['$.constructor', {}],
    ['$.constructor.constructor("return process")()', {}],
    ['$lookup($, "__proto__")', {}],
    ['toString', {}],
    ['$sum.constructor', {}],
    ['$process', {}],
    ['$globalThis', {}],
    ['$string.call', {}],
  ])('%s gives nothing', async (expression, input) => {
    const made = await evaluate(expression, input);
    expect(made.ok ? made.json : undefined).toBeUndefined();
    await isSound();
  });

  it.each([
    '$ ~> |__proto__|{"polluted": 1}|',
    '$ ~> |constructor.prototype|{"polluted": 1}|',
    '$merge([{"__proto__": {"polluted": 1}}, {"constructor": {"prototype": {"polluted": 1}}}])',
    '{"__proto__": {"polluted": 1}}.__proto__',
    '$each({"__proto__": {"polluted": 1}}, function($v, $k) {{$k: $v}})',
  ])('%s leaves no trace', async (expression) => {
    await evaluate(expression, JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {}}}'));
    await isSound();
  });

  it('objects may have fields of any name all the same', async () => {
    const named = '{"toString": 1, "constructor": 2, "valueOf": 3, "push": 4}';
    expect(await json(named)).toEqual({ toString: 1, constructor: 2, valueOf: 3, push: 4 });
  });
});

describe('what is wrong is told', () => {
  it('with its place, and without the value it failed on, which may be a name', async () => {
    const made = await evaluate('$number(name)', { name: 'Wang Fang' });
    expect(made).toEqual({ ok: false, code: 'failed', detail: expect.stringMatching(/a value \(at character \d+\)$/) });
    const mine = await evaluate('$error("No price: " & n)', { n: 7 });
    expect(mine).toMatchObject({ ok: false, detail: expect.stringContaining('No price: 7') });
  });

  it('of one that does not compile, however it is broken', async () => {
    expect(await evaluator.compile('a.b[c = 1].{"x": $sum(y)}')).toBeUndefined();
    for (const broken of ['', '{"a": ', 'a.b[', '$f := ', '('.repeat(20_000), '/[/'])
      expect(await evaluator.compile(broken), broken.slice(0, 20)).toBeTypeOf('string');
    await isSound();
  });

  it('of a function, which is no result', async () => {
    expect(await evaluate('function($x) {$x}')).toMatchObject({ ok: false, code: 'failed' });
  });
});

it('bindings are there under their names, and for that evaluation alone', async () => {
  const made = await evaluator.evaluate('$partner', '{}', { partner: 'jitri' });
  expect(made).toEqual({ ok: true, json: '"jitri"' });
  expect(await evaluate('$partner')).toEqual({ ok: true, json: undefined });
});
