import * as z from 'zod';
import { BusError } from '../bus/errors.ts';
import type { Bus, Message, QueueDefinition } from '../bus/types.ts';
import { done, failure, refusal, unsupported, WireFault } from './answers.ts';
import { md5, md5OfAttributes, pick, systemAttributes } from './queue-messages.ts';
import type { RequiredGrant, WireService } from './types.ts';

const namespace = 'com.amazonaws.sqs';

const Attributes = z.record(
  z.string(),
  z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
);
const Sending = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().int().optional(),
  MessageAttributes: Attributes.nullish(),
});
const Handle = z.object({ ReceiptHandle: z.string() });
const Visibility = Handle.extend({ VisibilityTimeout: z.number().int() });
const Receiving = z.object({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).default(0),
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
});
const AttributeNames = z.object({ AttributeNames: z.array(z.string()).default([]) });

type Operation = (bus: Bus, queue: QueueDefinition, body: unknown) => Promise<unknown> | unknown;

const operations: Record<string, { action: string; run: Operation }> = {
  SendMessage: { action: 'sqs:SendMessage', run: (bus, queue, body) => send(bus, queue, parse(Sending, body)) },
  SendMessageBatch: {
    action: 'sqs:SendMessage',
    run: (bus, queue, body) => each(body, Sending, (entry) => send(bus, queue, entry)),
  },
  ReceiveMessage: { action: 'sqs:ReceiveMessage', run: receive },
  DeleteMessage: {
    action: 'sqs:DeleteMessage',
    run: (bus, queue, body) => bus.delete(queue.arn, [parse(Handle, body).ReceiptHandle]),
  },
  DeleteMessageBatch: {
    action: 'sqs:DeleteMessage',
    run: (bus, queue, body) => each(body, Handle, (entry) => bus.delete(queue.arn, [entry.ReceiptHandle])),
  },
  ChangeMessageVisibility: {
    action: 'sqs:ChangeMessageVisibility',
    run: (bus, queue, body) => changeVisibility(bus, queue, parse(Visibility, body)),
  },
  ChangeMessageVisibilityBatch: {
    action: 'sqs:ChangeMessageVisibility',
    run: (bus, queue, body) => each(body, Visibility, (entry) => changeVisibility(bus, queue, entry)),
  },
  GetQueueAttributes: { action: 'sqs:GetQueueAttributes', run: queueAttributes },
  GetQueueUrl: { action: 'sqs:GetQueueUrl', run: (_, queue) => ({ QueueUrl: queue.url }) },
};

/**
 * SQS over JSON 1.0 (`x-amz-target: AmazonSQS.SendMessage` and so on), for standard queues. A queue is found by the account
 * and name at the end of its URL, so that a URL of an earlier start, with another port, is still good.
 */
export function queuesWire(bus: Bus): WireService {
  return {
    async handle(operation, body) {
      try {
        const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
        if (!found) throw unsupported('sqs', operation);
        const queue = findQueue(bus, body);
        if (!queue)
          throw new WireFault(
            'QueueDoesNotExist',
            'The specified queue does not exist.',
            'AWS.SimpleQueueService.NonExistentQueue',
          );
        return done((await found.run(bus, queue, body)) ?? {});
      } catch (error) {
        if (error instanceof WireFault) return refusal(error, namespace);
        if (error instanceof BusError) return refusal(asFault(error), namespace);
        return failure(error, 'InternalError', namespace);
      }
    },
    resources(operation, body): RequiredGrant[] {
      const action = Object.hasOwn(operations, operation) ? operations[operation]?.action : undefined;
      const queue = findQueue(bus, body);
      return action && queue ? [{ action, resource: queue.arn }] : [];
    },
  };
}

function findQueue(bus: Bus, body: unknown): QueueDefinition | undefined {
  const { QueueUrl: url, QueueName: name } = (body ?? {}) as { QueueUrl?: unknown; QueueName?: unknown };
  const path = typeof url === 'string' ? url.split('/').slice(-2).join(':') : undefined;
  return bus.queues().find((queue) => (path === undefined ? queue.name === name : queue.arn.endsWith(`:${path}`)));
}

async function send(bus: Bus, queue: QueueDefinition, given: z.infer<typeof Sending>) {
  const attributes = given.MessageAttributes
    ? Object.fromEntries(
        Object.entries(given.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            DataType,
            ...(StringValue !== undefined && { StringValue }),
            ...(BinaryValue !== undefined && { BinaryValue }),
          },
        ]),
      )
    : undefined;
  const { messageId } = await bus.send(queue.arn, given.MessageBody, {
    ...(given.DelaySeconds !== undefined && { delaySeconds: given.DelaySeconds }),
    ...(attributes && { attributes }),
  });
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(given.MessageBody),
    ...(digest && { MD5OfMessageAttributes: digest }),
  };
}

