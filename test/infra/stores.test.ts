import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { placeholderCode } from '#infra/bundle.ts';
import { HouseFunction } from '#infra/constructs/house-function.ts';
import { OwnSchedules } from '#infra/constructs/own-schedules.ts';
import { StateStack } from '#infra/stacks/state.ts';
import { stageOf } from '#infra/stages.ts';
import { FILE_PREFIXES } from '#shared/runtime/files.ts';
import { scratchDirectory, synthesize } from './support/templates.ts';

const failing = { impact: 'Nobody is hurt by a test.', runbook: 'Function read fails' };
const lost = { impact: 'Nobody is hurt by a test.', runbook: 'A reconciliation was lost' };

/** A stack of its own with a function that uses the stores of the state stack, under the checks of AwsSolutions. */
function world(use: (state: StateStack, fn: HouseFunction, target: HouseFunction) => void) {
  const app = new App({ outdir: scratchDirectory(), context: { mailFrom: 'crm@mail.example.ac.uk' } });
  const stage = stageOf('dev');
  const state = new StateStack(app, 'State', { stage });
  const stack = new Stack(app, 'Work');
  const house = { stage, alerts: state.alerts, code: placeholderCode(), timeout: Duration.seconds(15), failing };
  const fn = new HouseFunction(stack, 'User', { ...house, name: 'read' });
  const target = new HouseFunction(stack, 'Target', {
    ...house,
    name: 'docs',
    failing: { ...failing, runbook: 'Function docs fails' },
  });
  use(state, fn, target);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  const template = Template.fromStack(stack);
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('User'));
  const [lambda] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
    id.startsWith('User'),
  );
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have no types
  const statements: any[] = policy?.[1]['Properties'].PolicyDocument.Statement;
  return {
    template,
    state: Template.fromStack(state),
    environment: lambda?.[1]['Properties'].Environment.Variables as Record<string, unknown>,
    statements: statements.map(({ Action, Resource, Condition }) => ({
      actions: [Action].flat(),
      resources: [Resource].flat().map(plain),
      ...(Condition ? { condition: Condition } : {}),
    })),
  };
}

/** A reference in the text of an ARN as `<name>`. */
function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref: ref,
    'Fn::Join': join,
    'Fn::GetAtt': att,
  } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]]; 'Fn::GetAtt'?: string[] };
  return ref ? `<${ref}>` : att ? `<${att.join('.')}>` : (join?.[1] ?? []).map(plain).join(join?.[0]);
}

const bucket = 'arn:<AWS::Partition>:s3:::partnership-dev-files-<AWS::AccountId>-<AWS::Region>';
const here = '<AWS::Region>:<AWS::AccountId>';

