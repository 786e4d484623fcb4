/** The parts of JSON Schema (draft 2020-12) that the API's document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly additionalProperties?: boolean | Schema;
  readonly examples?: readonly unknown[];
}

/** One thing wrong with a body: where (RFC 6901), what, and the body that has it. */
export interface BadBody {
  readonly pointer: string;
  readonly what: string;
  readonly body: unknown;
}

type Resolve = (schema: Schema) => Schema;

/** What a value may not be, by its schema. */
function badValues(schema: Schema, name: string): [what: string, value: unknown][] {
  if (schema.enum)
    return [
      ['wrong enum', 'no-such-value'],
      ['enum in capitals', String(schema.enum[0]).toUpperCase()],
      ['number', 7],
      ['list', []],
    ];
  switch (schema.type) {
    case 'string':
      return badStrings(schema, name);
    case 'integer':
    case 'number':
      return [
        ['text for a number', '5'],
        ['fraction', 1.5],
        ['below', (schema.minimum ?? 0) - 1],
        ['above', (schema.maximum ?? 1e6) + 1],
        ['beyond safe integers', 2 ** 60],
        ['list', [5]],
      ];
    case 'boolean':
      return [
        ['text', 'true'],
        ['number', 1],
        ['object', {}],
      ];
    case 'array':
      return [
        ['object for a list', {}],
        ['text for a list', 'a,b'],
        ['list with null', [null]],
        ['list with a number', [12]],
        ...(schema.minItems ? ([['empty list', []]] as [string, unknown][]) : []),
        ...(schema.maxItems ? ([['too many', Array(schema.maxItems + 1).fill('x')]] as [string, unknown][]) : []),
      ];
    case 'object':
      return [
        ['list for an object', []],
        ['text for an object', 'x'],
        ['unknown key', { 'no-such-key': 1 }],
        ['number for an object', 7],
        ['boolean for an object', true],
      ].filter(([, value]) => !schema.anyOf?.some((form) => takes(form, value))) as [string, unknown][];
    default:
      return [];
  }
}

/** Whether one form of several takes one of the values that are tried where there are several. */
function takes({ type, pattern, const: only, enum: some, additionalProperties }: Schema, value: unknown): boolean {
  if (only !== undefined) return value === only;
  if (some) return some.includes(value);
  if (Array.isArray(value)) return type === 'array';
  if (typeof value === 'object') return type === 'object' && additionalProperties !== false;
  if (typeof value === 'string') return type === 'string' && new RegExp(pattern ?? '', 'u').test(value);
  return typeof value === 'number' ? type === 'number' || type === 'integer' : type === typeof value;
}

function badStrings(schema: Schema, name: string): [string, unknown][] {
  const plain = !schema.pattern && !schema.format;
  return [
    ['number', 5],
    ['object', { a: 1 }],
    ['list', ['a']],
    ['boolean', true],
    ...((schema.minLength ?? 0) > 0
      ? ([
          ['empty', ''],
          ['blank', ' \u2003 '],
        ] as [string, unknown][])
      : []),
    ...(schema.maxLength
      ? ([
          ['over-long', 'x'.repeat(schema.maxLength + 1)],
          ['over-long in astral characters', '😀'.repeat(schema.maxLength + 1)],
        ] as [string, unknown][])
      : []),
    ...(plain
      ? ([
          ['control character', 'a\u0000b'],
          ['escape character', 'a\u001bb'],
          ['lone surrogate', 'a\ud800b'],
          ['carriage return', 'a\rb'],
        ] as [string, unknown][])
      : []),
    ...(schema.pattern || schema.format
      ? ([
          ['not of the form', '!!'],
          ['trailing newline', `${example(schema)}\n`],
          ['script', '<script>alert(1)</script>'],
        ] as [string, unknown][])
      : []),
    ...(schema.format === 'date'
      ? ([
          ['no such day', '2026-02-30'],
          ['instant for a date', '2026-02-03T00:00:00Z'],
        ] as [string, unknown][])
      : []),
    ...(schema.format === 'date-time'
      ? ([
          ['no offset', '2026-02-03T00:00:00'],
          ['no such hour', '2026-02-03T25:00:00Z'],
          ['words', 'yesterday'],
        ] as [string, unknown][])
      : []),
    ...(name === 'amount' ? BAD_AMOUNTS.map((amount): [string, unknown] => [`amount ${amount}`, amount]) : []),
    ...(name === 'currency'
      ? ['gbp', 'ZZZ', 'XAU', 'GB', '£'].map((code): [string, unknown] => [`currency ${code}`, code])
      : []),
  ];
}

const BAD_AMOUNTS = [
  '-1.00',
  '+1',

  '1e3',
  '0x10',
  '1,000.00',
  '١٢',
  '1.',
  '.5',
  'NaN',
  'Infinity',
  '9'.repeat(16),
  '007',
  '1 000',
];

const example = (schema: Schema) => String(schema.examples?.[0] ?? '2026-02-03');

/** Amounts that their own currency cannot have. */
const BAD_MONEY = [
  { amount: '100.5', currency: 'JPY' },
  { amount: '1.2345', currency: 'KWD' },
  { amount: '1.234', currency: 'CNY' },
  { amount: '1.00001', currency: 'CLF' },
];

