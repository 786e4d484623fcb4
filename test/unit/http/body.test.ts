import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyText, checkMediaType, MAX_BODY_BYTES, parseJson } from '#shared/http/body.ts';
import type { ProblemError } from '#shared/http/problems.ts';

const problemOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as ProblemError).problem;
  }
  return undefined;
};
const bytes = (...values: number[]) => ({ body: Buffer.from(values).toString('base64'), isBase64Encoded: true });

describe('a body', () => {
  it('is text, or base64 of text', () => {
    expect(bodyText({ body: '{}' })).toBe('{}');
    expect(bodyText({ body: Buffer.from('{"a":"广州"}').toString('base64'), isBase64Encoded: true })).toBe(
      '{"a":"广州"}',
    );
    expect([bodyText({}), bodyText({ body: '' })]).toEqual([undefined, undefined]);
  });

  it('that is not UTF-8 is refused', () => {
    expect(problemOf(() => bodyText(bytes(0x22, 0xff, 0x22)))).toMatchObject({ status: 400 });
    expect(problemOf(() => bodyText(bytes(0xed, 0xa0, 0x80)))).toMatchObject({ status: 400 });
  });

  it('is refused beyond its bound, counted in bytes', () => {
    expect(problemOf(() => bodyText({ body: 'x'.repeat(MAX_BODY_BYTES) }))).toBeUndefined();
    expect(problemOf(() => bodyText({ body: '广'.repeat(MAX_BODY_BYTES / 2) }))).toMatchObject({ status: 413 });
    expect(
      problemOf(() => bodyText({ body: Buffer.alloc(MAX_BODY_BYTES + 9).toString('base64'), isBase64Encoded: true })),
    ).toMatchObject({ status: 413 });
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", '\ufeff{}', '{"a":NaN}', '[1]]'])(
    'that is broken is refused: %s',
    (text) => {
      expect(problemOf(() => parseJson(text))).toMatchObject({
        status: 400,
        type: expect.stringContaining('malformed-json'),
      });
    },
  );

  it('that nests without end is refused without exhausting the stack', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const)
      expect(
        problemOf(() => parseJson(open.repeat(40_000) + (open === '[' ? '' : '1') + close.repeat(40_000))),
      ).toMatchObject({ status: 400 });
    expect(problemOf(() => parseJson(`${'['.repeat(19)}1${']'.repeat(19)}`))).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'with a field named %s is refused, however deep it stands',
    (name) => {
      expect(problemOf(() => parseJson(`{"a":[{"${name}":{"admin":true}}]}`))).toMatchObject({
        errors: [{ pointer: `/a/0/${name}` }],
      });
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    },
  );
});

describe('a body with a name twice', () => {
  it.each([
    ['{"title":"a","title":"b"}', '/title'],
    ['{"value":{"amount":"1","amount":"2"}}', '/value/amount'],
    ['{"organisations":[{"id":"x"},{"name":"y","name":"z"}]}', '/organisations/1/name'],
    ['{"a/b":1,"a\\u002fb":2}', '/a~1b'],
    ['{"":1,"":2}', '/'],
    ['{"a":"\\"},{\\\\","b":1,"b":{}}', '/b'],
  ])('%s is refused at %s', (text, pointer) => {
    expect(problemOf(() => parseJson(text))).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it('is none where the same name is in different objects', () => {
    const text = '{"a":{"a":[{"a":"a"},{"a":":,{"}]},"b":[["a","a"],{"a":1}],"c":{},"d":[]}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('is found whatever it looks like', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(problemOf(() => parseJson(`{"x":${json},"y":[${json}]}`))?.errors ?? []).not.toContainEqual(
          expect.objectContaining({ detail: 'This name is given more than once.' }),
        );
        expect(problemOf(() => parseJson(`{"x":${json},"x":0}`))?.errors).toContainEqual({
          pointer: '/x',
          detail: 'This name is given more than once.',
        });
      }),
    );
  });
});

describe('a media type', () => {
  const accepted = ['application/json', 'application/merge-patch+json'];

  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/merge-patch+json;charset="utf-8"'])(
    '%s is taken',
    (type) => {
      expect(problemOf(() => checkMediaType({ 'content-type': type }, accepted))).toBeUndefined();
    },
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'application/json-seq',
    'application/json; charset=gb2312',
    'application/x-www-form-urlencoded',
  ])('%s is refused', (type) => {
    expect(problemOf(() => checkMediaType({ 'content-type': type }, accepted))).toMatchObject({ status: 415 });
  });

  it('of a compressed body is refused, whatever it is', () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(problemOf(() => checkMediaType(headers, accepted))).toMatchObject({ status: 415 });
    const plain = { ...headers, 'content-encoding': 'identity' };
    expect(problemOf(() => checkMediaType(plain, accepted))).toBeUndefined();
  });
});