async function receive(bus: Bus, queue: QueueDefinition, body: unknown) {
  const wanted = parse(Receiving, body);
  const messages = await receiveWithin(bus, queue.arn, wanted);
  if (messages.length === 0) return {};
  const systemNames = [...wanted.AttributeNames, ...wanted.MessageSystemAttributeNames];
  const account = queue.arn.split(':')[4] ?? '';
  return {
    Messages: messages.map((message) => {
      const system = pick(systemAttributes(message, account), systemNames);
      const own = pick(message.messageAttributes, wanted.MessageAttributeNames);
      return {
        MessageId: message.messageId,
        ReceiptHandle: message.receiptHandle,
        Body: message.body,
        MD5OfBody: message.md5OfBody,
        ...(system && { Attributes: system }),
        ...(own && { MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own) }),
      };
    }),
  };
}

/** Long polling: an empty queue is waited for, and a message that comes is answered with at once. */
async function receiveWithin(bus: Bus, queueArn: string, wanted: z.infer<typeof Receiving>): Promise<Message[]> {
  const take = () => bus.receive(queueArn, wanted.MaxNumberOfMessages, wanted.VisibilityTimeout);
  const messages = take();
  if (messages.length > 0 || wanted.WaitTimeSeconds === 0) return messages;
  return new Promise((resolve) => {
    const stop = bus.onAvailable(queueArn, () => {
      const came = take();
      if (came.length > 0) finish(came);
    });
    const timer = setTimeout(() => finish([]), wanted.WaitTimeSeconds * 1000);
    function finish(came: Message[]): void {
      clearTimeout(timer);
      stop();
      resolve(came);
    }
  });
}

function changeVisibility(bus: Bus, queue: QueueDefinition, given: z.infer<typeof Visibility>) {
  if (!bus.changeVisibility(queue.arn, given.ReceiptHandle, given.VisibilityTimeout))
    throw new WireFault(
      'MessageNotInflight',
      'The message is not in flight.',
      'AWS.SimpleQueueService.MessageNotInflight',
    );
}

function queueAttributes(bus: Bus, queue: QueueDefinition, body: unknown) {
  const depth = bus.depth(queue.arn);
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queue.redrive.deadLetterQueueArn,
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  };
  const { AttributeNames: names } = parse(AttributeNames, body);
  const unknown = names.find((name) => name !== 'All' && name !== 'RedrivePolicy' && !Object.hasOwn(all, name));
  if (unknown) throw new WireFault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return { Attributes: pick(all, names) ?? {} };
}

/** A batch: each entry succeeds or fails by itself; the request fails when it is empty, too long, or has an id twice. */
async function each<Entry>(body: unknown, schema: z.ZodType<Entry>, run: (entry: Entry) => Promise<unknown> | unknown) {
  const { Entries: entries } = parse(z.object({ Entries: z.array(z.looseObject({ Id: z.string() })) }), body);
  const query = 'AWS.SimpleQueueService';
  if (entries.length === 0)
    throw new WireFault('EmptyBatchRequest', 'There are no entries.', `${query}.EmptyBatchRequest`);
  if (entries.length > 10)
    throw new WireFault(
      'TooManyEntriesInBatchRequest',
      'A batch has at most 10 entries.',
      `${query}.TooManyEntriesInBatchRequest`,
    );
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length)
    throw new WireFault(
      'BatchEntryIdsNotDistinct',
      'Two entries have the same Id.',
      `${query}.BatchEntryIdsNotDistinct`,
    );
  const successful: unknown[] = [];
  const failed: unknown[] = [];
  await Promise.all(
    entries.map(async (entry) => {
      try {
        const result = await run(parse(schema, entry));
        successful.push({ Id: entry.Id, ...(typeof result === 'object' && result) });
      } catch (error) {
        const senderFault = error instanceof WireFault || error instanceof BusError;
        const Code = senderFault ? error.code : 'InternalError';
        const Message = error instanceof Error ? error.message : String(error);
        failed.push({ Id: entry.Id, Code, Message, SenderFault: senderFault });
      }
    }),
  );
  return { Successful: successful, ...(failed.length > 0 && { Failed: failed }) };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new WireFault('InvalidParameterValue', z.prettifyError(parsed.error));
  return parsed.data;
}

function asFault(error: BusError): WireFault {
  if (error.code !== 'InvalidParameterValue') return new WireFault(error.code, error.message);
  return new WireFault('InvalidParameterValue', error.message, 'InvalidParameterValue');
}
