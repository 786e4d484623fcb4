import { Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { contextOf } from '#infra/context.ts';

/** Where alarms go: one encrypted topic a stage. The context value `alarmEmail` subscribes an address to it. */
export class Alerts extends Construct {
  readonly topic: Topic;
  readonly action: IAlarmAction;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // CloudWatch cannot publish to a topic under the AWS managed key, so the topic has a key of its own (1 dollar a month).
    const key = new Key(this, 'Key', { enableKeyRotation: true, description: 'Alarm messages' });
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    this.action = new SnsAction(this.topic);

    // The statement that refuses plain HTTP makes a policy, and a policy takes the place of SNS's default: so CloudWatch is let in here.
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    key.grant(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey');

    const { alarmEmail } = contextOf(this);
    if (alarmEmail) this.topic.addSubscription(new EmailSubscription(alarmEmail));
  }
}
