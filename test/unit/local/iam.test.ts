import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize, checkPolicy, type PolicyDocument, type PolicyStatement } from '#infra/local/iam.ts';

const table = 'arn:aws:dynamodb:eu-west-2:123456789012:table/records';
const allow = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'dynamodb:PutItem',
  Resource: table,
  ...more,
});
const variable = (name: string) => `\${${name}}`;
const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const may = (statement: PolicyStatement, context?: Record<string, string | string[]>) =>
  authorize([policy(statement)], { action: 'dynamodb:PutItem', resource: table, ...(context && { context }) }).allowed;

describe('authorize', () => {
  it('refuses by default, and says what was asked for', () => {
    expect(authorize([], { action: 'sqs:SendMessage', resource: 'arn:q' })).toEqual({
      allowed: false,
      reason: 'sqs:SendMessage on arn:q: no identity-based policy allows it',
    });
  });

  it('lets an explicit deny win over any allow, in whatever policy', () => {
    const deny = policy({ ...allow(), Effect: 'Deny', Sid: 'NoWrites' });
    const request = { action: 'dynamodb:PutItem', resource: table };
    expect(authorize([policy(allow()), deny], request)).toEqual({
      allowed: false,
      reason: `dynamodb:PutItem on ${table}: explicitly denied by statement NoWrites`,
    });
    expect(authorize([policy(allow())], request).allowed).toBe(true);
  });

  it('takes a single statement that stands in no list', () => {
    const document: PolicyDocument = { Statement: allow() };
    expect(authorize([document], { action: 'dynamodb:PutItem', resource: table }).allowed).toBe(true);
  });

  it.each<[string, Partial<PolicyStatement>, boolean]>([
    ['the very action', {}, true],
    ['another action', { Action: 'dynamodb:GetItem' }, false],
    ['one of several', { Action: ['dynamodb:GetItem', 'dynamodb:PutItem'] }, true],
    ['an action in other case', { Action: 'DynamoDB:putitem' }, true],
    ['an action with *', { Action: 'dynamodb:Put*' }, true],
    ['an action with ?', { Action: 'dynamodb:?utItem' }, true],
    ['? for no character', { Action: 'dynamodb:PutItem?' }, false],
    ['every action', { Action: '*' }, true],
    ['a dot that is no wildcard', { Action: 'dynamodb.PutItem' }, false],
    ['every resource', { Resource: '*' }, true],
    ['a resource with *', { Resource: 'arn:aws:dynamodb:*:*:table/rec*' }, true],
    ['an index of the table only', { Resource: `${table}/index/*` }, false],
    ['a resource in other case', { Resource: table.toUpperCase() }, false],
    ['one of several resources', { Resource: [`${table}/index/*`, table] }, true],
    [
      'a star that is meant as itself',
      { Resource: `arn:aws:dynamodb:eu-west-2:123456789012:table/${variable('*')}` },
      false,
    ],
  ])('matches actions and resources: %s', (_, more, allowed) => {
    expect(may(allow(more))).toBe(allowed);
  });

  it('honours NotAction and NotResource', () => {
    const { Action: _a, Resource: _r, ...rest } = allow();
    expect(may({ ...rest, NotAction: 'dynamodb:Delete*', Resource: '*' })).toBe(true);
    expect(may({ ...rest, NotAction: 'dynamodb:*', Resource: '*' })).toBe(false);
    expect(may({ ...rest, Action: '*', NotResource: table })).toBe(false);
    expect(may({ ...rest, Action: '*', NotResource: `${table}2` })).toBe(true);
  });
});

