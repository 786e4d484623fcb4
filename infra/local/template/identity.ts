/**
 * What `Ref` and `Fn::GetAtt` give for a resource before it exists anywhere: names like CloudFormation's own (without its random
 * suffix, so that they are the same on every start), and the ARNs that follow from them.
 */
import { createHash } from 'node:crypto';
import { secretArn } from '../secrets/arn.ts';

export interface Place {
  partition: string;
  account: string;
  region: string;
  urlSuffix: string;
  /** Origin of the local endpoint: queue URLs point at it, because SDK clients take their endpoint from the queue's URL. */
  endpoint: string;
}

export interface Identity {
  ref: string;
  attributes: Record<string, string>;
}

/** `property(name)` is the resolved property, undefined where the template leaves it out. */
type Describe = (context: {
  place: Place;
  stack: string;
  logicalId: string;
  /** The name given in the template, or one made as CloudFormation would. */
  name(property: string, maximum?: number): string;
  property(name: string): unknown;
}) => Identity;

/** Like CloudFormation's random ids, but the same every time. */
export function stableId(length: number, ...parts: string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, length);
}

const arnOf = (place: Place, service: string, resource: string): string =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`;

const table: Describe = ({ place, name }) => {
  const ref = name('TableName', 255);
  const arn = arnOf(place, 'dynamodb', `table/${ref}`);
  return { ref, attributes: { Arn: arn, StreamArn: `${arn}/stream/local`, TableId: stableId(32, arn) } };
};

const userPool: Describe = ({ place, stack, logicalId }) => {
  const ref = `${place.region}_${stableId(9, stack, logicalId)}`;
  const providerName = `cognito-idp.${place.region}.amazonaws.com/${ref}`;
  return {
    ref,
    attributes: {
      Arn: arnOf(place, 'cognito-idp', `userpool/${ref}`),
      UserPoolId: ref,
      ProviderName: providerName,
      ProviderURL: `https://${providerName}`,
    },
  };
};

const named =
  (property: string): Describe =>
  ({ name }) => ({ ref: name(property, 64), attributes: {} });

