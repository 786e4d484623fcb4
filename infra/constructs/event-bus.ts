import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus as AwsEventBus, Archive, Match } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from '#infra/stages.ts';
import type { Source } from '#shared/events/contract.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import type { HouseFunction } from './house-function.ts';

/**
 * The one bus, with an archive of all that goes over it. It has no resource policy: only this account publishes to it, by the roles
 * of its own functions.
 */
export class EventBus extends Construct {
  readonly bus: AwsEventBus;
  readonly archive: Archive;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.bus = new AwsEventBus(this, 'Bus', { eventBusName: `partnership-${stage.name}` });
    this.bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.archive = new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      eventPattern: { source: Match.prefix('partnership.') },
      retention: Duration.days(stage.archiveDays),
      description: 'What went over the bus, to be replayed to a rule.',
    });
    this.archive.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** Lets a function publish events of one source, and no other; tells it the bus's name. */
  letsPublish(fn: HouseFunction, source: Source): void {
    fn.lambda.addEnvironment(EnvironmentName.busName, this.bus.eventBusName);
    Grant.addToPrincipal({
      grantee: fn,
      actions: ['events:PutEvents'],
      resourceArns: [this.bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': source } },
    });
  }
}
