import { describe, expect, it } from 'vitest';
import { readAssembly, type Stack } from '#infra/local/template/assembly.ts';
import { buildModel } from '#infra/local/template/build.ts';
import { Resolver } from '#infra/local/template/resolve.ts';
import { missingGrants } from '#infra/local/template/wiring.ts';
import { type SmallApp, smallApp, writeAssembly } from '#test/support/local-app/assembly.ts';

/** For placeholders of `Fn::Sub`. */
const d = '$';

const endpoint = 'http://127.0.0.1:4566';

const modelOf = (change: (app: SmallApp) => void = () => {}) => {
  const app = smallApp();
  change(app);
  return buildModel(readAssembly(writeAssembly(app)), endpoint);
};

describe('the model of an app', () => {
  const model = modelOf();

  it('has the table with its keys of several attributes, its stream and its time to live', () => {
    expect(model.tables).toMatchObject([
      {
        name: 'small-state-Table',
        keys: [
          { attribute: 'pk', type: 'S', role: 'HASH' },
          { attribute: 'sk', type: 'S', role: 'RANGE' },
        ],
        indexes: [
          {
            name: 'byStage',
            keys: [{ role: 'HASH' }, { role: 'HASH' }, { role: 'RANGE' }],
            projection: { type: 'KEYS_ONLY' },
          },
        ],
        stream: { viewType: 'NEW_AND_OLD_IMAGES' },
        ttlAttribute: 'expiresAt',
      },
    ]);
  });

  it('resolves references between stacks, of whatever kind, to the same names', () => {
    const [table] = model.tables;
    const consume = model.functions.find((one) => one.label === 'ConsumeFunction');
    expect(consume?.environment.TABLE_NAME).toBe(table?.name);
    expect(model.streamSources[0]?.sourceArn).toBe(table?.stream?.arn);
    expect(model.rules[0]).toMatchObject({ busName: 'small', targets: [{ arn: model.queueSources[0]?.sourceArn }] });
    expect(model.queues.map((queue) => queue.url)).toContain(`${endpoint}/000000000000/small-work-Queue`);
  });

  it('gives each function its own bundle and the policies of its own role', () => {
    const api = model.functions.find((one) => one.label === 'ApiFunction');
    expect(api?.codeDirectory).toMatch(/local-app\/functions\/api$/);
    expect(JSON.stringify(api?.role.policies)).toContain('events:PutEvents');
    expect(JSON.stringify(api?.role.policies)).not.toContain('dynamodb:UpdateItem');
  });

  it('has routes with the issuer and the audience of the user pool', () => {
    const [pool] = model.userPools;
    expect(pool?.groups).toEqual(['viewer', 'bd-officer']);
    expect(model.apis[0]?.routes.find((route) => route.routeKey === 'POST /call')?.authorizer).toEqual({
      issuer: pool?.issuer,
      audience: [pool?.clients[0]?.id],
      scopes: [],
    });
  });

  it('has reasons for what it does not run', () => {
    expect(model.inert).toMatchObject([{ origin: { logicalId: 'Alarm' }, reason: expect.stringContaining('laptop') }]);
  });

  it('gives the same names on every start', () => {
    expect(modelOf().tables[0]?.name).toBe(model.tables[0]?.name);
    expect(modelOf().userPools[0]?.id).toBe(model.userPools[0]?.id);
  });

  it('misses no grant', () => {
    expect(missingGrants(model)).toEqual([]);
  });
});

describe('what the host does not know', () => {
  it('an unknown resource type is a clear error naming stack, logical id and type', () => {
    const build = () =>
      modelOf(({ work }) => {
        work.Machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: {} };
      });
    expect(build).toThrow(/small-work \/ Machine \(AWS::StepFunctions::StateMachine\)/);
  });

  it('an unknown property is a clear error', () => {
    const build = () =>
      modelOf(({ work }) => {
        Object.assign(work.ConsumeSource?.Properties ?? {}, { Turbo: true });
      });
    expect(build).toThrow(/small-work \/ ConsumeSource .*\n.*Turbo: not known to the local host/);
  });

  it.each([
    ['FIFO queues', 'Queue', { FifoQueue: true }, /FIFO queues are not run/],
    ['another runtime', 'ApiFunction', { Runtime: 'python3.13' }, /Node.js functions only/],
    ['layers', 'ApiFunction', { Layers: ['arn:aws:lambda:eu-west-2:1:layer:x:1'] }, /layers are not run/],
    ['an old payload format', 'ApiIntegration', { PayloadFormatVersion: '1.0' }, /payload format 2.0/],
    ['parallel batches of a shard', 'ProjectSource', { ParallelizationFactor: 2 }, /ParallelizationFactor/],
    [
      'a managed policy that is not known',
      'ApiRole',
      { ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUser'] },
      /PowerUser/,
    ],
  ])('refuses %s, whose behaviour would differ', (_, logicalId, properties, message) => {
    const build = () => modelOf(({ work }) => void Object.assign(work[logicalId]?.Properties ?? {}, properties));
    expect(build).toThrow(message);
  });

  it('a reference to nothing says where it stands', () => {
    const build = () =>
      modelOf(({ work }) => {
        Object.assign(work.ConsumeSource?.Properties ?? {}, { FunctionName: { Ref: 'Gone' } });
      });
    expect(build).toThrow(/ConsumeSource .*refers to Gone/);
  });
});