const describers: Record<string, Describe> = {
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::SQS::Queue': ({ place, name }) => {
    const queueName = name('QueueName', 80);
    const url = `${place.endpoint}/${place.account}/${queueName}`;
    return { ref: url, attributes: { Arn: arnOf(place, 'sqs', queueName), QueueName: queueName, QueueUrl: url } };
  },
  'AWS::Lambda::Function': ({ place, name }) => {
    const ref = name('FunctionName', 64);
    return { ref, attributes: { Arn: arnOf(place, 'lambda', `function:${ref}`) } };
  },
  'AWS::Lambda::EventSourceMapping': ({ stack, logicalId }) => {
    const ref = stableId(32, stack, logicalId).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { ref, attributes: { Id: ref } };
  },
  'AWS::Events::EventBus': ({ place, name }) => {
    const ref = name('Name', 256);
    return { ref, attributes: { Arn: arnOf(place, 'events', `event-bus/${ref}`), Name: ref } };
  },
  'AWS::Events::Rule': ({ place, name, property }) => {
    const ruleName = name('Name', 64);
    const bus = property('EventBusName');
    const busName = typeof bus === 'string' ? (bus.split('/').at(-1) ?? bus) : undefined;
    const path = busName && busName !== 'default' ? `${busName}/${ruleName}` : ruleName;
    return {
      ref: path.replace('/', '|'),
      attributes: { Arn: arnOf(place, 'events', `rule/${path}`), RuleName: ruleName },
    };
  },
  'AWS::Events::Archive': ({ place, name }) => {
    const ref = name('ArchiveName', 48);
    return { ref, attributes: { Arn: arnOf(place, 'events', `archive/${ref}`), ArchiveName: ref } };
  },
  'AWS::IAM::Role': ({ place, name, stack, logicalId }) => {
    const ref = name('RoleName', 64);
    return {
      ref,
      attributes: {
        Arn: `arn:${place.partition}:iam::${place.account}:role/${ref}`,
        RoleId: `AROA${stableId(17, stack, logicalId).toUpperCase()}`,
      },
    };
  },
  'AWS::IAM::ManagedPolicy': ({ place, name }) => {
    const arn = `arn:${place.partition}:iam::${place.account}:policy/${name('ManagedPolicyName', 128)}`;
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
  'AWS::ApiGatewayV2::Api': ({ place, stack, logicalId }) => {
    const ref = stableId(10, stack, logicalId);
    const endpoint = `https://${ref}.execute-api.${place.region}.${place.urlSuffix}`;
    return { ref, attributes: { ApiId: ref, ApiEndpoint: endpoint } };
  },
  'AWS::ApiGatewayV2::Stage': ({ name }) => ({ ref: name('StageName'), attributes: {} }),
  'AWS::ApiGatewayV2::Integration': ({ stack, logicalId }) => {
    const ref = stableId(7, stack, logicalId);
    return { ref, attributes: { IntegrationId: ref } };
  },
  'AWS::ApiGatewayV2::Authorizer': ({ stack, logicalId }) => {
    const ref = stableId(6, stack, logicalId);
    return { ref, attributes: { AuthorizerId: ref } };
  },
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': ({ stack, logicalId }) => {
    const ref = stableId(26, stack, logicalId);
    return { ref, attributes: { ClientId: ref, Name: logicalId } };
  },
  'AWS::Cognito::UserPoolDomain': ({ name, stack, logicalId }) => ({
    ref: name('Domain'),
    attributes: { CloudFrontDistribution: `${stableId(13, stack, logicalId)}.cloudfront.net` },
  }),
  'AWS::Scheduler::Schedule': ({ place, name, property }) => {
    const ref = name('Name', 64);
    const group = property('GroupName');
    const groupName = typeof group === 'string' ? group : 'default';
    return { ref, attributes: { Arn: arnOf(place, 'scheduler', `schedule/${groupName}/${ref}`) } };
  },
  'AWS::Scheduler::ScheduleGroup': ({ place, name }) => {
    const ref = name('Name', 64);
    return { ref, attributes: { Arn: arnOf(place, 'scheduler', `schedule-group/${ref}`) } };
  },
  'AWS::S3::Bucket': ({ place, name }) => {
    const ref = name('BucketName', 63).toLowerCase();
    const host = `${ref}.s3.${place.region}.${place.urlSuffix}`;
    const attributes = { Arn: `arn:${place.partition}:s3:::${ref}`, DomainName: host, RegionalDomainName: host };
    return { ref, attributes };
  },
  'AWS::SecretsManager::Secret': ({ place, name }) => {
    const secretName = name('Name', 512);
    const arn = secretArn(place.account, place.region, secretName);
    return { ref: arn, attributes: { Id: arn, Name: secretName } };
  },
  'AWS::SES::ConfigurationSet': named('Name'),
  'AWS::SES::EmailIdentity': ({ name, stack, logicalId }) => {
    const tokens = [1, 2, 3].map((number) => [number, stableId(32, stack, logicalId, String(number))] as const);
    return {
      ref: name('EmailIdentity'),
      attributes: Object.fromEntries(
        tokens.flatMap(([number, token]) => [
          [`DkimDNSTokenName${number}`, `${token}._domainkey.${name('EmailIdentity')}`],
          [`DkimDNSTokenValue${number}`, `${token}.dkim.amazonses.com`],
        ]),
      ),
    };
  },
  'AWS::Logs::LogGroup': ({ place, name }) => {
    const ref = name('LogGroupName', 512);
    return { ref, attributes: { Arn: arnOf(place, 'logs', `log-group:${ref}:*`) } };
  },
  'AWS::KMS::Key': ({ place, stack, logicalId }) => {
    const ref = stableId(32, stack, logicalId).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { ref, attributes: { Arn: arnOf(place, 'kms', `key/${ref}`), KeyId: ref } };
  },
  'AWS::SNS::Topic': ({ place, name }) => {
    const topicName = name('TopicName', 256);
    const arn = arnOf(place, 'sns', topicName);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: topicName } };
  },
  'AWS::CloudWatch::Alarm': ({ place, name }) => {
    const ref = name('AlarmName', 255);
    return { ref, attributes: { Arn: arnOf(place, 'cloudwatch', `alarm:${ref}`) } };
  },
};

/** Undefined for a type whose `Ref` and attributes are not known here. */
export function describerOf(type: string): Describe | undefined {
  return describers[type];
}
