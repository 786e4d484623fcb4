import type { Bus, PutEventsEntry, QueueDefinition } from '#infra/local/bus/types.ts';

export const accountId = '123456789012';
export const region = 'eu-west-2';
export const arnOf = (queue: string) => `arn:aws:sqs:${region}:${accountId}:${queue}`;
export const busArn = `arn:aws:events:${region}:${accountId}:event-bus/crm`;
export const functionArn = `arn:aws:lambda:${region}:${accountId}:function:listener`;

export function queueNamed(name: string, more: Partial<QueueDefinition> = {}): QueueDefinition {
  return {
    name,
    arn: arnOf(name),
    url: `http://127.0.0.1/${accountId}/${name}`,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    ...more,
  };
}

/** Queue `work` with its dead-letter queue `dead` (after three receives), bus `crm`, one rule, one archive of all. */
export function defineUsual(bus: Bus): void {
  bus.defineQueue(queueNamed('dead'));
  bus.defineQueue(queueNamed('work', { redrive: { deadLetterQueueArn: arnOf('dead'), maxReceiveCount: 3 } }));
  bus.defineBus({ name: 'crm', arn: busArn });
  bus.defineRule({
    name: 'record',
    busName: 'crm',
    pattern: { source: ['test.intake'] },
    enabled: true,
    targets: [{ id: 'queue', arn: arnOf('work') }],
  });
  bus.defineArchive({ name: 'all', busArn, retentionDays: 30 });
}

export function entry(detail: object, more: Partial<PutEventsEntry> = {}): PutEventsEntry {
  return {
    Source: 'test.intake',
    DetailType: 'thing.logged',
    Detail: JSON.stringify(detail),
    EventBusName: 'crm',
    ...more,
  };
}
