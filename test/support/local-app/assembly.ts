/**
 * A small app as a cloud assembly, written by hand in the shape that CDK writes: two stacks, references between them, one of everything
 * that the local host runs. For tests of the host that must not wait for a synthesis.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
}

export type TestResources = Record<string, TestResource>;

export interface SmallApp {
  state: TestResources;
  work: TestResources;
}

/** `<Name>` in the text stands for CloudFormation's placeholder of that name. */
const sub = (text: string) => ({
  'Fn::Sub': text.replaceAll(/<([^>]+)>/g, (_, name) => ['$', '{', name, '}'].join('')),
});

const functions = fileURLToPath(new URL('functions', import.meta.url));

const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
/** A weak cross-stack reference, as CDK writes it. */
const output = (name: string) => ({
  'Fn::GetStackOutput': { StackName: 'small-state', Region: { Ref: 'AWS::Region' }, OutputName: name },
});

const role = (): TestResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
    ManagedPolicyArns: [
      {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
        ],
      },
    ],
  },
});

const policy = (roleId: string, ...statements: object[]): TestResource => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `${roleId}Policy`,
    PolicyDocument: { Version: '2012-10-17', Statement: statements },
    Roles: [{ Ref: roleId }],
  },
});

const allow = (Action: string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

const fn = (name: string, roleId: string, environment: Record<string, unknown> = {}): TestResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: sub('assets-<AWS::AccountId>-<AWS::Region>'), S3Key: `${name}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: att(roleId, 'Arn'),
    MemorySize: 128,
    Timeout: 10,
    Environment: { Variables: environment },
  },
});

const route = (routeKey: string, authorized: boolean): TestResource => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey: routeKey,
    Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'ApiIntegration' }]] },
    AuthorizationType: authorized ? 'JWT' : 'NONE',
    ...(authorized ? { AuthorizerId: { Ref: 'Authorizer' } } : {}),
  },
});

/** New on each call, so that a test may change it before it is written. */
export function smallApp(): SmallApp {
  const table = output('TableArn');
  return {
    state: {
      Table: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: {
          AttributeDefinitions: ['pk', 'sk', 'kind', 'stage'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byStage',
              KeySchema: [
                { AttributeName: 'kind', KeyType: 'HASH' },
                { AttributeName: 'stage', KeyType: 'HASH' },
                { AttributeName: 'pk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
          Replicas: [{ Region: { Ref: 'AWS::Region' }, DeletionProtectionEnabled: true }],
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'small' } },
      Archive: { Type: 'AWS::Events::Archive', Properties: { SourceArn: att('Bus', 'Arn'), RetentionDays: 30 } },
      Users: { Type: 'AWS::Cognito::UserPool', Properties: {} },
      Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Users' } } },
      Viewers: {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: { UserPoolId: { Ref: 'Users' }, GroupName: 'viewer' },
      },
      Officers: {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: { UserPoolId: { Ref: 'Users' }, GroupName: 'bd-officer' },
      },
    },
    work: {
      DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 1,
          RedrivePolicy: { deadLetterTargetArn: att('DeadLetters', 'Arn'), maxReceiveCount: 2 },
        },
      },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Principal: { Service: 'events.amazonaws.com' },
                Resource: att('Queue', 'Arn'),
                Condition: { ArnEquals: { 'aws:SourceArn': att('Rule', 'Arn') } },
              },
            ],
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: output('BusName'),
          EventPattern: { source: ['test'] },
          State: 'ENABLED',
          Targets: [{ Id: 'Target0', Arn: att('Queue', 'Arn') }],
        },
      },
      ApiRole: role(),
      ApiPolicy: policy(
        'ApiRole',
        allow(
          ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
          [table, { 'Fn::Join': ['', [table, '/index/*']] }],
        ),
        allow(['events:PutEvents'], output('BusArn')),
        allow(['sqs:SendMessage'], att('Queue', 'Arn')),
      ),
      ApiFunction: fn('api', 'ApiRole', { TABLE_NAME: output('TableName'), QUEUE_URL: { Ref: 'Queue' } }),
      ApiPermission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: att('ApiFunction', 'Arn'),
          Principal: 'apigateway.amazonaws.com',
          SourceArn: sub('arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>/*/*'),
        },
      },
      ConsumeRole: role(),
      ConsumePolicy: policy(
        'ConsumeRole',
        allow(['dynamodb:PutItem'], table),
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], att('Queue', 'Arn')),
      ),
      ConsumeFunction: fn('consume', 'ConsumeRole', { TABLE_NAME: output('TableName') }),
      ConsumeSource: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: att('Queue', 'Arn'),
          FunctionName: { Ref: 'ConsumeFunction' },
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      ProjectRole: role(),
      ProjectPolicy: policy(
        'ProjectRole',
        allow(['dynamodb:UpdateItem'], table),
        allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], output('StreamArn')),
        allow(['sqs:SendMessage'], att('DeadLetters', 'Arn')),
      ),
      ProjectFunction: fn('project', 'ProjectRole', { TABLE_NAME: output('TableName') }),
      ProjectSource: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: output('StreamArn'),
          FunctionName: { Ref: 'ProjectFunction' },
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 100,
          TumblingWindowInSeconds: 60,
          MaximumRetryAttempts: 2,
          BisectBatchOnFunctionError: true,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          DestinationConfig: { OnFailure: { Destination: att('DeadLetters', 'Arn') } },
          FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["record"]}}}}' }] },
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'small', ProtocolType: 'HTTP' } },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
      },
      ApiIntegration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: att('ApiFunction', 'Arn'),
          PayloadFormatVersion: '2.0',
        },
      },
      Authorizer: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        Properties: {
          ApiId: { Ref: 'Api' },
          Name: 'staff',
          AuthorizerType: 'JWT',
          IdentitySource: ['$request.header.Authorization'],
          JwtConfiguration: {
            Audience: [output('ClientId')],
            Issuer: {
              'Fn::Join': ['', ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', output('PoolId')]],
            },
          },
        },
      },
      HealthRoute: route('GET /health', false),
      CallRoute: route('POST /call', true),
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AnythingAtAll: true } },
    },
  };
}

/** Writes the assembly into a new temporary directory and gives its path. */
export function writeAssembly({ state, work }: SmallApp): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-app-'));
  const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  const outputs = {
    TableName: { Value: { Ref: 'Table' } },
    TableArn: { Value: att('Table', 'Arn') },
    StreamArn: { Value: att('Table', 'StreamArn') },
    BusName: { Value: { Ref: 'Bus' } },
    BusArn: { Value: att('Bus', 'Arn') },
    PoolId: { Value: { Ref: 'Users' } },
    ClientId: { Value: { Ref: 'Client' } },
  };
  write('State.template.json', { Resources: state, Outputs: outputs });
  write('Work.template.json', { Resources: work });
  const asset = (name: string) => ({
    source: { path: join(functions, name), packaging: 'zip' },
    destinations: { local: { objectKey: `${name}.zip` } },
  });
  write('Work.assets.json', { files: { api: asset('api'), consume: asset('consume'), project: asset('project') } });
  const stack = (name: string) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: `${name}.template.json`, stackName: `small-${name.toLowerCase()}` },
  });
  mkdirSync(directory, { recursive: true });
  write('manifest.json', {
    artifacts: {
      State: stack('State'),
      Work: stack('Work'),
      'Work.assets': { type: 'cdk:asset-manifest', properties: { file: 'Work.assets.json' } },
    },
  });
  return directory;
}