describe('the bucket of files', () => {
  it('is private, encrypted, by TLS only, and kept; each prefix has its own life cycle', () => {
    const { of, resources } = synthesize('prod');
    const [files, ...others] = of('AWS::S3::Bucket');
    expect(others).toEqual([]);
    expect(files).toMatchObject({ stack: 'State', deletionPolicy: 'Retain' });
    expect(files?.properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    const rules: Record<string, unknown>[] = files?.properties.LifecycleConfiguration.Rules;
    expect(rules.filter((rule) => rule.ExpirationInDays).map((rule) => [rule.Prefix, rule.ExpirationInDays])).toEqual([
      [FILE_PREFIXES.webhooks.prefix, 90],
    ]);
    const policy = JSON.stringify(resources.find(({ type }) => type === 'AWS::S3::BucketPolicy')?.properties);
    expect(policy).toContain('"aws:SecureTransport":"false"');
  });

  it('lets a function do what it is given under a prefix, and list no other', () => {
    const { statements, environment } = world(({ files }, fn) => {
      files.lets(fn, { read: true, write: true }, 'reports/');
      files.lets(fn, { remove: true }, 'cube/');
    });
    expect(plain(environment['FILES_BUCKET'])).toBe('partnership-dev-files-<AWS::AccountId>-<AWS::Region>');
    expect(statements).toContainEqual({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [`${bucket}/reports/*`],
    });
    expect(statements).toContainEqual({ actions: ['s3:DeleteObject'], resources: [`${bucket}/cube/*`] });
    expect(statements.filter(({ actions }) => actions.includes('s3:ListBucket'))).toEqual([
      {
        actions: ['s3:ListBucket'],
        resources: [bucket],
        condition: { StringLikeIfExists: { 's3:prefix': 'reports/*' } },
      },
    ]);
  });
});

it('secrets are read and written under the prefix of the stage, each by its own grant', () => {
  const { statements, environment } = world(({ secrets }, fn) => {
    secrets.lets(fn, { read: true });
    secrets.lets(fn, { write: true }, 'partner/');
  });
  expect(environment['SECRETS_PREFIX']).toBe('partnership/dev/');
  const under = `arn:<AWS::Partition>:secretsmanager:${here}:secret:partnership/dev/`;
  expect(statements).toContainEqual({
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    resources: [`${under}*`],
  });
  expect(statements).toContainEqual({
    actions: ['CreateSecret', 'PutSecretValue', 'UpdateSecret', 'TagResource', 'DeleteSecret'].map(
      (one) => `secretsmanager:${one}`,
    ),
    resources: [`${under}partner/*`],
  });
});

describe('mail', () => {
  it('is not sent without an address to send from', () => {
    const { resources } = synthesize();
    expect(resources.filter(({ type }) => type.startsWith('AWS::SES::'))).toEqual([]);
  });

  it('comes from the verified domain, by TLS, and what comes back is parked', () => {
    const { statements, environment, state } = world(({ mail }, fn) => mail?.lets(fn));
    expect(environment).toMatchObject({
      MAIL_FROM: 'crm@mail.example.ac.uk',
      MAIL_CONFIGURATION_SET: 'partnership-dev',
    });
    const ses = `arn:<AWS::Partition>:ses:${here}:`;
    expect(statements).toContainEqual({
      actions: ['ses:SendEmail', 'ses:SendRawEmail'],
      resources: [`${ses}identity/mail.example.ac.uk`, `${ses}configuration-set/partnership-dev`],
      condition: { StringEquals: { 'ses:FromAddress': 'crm@mail.example.ac.uk' } },
    });
    state.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'mail.example.ac.uk' });
    state.hasResourceProperties('AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    state.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': ['partnership-dev'] } } },
      },
    });
  });
});

it('a function may make schedules of its group that invoke one function, and hand on no other role', () => {
  const { statements, environment, template } = world(({ alerts }, fn, target) => {
    const own = new OwnSchedules(Stack.of(fn), 'Reports', {
      stage: stageOf('dev'),
      alerts,
      what: 'reports',
      target,
      lost,
    });
    own.lets(fn);
  });
  template.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: 'partnership-dev-reports' });
  expect(environment).toMatchObject({ SCHEDULE_GROUP: 'partnership-dev-reports' });
  const [role = ''] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => id.startsWith('Reports'));
  expect(plain(environment['SCHEDULE_ROLE_ARN'])).toBe(`<${role}.Arn>`);
  expect(statements).toContainEqual({
    actions: ['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'DeleteSchedule'].map((one) => `scheduler:${one}`),
    resources: [`arn:<AWS::Partition>:scheduler:${here}:schedule/partnership-dev-reports/*`],
  });
  expect(statements).toContainEqual({
    actions: ['iam:PassRole'],
    resources: [`<${role}.Arn>`],
    condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  });
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const [, own] = policies.find(([id]) => id.startsWith('Reports')) ?? [];
  const invoked = own?.['Properties'].PolicyDocument.Statement[0];
  expect([invoked.Action, plain(invoked.Resource)]).toEqual([
    'lambda:InvokeFunction',
    plain(environment['SCHEDULE_TARGET_ARN']),
  ]);
});
