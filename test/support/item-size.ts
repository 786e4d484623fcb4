/**
 * What an item costs by DynamoDB's own rules: the length of every attribute's name in UTF-8 and of its value. Text counts its bytes in
 * UTF-8, binary its bytes, true, false and null one byte, a number about one byte for two digits and one more, a list or map three
 * bytes and one for each element besides the elements. A write costs one unit for each KB begun, a consistent read one for each 4 KB.
 *
 * Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + (value === undefined ? 0 : Buffer.byteLength(name) + valueBytes(value)),
    0,
  );
}

function valueBytes(value: unknown): number {
  if (value === undefined) return 0;
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number' || typeof value === 'bigint') return numberBytes(String(value));
  if (value instanceof Uint8Array) return value.byteLength;
  if (value instanceof Set) return [...value].reduce<number>((sum, one) => sum + valueBytes(one), 0);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + valueBytes(one), 3);
  const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined);
  return entries.reduce((sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + valueBytes(one), 3);
}

function numberBytes(text: string): number {
  const digits = text.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

export const writeUnits = (item: Readonly<Record<string, unknown>>): number =>
  Math.max(1, Math.ceil(itemBytes(item) / 1024));

export const readUnits = (item: Readonly<Record<string, unknown>>): number =>
  Math.max(1, Math.ceil(itemBytes(item) / 4096));