describe('stores, mail and groups of schedules', () => {
  const more: SmallApp['work'] = {
    Files: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: [] } } },
    FilesPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Files' } } },
    Session: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'small/session', GenerateSecretString: { PasswordLength: '20', ExcludePunctuation: true } },
    },
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'crm.example' } },
    Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'house', ReputationOptions: {} } },
    SetEvents: { Type: 'AWS::SES::ConfigurationSetEventDestination', Properties: {} },
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'reports' } },
  };
  const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

  it('are in the model, and what refers to them gets their names and ARNs', () => {
    const model = modelOf(({ work }) => {
      Object.assign(work, more);
      Object.assign(work.ApiFunction?.Properties?.Environment ?? {}, {
        Variables: {
          FILES: { Ref: 'Files' },
          FILES_ARN: attribute('Files', 'Arn'),
          SESSION: { Ref: 'Session' },
          SENDER: { Ref: 'Sender' },
          SET: { Ref: 'Set' },
          GROUP: { Ref: 'Group' },
          GROUP_ARN: attribute('Group', 'Arn'),
          DKIM: attribute('Sender', 'DkimDNSTokenName1'),
        },
      });
    });
    const session = expect.stringMatching(/^arn:aws:secretsmanager:eu-west-2:000000000000:secret:small\/session-.{6}$/);
    expect(model.buckets).toEqual([{ name: 'small-work-files', arn: 'arn:aws:s3:::small-work-files' }]);
    expect(model.secrets).toMatchObject([
      { name: 'small/session', arn: session, generate: { length: 20, excludedSets: ['punctuation'] } },
    ]);
    expect(model.mail).toEqual({ identities: ['crm.example'], configurationSets: ['house'] });
    const groupArn = 'arn:aws:scheduler:eu-west-2:000000000000:schedule-group/reports';
    expect(model.scheduleGroups).toEqual([{ name: 'reports', arn: groupArn }]);
    expect(model.functions.find((one) => one.label === 'ApiFunction')?.environment).toMatchObject({
      FILES: 'small-work-files',
      FILES_ARN: 'arn:aws:s3:::small-work-files',
      SESSION: session,
      SENDER: 'crm.example',
      SET: 'house',
      GROUP: 'reports',
      GROUP_ARN: groupArn,
      DKIM: expect.stringContaining('._domainkey.crm.example'),
    });
    expect(model.roles.find(({ name }) => name.includes('ApiRole'))?.assumedBy).toEqual(['lambda.amazonaws.com']);
  });

  it.each([
    ['versions of objects', 'Files', { VersioningConfiguration: { Status: 'Enabled' } }, /no versions of objects/],
    ['a property of a bucket that is not known', 'Files', { Turbo: true }, /Turbo: not known to the local host/],
    ['copies of a secret elsewhere', 'Session', { ReplicaRegions: [{ Region: 'eu-west-1' }] }, /one region/],
    ['a property of an identity that is not known', 'Sender', { Turbo: true }, /Turbo: not known to the local host/],
  ])('refuses %s', (_, logicalId, properties, message) => {
    const build = () =>
      modelOf(({ work }) => {
        const one = more[logicalId];
        Object.assign(work, { [logicalId]: { ...one, Properties: { ...one?.Properties, ...properties } } });
      });
    expect(build).toThrow(message);
  });
});

describe('grants that AWS would miss', () => {
  it('are told: a function that may not read its queue, a rule that may not send, an API that may not invoke', () => {
    const model = modelOf(({ work }) => {
      delete work.ConsumePolicy;
      delete work.QueuePolicy;
      delete work.ApiPermission;
    });
    const missing = missingGrants(model).join('\n');
    expect(missing).toMatch(/ConsumeSource .*sqs:ReceiveMessage/);
    expect(missing).toMatch(/Rule .*events.amazonaws.com/);
    expect(missing).toMatch(/Api .*apigateway.amazonaws.com may not invoke/);
  });
});

describe('intrinsic functions', () => {
  const stack = (name: string, template: object): Stack => ({
    name,
    template: { Resources: {}, Outputs: {}, Parameters: {}, Conditions: {}, Mappings: {}, ...template },
    assets: new Map(),
    paths: new Map(),
  });
  const here = stack('here', {
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } } },
    Parameters: { Stage: { Type: 'String', Default: 'dev' } },
    Conditions: { IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] }, IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] } },
    Mappings: { Sizes: { dev: { memory: 128 } } },
  });
  const there = stack('there', {
    Outputs: { Out: { Value: 'exported value', Export: { Name: { 'Fn::Sub': `${d}{AWS::StackName}:out` } } } },
  });
  const place = {
    partition: 'aws',
    account: '000000000000',
    region: 'eu-west-2',
    urlSuffix: 'amazonaws.com',
    endpoint,
  };
  const resolve = (value: unknown) => new Resolver([here, there], place).resolve(value, { stack: here, where: 'here' });

  it.each([
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-dev-1'],
    [
      { 'Fn::Sub': `${d}{Stage} ${d}{Queue.Arn} ${d}{!Literal}` },
      `dev arn:aws:sqs:eu-west-2:000000000000:work ${d}{Literal}`,
    ],
    [{ 'Fn::Sub': [`${d}{x}/${d}{Stage}`, { x: { Ref: 'AWS::AccountId' } }] }, '000000000000/dev'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::ImportValue': 'there:out' }, 'exported value'],
    [{ 'Fn::GetStackOutput': { StackName: 'there', OutputName: 'Out' } }, 'exported value'],
    [{ 'Fn::If': ['IsProd', 'big', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }] }, 128],
    [{ 'Fn::GetAtt': 'Queue.QueueName' }, 'work'],
    [{ Ref: 'Queue' }, `${endpoint}/000000000000/work`],
    [{ 'Fn::Base64': 'x' }, 'eA=='],
    [[{ Ref: 'AWS::NoValue' }, 'left'], ['left']],
    [{ kept: 1, gone: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] } }, { kept: 1 }],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('one that is not known is an error that says so', () => {
    expect(() => resolve({ 'Fn::Transform': {} })).toThrow(/Fn::Transform is not resolved/);
  });
});
