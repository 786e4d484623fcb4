import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventsWire } from '#infra/local/wire/events.ts';
import { md5OfAttributes } from '#infra/local/wire/queue-messages.ts';
import { queuesWire } from '#infra/local/wire/queues.ts';
import type { WireService } from '#infra/local/wire/types.ts';
import { accountId, arnOf, busArn, region, usualBus } from './support/bus.ts';

/** The real SDK clients against a server that does nothing but hand the calls to the wire. */
async function clients() {
  const bus = usualBus();
  const services: Record<string, WireService> = { AWSEvents: eventsWire(bus), AmazonSQS: queuesWire(bus) };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const answer = await services[service]?.handle(operation, JSON.parse(text));
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/x-amz-json-1.1', ...answer?.headers });
    response.end(JSON.stringify(answer?.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const [events, queues] = [new EventBridgeClient(config), new SQSClient(config)];
  onTestFinished(() => {
    events.destroy();
    queues.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { bus, events, queues, url: (name: string) => `${endpoint}/${accountId}/${name}`, services };
}

describe('EventBridge over the wire', () => {
  it('takes PutEvents of the SDK and answers entry by entry', async () => {
    const { bus, events } = await clients();
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: 'test.intake', DetailType: 't', Detail: '{"n":1}', EventBusName: 'crm', Time: new Date(1e12) },
          { Source: 'test.intake', DetailType: 't', Detail: '', EventBusName: 'crm' },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([undefined, 'InvalidArgument']);
    const [message] = bus.receive(arnOf('work'), 10);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      id: answer.Entries?.[0]?.EventId,
      time: '2001-09-09T01:46:40Z',
    });
  });

  it('refuses a request that is too long or too large as a whole, and an operation it does not have by name', async () => {
    const { bus, events } = await clients();
    const entry = { Source: 'test.intake', DetailType: 't', Detail: '{}', EventBusName: 'crm' };
    const put = (Entries: (typeof entry)[]) => events.send(new PutEventsCommand({ Entries }));
    await expect(put(Array(11).fill(entry))).rejects.toThrow(/<=10|at most 10/);
    const large = { ...entry, Detail: JSON.stringify({ a: 'x'.repeat(140_000) }) };
    await expect(put([large, large])).rejects.toMatchObject({ name: 'ValidationException' });
    expect(bus.depth(arnOf('work')).visible).toBe(0);
    await expect(events.send(new ListRulesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ListRules'),
    });
  });

  it('names the grants that a call needs: bus, source and detail type', async () => {
    const { services } = await clients();
    const entry = { Source: 's', DetailType: 't', Detail: '{}' };
    const grants = services.AWSEvents?.resources('PutEvents', {
      Entries: [
        { ...entry, EventBusName: 'crm' },
        { ...entry, EventBusName: busArn },
        { ...entry, EventBusName: 'crm', Source: 'other' },
        { ...entry, EventBusName: 'unknown' },
      ],
    });
    expect(grants).toEqual([
      { action: 'events:PutEvents', resource: busArn, context: { 'events:source': 's', 'events:detail-type': 't' } },
      {
        action: 'events:PutEvents',
        resource: busArn,
        context: { 'events:source': 'other', 'events:detail-type': 't' },
      },
    ]);
    expect(services.AWSEvents?.resources('PutEvents', null)).toEqual([]);
  });
});

describe('SQS over the wire', () => {
  const attributes = {
    text: { DataType: 'String', StringValue: 'ü' },
    bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255, 7]) },
    number: { DataType: 'Number.int', StringValue: '12' },
  };

  it('sends, receives with every attribute, and deletes; the SDK checks the digests', async () => {
    const { bus, queues, url } = await clients();
    const sent = await queues.send(
      new SendMessageCommand({ QueueUrl: url('work'), MessageBody: 'h€llo', MessageAttributes: attributes }),
    );
    const { Messages: messages = [] } = await queues.send(
      new ReceiveMessageCommand({
        QueueUrl: url('work'),
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'h€llo',
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: attributes,
      Attributes: {
        ApproximateReceiveCount: '1',
        SenderId: accountId,
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
      },
    });
    await queues.send(new DeleteMessageCommand({ QueueUrl: url('work'), ReceiptHandle: messages[0]?.ReceiptHandle }));
    expect(bus.depth(arnOf('work'))).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it.each([
    [
      'two texts, in any order',
      {
        test_attribute_name_2: { DataType: 'String', StringValue: 'test_attribute_value_2' },
        test_attribute_name_1: { DataType: 'String', StringValue: 'test_attribute_value_1' },
      },
      'd53f3b558fe951154770f25cb63dbba9',
    ],
    [
      'bytes',
      { test_attribute_name: { DataType: 'Binary', BinaryValue: btoa('test_attribute_value') } },
      '23f6bd27ea87aab7dfeadcc9aebee495',
    ],
  ])('has the digest that AWS gives for message attributes: %s', (_, given, digest) => {
    expect(md5OfAttributes(given)).toBe(digest);
  });

  it('sends and deletes in batches, failing entry by entry', async () => {
    const { bus, queues, url } = await clients();
    const sent = await queues.send(
      new SendMessageBatchCommand({
        QueueUrl: url('work'),
        Entries: [
          { Id: 'a', MessageBody: 'one' },
          { Id: 'b', MessageBody: 'two', DelaySeconds: 901 },
          { Id: 'c', MessageBody: 'three', DelaySeconds: 60 },
        ],
      }),
    );
    expect(sent.Successful?.map((entry) => entry.Id).sort()).toEqual(['a', 'c']);
    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }]);
    const [message] = bus.receive(arnOf('work'), 10);
    const deleted = await queues.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url('work'),
        Entries: [
          { Id: 'a', ReceiptHandle: message?.receiptHandle },
          { Id: 'b', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: 'a' }]);
    expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
    const twice = [
      { Id: 'a', MessageBody: 'x' },
      { Id: 'a', MessageBody: 'y' },
    ];
    await expect(
      queues.send(new SendMessageBatchCommand({ QueueUrl: url('work'), Entries: twice })),
    ).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });

  it('waits for a message when asked to, and answers as soon as it comes', async () => {
    const { bus, queues, url } = await clients();
    const started = Date.now();
    setTimeout(() => void bus.send(arnOf('work'), 'late'), 100);
    const answer = await queues.send(new ReceiveMessageCommand({ QueueUrl: url('work'), WaitTimeSeconds: 5 }));
    expect(answer.Messages?.[0]?.Body).toBe('late');
    expect(Date.now() - started).toBeLessThan(2000);
    const none = await queues.send(new ReceiveMessageCommand({ QueueUrl: url('work') }));
    expect(none.Messages ?? []).toEqual([]);
  });

  it('changes visibility, tells attributes and finds the URL by name', async () => {
    const { bus, queues, url } = await clients();
    await bus.send(arnOf('work'), 'one');
    const [message] = bus.receive(arnOf('work'), 1);
    const change = { QueueUrl: url('work'), ReceiptHandle: message?.receiptHandle, VisibilityTimeout: 0 };
    await queues.send(new ChangeMessageVisibilityCommand(change));
    await expect(queues.send(new ChangeMessageVisibilityCommand(change))).rejects.toMatchObject({
      name: 'MessageNotInflight',
    });
    const { Attributes: told } = await queues.send(
      new GetQueueAttributesCommand({ QueueUrl: url('work'), AttributeNames: ['All'] }),
    );
    expect(told).toMatchObject({ QueueArn: arnOf('work'), ApproximateNumberOfMessages: '1', VisibilityTimeout: '30' });
    expect(JSON.parse(told?.RedrivePolicy ?? '')).toEqual({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 3 });
    const found = await queues.send(new GetQueueUrlCommand({ QueueName: 'work' }));
    expect(found.QueueUrl).toContain(`/${accountId}/work`);
  });

  it('answers errors as AWS does: unknown queue, unknown operation, wrong body', async () => {
    const { queues, url } = await clients();
    const send = (name: string, MessageBody: string) =>
      queues.send(new SendMessageCommand({ QueueUrl: url(name), MessageBody }));
    await expect(send('none', 'x')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(send('work', 'a\u0001')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(queues.send(new PurgeQueueCommand({ QueueUrl: url('work') }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('PurgeQueue'),
    });
  });

  it('names the grant that a call needs', async () => {
    const { services, url } = await clients();
    const grants = (operation: string, body: unknown) => services.AmazonSQS?.resources(operation, body);
    const work = { QueueUrl: url('work') };
    expect(grants('SendMessageBatch', work)).toEqual([{ action: 'sqs:SendMessage', resource: arnOf('work') }]);
    expect(grants('DeleteMessage', work)).toEqual([{ action: 'sqs:DeleteMessage', resource: arnOf('work') }]);
    expect(grants('GetQueueUrl', { QueueName: 'dead' })).toEqual([
      { action: 'sqs:GetQueueUrl', resource: arnOf('dead') },
    ]);
    expect(grants('toString', work)).toEqual([]);
    expect(grants('SendMessage', null)).toEqual([]);
  });
});
