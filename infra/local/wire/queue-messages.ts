import { createHash } from 'node:crypto';
import type { Message, MessageAttribute } from '../bus/types.ts';

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * SQS's digest over message attributes: by name, each as length and bytes of name and type, one byte for the kind
 * (1 text, 2 binary), length and bytes of the value. Undefined when there are none.
 */
export function md5OfAttributes(attributes: Record<string, MessageAttribute> | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    add(BinaryValue === undefined ? Buffer.from(StringValue) : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

/** A message's attributes by SQS's own names for them, as text. */
export function systemAttributes(message: Message, senderId: string): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSourceArn && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}

/** Those of the attributes that a receive asked for: `All`, a name, or a prefix with `.*`. */
export function pick<T>(attributes: Record<string, T>, wanted: string[]): Record<string, T> | undefined {
  const chosen = Object.entries(attributes).filter(([name]) =>
    wanted.some(
      (one) =>
        one === 'All' || one === '.*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    ),
  );
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}