/** Every wrong body that a valid one and its schema give, one fault each. */
export function badBodies(schema: Schema, valid: Record<string, unknown>, resolve: Resolve): BadBody[] {
  return [
    ...['no-such-field', 'id', 'version', 'Title', 'constructor', 'toString'].map((name) => ({
      pointer: `/${name}`,
      what: 'unknown field',
      body: { ...valid, [name]: 'x' },
    })),
    ...inObject(schema, valid, '', resolve).map(({ pointer, what, body }) => ({ pointer, what, body })),
  ];
}

function inObject(schema: Schema, valid: Record<string, unknown>, at: string, resolve: Resolve): BadBody[] {
  const bad: BadBody[] = [];
  const put = (name: string, what: string, value: unknown, pointer = `${at}/${name}`) =>
    bad.push({ pointer, what: `${what} at ${pointer}`, body: { ...valid, [name]: value } });
  for (const name of schema.required ?? []) {
    const { [name]: _, ...rest } = valid;
    bad.push({ pointer: `${at}/${name}`, what: `missing ${at}/${name}`, body: rest });
  }
  for (const [name, reference] of Object.entries(schema.properties ?? {})) {
    const { schema: own, nullable } = unwrap(reference, resolve);
    if (!nullable) put(name, 'null', null);
    for (const [what, value] of badValues(own, name)) put(name, what, value);
    if (own.properties && own.type === 'object') {
      const inner = sample(own, resolve) as Record<string, unknown>;
      for (const nested of inObject(own, inner, `${at}/${name}`, resolve))
        put(name, nested.what, nested.body, nested.pointer);
    }
    if (own.properties?.['amount'] && own.required?.includes('amount'))
      for (const money of BAD_MONEY) put(name, `${money.amount} ${money.currency}`, money, `${at}/${name}/amount`);
    if (own.type === 'array' && own.items) {
      const { schema: item } = unwrap(own.items, resolve);
      for (const [what, value] of badValues(item, name)) put(name, `item: ${what}`, [value], `${at}/${name}/0`);
      if (own.uniqueItems) put(name, 'twice the same', [sample(item, resolve), sample(item, resolve)]);
    }
  }
  return bad;
}

function unwrap(reference: Schema, resolve: Resolve): { schema: Schema; nullable: boolean } {
  const schema = resolve(reference);
  const choices = (schema.anyOf ?? schema.oneOf)?.map(resolve);
  if (!choices) return { schema, nullable: schema.type === 'null' };
  const others = choices.filter((choice) => choice.type !== 'null');
  const nullable = others.length < choices.length;
  const first = others[0] ?? schema;
  return others.length === 1
    ? { ...unwrap(first, resolve), nullable }
    : { schema: { type: 'object', anyOf: others }, nullable };
}

/** A valid value by its schema: enough for the schemas of the requests. */
function sample(reference: Schema, resolve: Resolve): unknown {
  const { schema } = unwrap(reference, resolve);
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.properties)
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {}, resolve)]),
    );
  if (schema.type === 'string') return 'word';
  if (schema.type === 'integer') return schema.minimum ?? 1;
  if (schema.type === 'array') return [];
  return {};
}

/** Bodies that are wrong before any schema is looked at. */
export function rawBodies(valid: Record<string, unknown>): { what: string; body: string | Uint8Array }[] {
  const text = JSON.stringify(valid);
  return [
    { what: 'empty body', body: '' },
    { what: 'blank body', body: '   ' },
    { what: 'cut off', body: text.slice(0, -1) },
    { what: 'two values', body: `${text}${text}` },
    { what: 'trailing comma', body: text.replace(/}$/, ',}') },
    { what: 'single quotes', body: text.replaceAll('"', "'") },
    { what: 'comment', body: `/* hello */${text}` },
    { what: 'NaN', body: text.replace(/}$/, ',"probability":NaN}') },
    { what: 'number beyond doubles', body: text.replace(/}$/, ',"probability":1e400}') },
    { what: 'null', body: 'null' },
    { what: 'list', body: '[]' },
    { what: 'text', body: '"x"' },
    { what: 'number', body: '42' },
    { what: 'prototype key', body: text.replace(/^{/, '{"__proto__":{"title":"x"},') },
    { what: 'prototype key inside', body: text.replace(/^{/, '{"nextStep":{"__proto__":{"text":"x"}},') },
    { what: 'deep lists', body: '['.repeat(50_000) + ']'.repeat(50_000) },
    { what: 'deep objects', body: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` },
    { what: 'a field nested deeply', body: text.replace(/^{/, `{"tags":${'['.repeat(5_000)}${']'.repeat(5_000)},`) },
    { what: 'a body of 1 MB', body: JSON.stringify({ ...valid, title: 'x'.repeat(1_048_576) }) },
    { what: '1 MB of blanks', body: text + ' '.repeat(1_048_576) },
    {
      what: 'bytes that are no UTF-8',
      body: Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
    },
    { what: 'UTF-16', body: Buffer.from(text, 'utf16le') },
  ];
}
