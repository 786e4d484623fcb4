import { BusError } from './errors.ts';
import type { MessageAttribute } from './types.ts';

/** 1 MiB, body and attributes together. */
export const largestMessageBytes = 1_048_576;

/** Characters that SQS refuses: controls other than tab, line feed and return, lone surrogates, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const refused = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Throws for a body that SQS would not take. `attributes` is their JSON, or null. */
export function checkBody(body: unknown, attributes: string | null): asserts body is string {
  if (typeof body !== 'string' || body === '')
    throw new BusError('InvalidParameterValue', 'The request must contain the parameter MessageBody.');
  if (refused.test(body) || !body.isWellFormed())
    throw new BusError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  if (Buffer.byteLength(body) + Buffer.byteLength(attributes ?? '') > largestMessageBytes)
    throw new BusError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${largestMessageBytes} bytes.`,
    );
}

/** Checks message attributes and returns their JSON. */
export function checkAttributes(attributes: Record<string, MessageAttribute>): string {
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw new BusError(
      'InvalidParameterValue',
      'Number of message attributes [11 or more] exceeds the allowed maximum [10].',
    );
  for (const [name, { DataType: type, StringValue: text, BinaryValue: bytes }] of entries) {
    if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name))
      throw new BusError('InvalidParameterValue', `The message attribute name ${JSON.stringify(name)} is invalid.`);
    const kind = String(type).split('.')[0];
    const given = kind === 'Binary' ? bytes : kind === 'String' || kind === 'Number' ? text : undefined;
    if (given === undefined || given === '' || (kind === 'Number' && !Number.isFinite(Number(given))))
      throw new BusError('InvalidParameterValue', `The message attribute '${name}' has no value of its type ${type}.`);
  }
  return JSON.stringify(attributes);
}