describe('conditions', () => {
  const org = 'org_1';
  const list = ['org_1', 'org_2'];
  it.each<[string, string, unknown, string | string[] | undefined, boolean]>([
    ['equal', 'StringEquals', org, org, true],
    ['one of the wanted', 'StringEquals', list, 'org_2', true],
    ['other case', 'StringEquals', 'ORG_1', org, false],
    ['no wildcards in StringEquals', 'StringEquals', 'org_*', org, false],
    ['absent', 'StringEquals', org, undefined, false],
    ['absent, if it exists', 'StringEqualsIfExists', org, undefined, true],
    ['there and unequal, if it exists', 'StringEqualsIfExists', org, 'x', false],
    ['other case where none matters', 'StringEqualsIgnoreCase', 'ORG_1', org, true],
    ['unequal to all', 'StringNotEquals', list, 'org_3', true],
    ['unequal to one only', 'StringNotEquals', list, 'org_2', false],
    ['absent and not to be equal', 'StringNotEquals', list, undefined, true],
    ['like', 'StringLike', 'org_?', org, true],
    ['unlike', 'StringNotLike', 'org_*', org, false],
    ['every value wanted', 'ForAllValues:StringEquals', list, ['org_2', 'org_1'], true],
    ['one value not wanted', 'ForAllValues:StringEquals', list, ['org_1', 'org_3'], false],
    ['no value at all', 'ForAllValues:StringEquals', list, undefined, true],
    ['any value wanted', 'ForAnyValue:StringEquals', list, ['x', 'org_1'], true],
    ['no value wanted', 'ForAnyValue:StringEquals', list, ['x', 'y'], false],
    ['no value, any wanted', 'ForAnyValue:StringEquals', list, undefined, false],
    ['every value like', 'ForAllValues:StringLike', 'org_*', list, true],
    ['any value other', 'ForAnyValue:StringNotEquals', org, list, true],
    ['true', 'Bool', true, 'true', true],
    ['false', 'Bool', 'true', 'false', false],
    [
      'an ARN with wildcards',
      'ArnLike',
      'arn:aws:sqs:*:123456789012:work*',
      'arn:aws:sqs:eu-west-2:123456789012:work-1',
      true,
    ],
    ['a wildcard that would reach across', 'ArnLike', 'arn:aws:sqs:*:work', 'arn:aws:sqs:eu-west-2:1:work', false],
    ['an equal ARN', 'ArnEquals', table, table, true],
    ['another ARN', 'ArnNotEquals', table, `${table}2`, true],
    ['to be absent', 'Null', 'true', undefined, true],
    ['to be there', 'Null', 'false', org, true],
    ['to be there, but is not', 'Null', 'false', undefined, false],
    ['a number', 'NumericLessThanEquals', 10, '10', true],
    ['no number', 'NumericLessThanEquals', 10, 'ten', false],
    ['a date', 'DateGreaterThan', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', true],
    ['an address', 'IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['an address outside', 'NotIpAddress', '10.0.0.0/8', '11.1.2.3', true],
  ])('%s: %s %j for %j is %s', (_, operator, wanted, given, expected) => {
    const statement = allow({ Condition: { [operator]: { 'Crm:Org': wanted } } });
    if (operator === 'ArnLike' && !String(wanted).includes('123')) {
      expect(() => may(statement)).toThrow('is not an ARN');
      return;
    }
    expect(may(statement, given === undefined ? undefined : { 'crm:org': given })).toBe(expected);
  });

  it('needs every condition and every key', () => {
    const statement = allow({ Condition: { StringEquals: { a: '1', b: '2' }, Bool: { c: 'true' } } });
    expect(may(statement, { a: '1', b: '2', c: 'true' })).toBe(true);
    expect(may(statement, { a: '1', b: 'x', c: 'true' })).toBe(false);
    expect(may(statement, { a: '1', b: '2', c: 'false' })).toBe(false);
  });
});

describe('what is not understood', () => {
  it.each<[string, unknown, string]>([
    ['an operator', allow({ Condition: { StringResembles: { a: 'b' } } }), 'StringResembles is not known'],
    ['a quantifier', allow({ Condition: { 'ForSomeValues:StringEquals': { a: 'b' } } }), 'is not known'],
    [
      'a variable in a resource',
      allow({ Resource: `arn:aws:s3:::b/${variable('aws:username')}/*` }),
      `${variable('aws:username')} is not supported`,
    ],
    ['a variable in a condition', allow({ Condition: { StringLike: { a: variable('aws:userid') } } }), 'aws:userid'],
    ['an unresolved reference', allow({ Resource: { Ref: 'Table' } as never }), 'not text'],
    ['a principal', { ...allow(), Principal: '*' }, 'unknown element Principal'],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'either Resource or NotResource'],
    ['action and its opposite', { ...allow(), NotAction: '*' }, 'either Action or NotAction'],
    ['an effect', { ...allow(), Effect: 'Maybe' }, 'Allow or Deny'],
    ['an object as a value', allow({ Condition: { StringEquals: { a: { Ref: 'b' } } } }), 'values are texts'],
  ])('is an error, never ignored: %s', (_, statement, message) => {
    const document = policy(statement as PolicyStatement);
    expect(() => checkPolicy(document)).toThrow(message);
    expect(() => authorize([document], { action: 'a:b', resource: '*' })).toThrow(message);
  });
});

describe('laws', () => {
  const action = fc.constantFrom('dynamodb:PutItem', 'dynamodb:GetItem', 'sqs:SendMessage');
  const resource = fc.constantFrom(table, `${table}/index/a`, 'arn:aws:sqs:eu-west-2:123456789012:work');
  const pattern = (of: fc.Arbitrary<string>) =>
    fc.oneof(
      of,
      fc.constant('*'),
      fc.tuple(of, fc.nat(12)).map(([text, cut]) => `${text.slice(0, cut)}*`),
    );
  const statement: fc.Arbitrary<PolicyStatement> = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: fc.array(pattern(action), { minLength: 1, maxLength: 3 }),
    Resource: fc.array(pattern(resource), { minLength: 1, maxLength: 3 }),
  });
  const policies = fc.array(
    fc.array(statement, { maxLength: 4 }).map((list) => policy(...list)),
    { maxLength: 4 },
  );

  it('hold whatever the order of policies and statements', () => {
    fc.assert(
      fc.property(policies, action, resource, (documents, one, on) => {
        const turned = documents.map((document) => policy(...[document.Statement].flat().reverse())).reverse();
        const request = { action: one, resource: on };
        expect(authorize(turned, request).allowed).toBe(authorize(documents, request).allowed);
      }),
    );
  });

  it('say that taking an allow away, or adding a deny, never grants anything', () => {
    fc.assert(
      fc.property(policies, statement, action, resource, (documents, more, one, on) => {
        const request = { action: one, resource: on };
        const before = authorize(documents, request).allowed;
        const without = authorize(documents.slice(1), request);
        const onlyAllows = documents
          .flatMap((document) => [document.Statement].flat())
          .every((s) => s.Effect === 'Allow');
        if (onlyAllows && without.allowed) expect(before).toBe(true);
        const denied = authorize([...documents, policy({ ...more, Effect: 'Deny' })], request).allowed;
        if (denied) expect(before).toBe(true);
      }),
    );
  });

  it('say that every ARN matches itself, and itself with any part starred', () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9_./$^+()-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 6, maxLength: 6 }), fc.nat(5), (parts, star) => {
        const arn = parts.join(':');
        const starred = parts.with(star, '*').join(':');
        for (const Resource of [arn, starred])
          expect(
            authorize([policy({ Effect: 'Allow', Action: '*', Resource })], { action: 'a:b', resource: arn }).allowed,
          ).toBe(true);
      }),
    );
  });
});
