import { badBodies, rawBodies, type Schema } from './bad-values.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<
      Record<string, { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>
    >;
  };
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A request with one thing wrong with it. */
export interface BadRequest {
  readonly operationId: string;
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Where in the body the fault is, when one field is at fault. */
  readonly pointer?: string;
  readonly token: 'valid' | 'none' | 'garbage' | 'forged' | 'expired' | 'unsigned';
}

/** Everything wrong that the document gives. `path` fills in a route's ids, `ifMatch` the condition that holds for it. */
export function badRequests(
  document: OpenApi,
  fill: { path: (template: string) => string; ifMatch: (path: string) => string | undefined },
): BadRequest[] {
  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    return name ? resolve(document.components.schemas[name] as Schema) : schema;
  };
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const path = fill.path(template);
      const ifMatch = fill.ifMatch(path);
      const base = {
        operationId: operation.operationId,
        method: method.toUpperCase(),
        path,
        headers: ifMatch && method === 'patch' ? { 'if-match': ifMatch } : {},
        token: 'valid' as const,
      };
      return [
        ...wrongBodies(base, operation, resolve),
        ...wrongParameters(base, operation),
        ...wrongTokens(base, operation),
        ...(template.includes('{id}') ? wrongIds(base, template) : []),
      ];
    }),
  );
}

type Base = Pick<BadRequest, 'operationId' | 'method' | 'path' | 'headers' | 'token'>;

function wrongBodies(base: Base, operation: DocumentedOperation, resolve: (schema: Schema) => Schema): BadRequest[] {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  if (!content) return [];
  const [mediaType, { schema, example, examples }] = content;
  const valid = (example ?? Object.values(examples ?? {})[0]?.value ?? {}) as Record<string, unknown>;
  const json = { ...base.headers, 'content-type': mediaType };
  const text = JSON.stringify(valid);
  // A message of a partner may have any form: what is wrong with it is its signature.
  const hasForm = Object.keys(resolve(schema)).length > 0;
  return [
    ...(hasForm ? badBodies(resolve(schema), valid, resolve) : []).map(({ pointer, what, body }) => ({
      ...base,
      what,
      headers: json,
      body: JSON.stringify(body),
      pointer,
    })),
    ...rawBodies(valid)
      .filter(({ body }) => operation.requestBody?.required || body.length > 3)
      .map(({ what, body }) => ({ ...base, what, headers: json, body })),
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/json-seq',
      'multipart/form-data',
      '',
    ].map((type) => ({
      ...base,
      what: `content type "${type}"`,
      headers: { ...base.headers, 'content-type': type },
      body: text,
    })),
  ];
}

function wrongParameters(base: Base, operation: DocumentedOperation): BadRequest[] {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const bad = (name: string, value: string): BadRequest => ({
    ...base,
    what: `?${name}=${value.slice(0, 20)}`,
    path: `${base.path}?${new URLSearchParams({ [name]: value })}`,
    ...bodyOf(operation),
  });
  const headers = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => name.toLowerCase());
  const withHeader = (name: string, value: string): BadRequest => ({
    ...base,
    what: `${name}: ${value.slice(0, 20)}`,
    headers: { ...base.headers, ...bodyOf(operation).headers, [name]: value },
    ...(bodyOf(operation).body ? { body: bodyOf(operation).body as string } : {}),
  });
  return [
    ...(operation.security?.length === 0
      ? []
      : ['no-such-parameter', 'constructor', '__proto__'].map((name) => bad(name, '1'))),
    ...query.flatMap(({ name, schema }) =>
      [
        '',
        'no such value !',
        '\u0000',
        'x'.repeat(3_000),
        ...(schema.type === 'integer' || name === 'limit' ? ['0', '-1', '101', '1.5', '1e2', 'ten'] : []),
      ]
        // A title, a tag or a name may be any text: what is no fault is left out.
        .filter((value) => !(['tag', 'q', 'name'].includes(name) && value === 'no such value !'))
        .map((value) => bad(name, value)),
    ),
    ...(headers.includes('if-match')
      ? ['"999999"', 'x', 'W/"1"', '""'].map((value) => withHeader('if-match', value))
      : []),
    ...(headers.includes('idempotency-key')
      ? ['', 'k'.repeat(256), 'schlüssel', 'a b'].map((value) => withHeader('idempotency-key', value))
      : []),
  ];
}

function wrongTokens(base: Base, operation: DocumentedOperation): BadRequest[] {
  if (operation.security?.length === 0) return [];
  const tokens = ['none', 'garbage', 'forged', 'expired', 'unsigned'] as const;
  return tokens.map((token) => ({ ...base, ...bodyOf(operation), what: `token: ${token}`, token }));
}

function wrongIds(base: Base, template: string): BadRequest[] {
  const ids = [
    'x',
    'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    '..%2f..%2fetc',
    '%00',
    "' OR 1=1",
    'a'.repeat(2_000),
    '__proto__',
  ];
  return ids.map((id) => ({
    ...base,
    what: `id ${id.slice(0, 12)}`,
    path: template.replace('{id}', encodeURIComponent(id)),
  }));
}

function bodyOf(operation: DocumentedOperation): { headers: Record<string, string>; body?: string } {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  if (!content) return { headers: {} };
  const [type, { example, examples }] = content;
  return {
    headers: { 'content-type': type },
    body: JSON.stringify(example ?? Object.values(examples ?? {})[0]?.value ?? {}),
  };
}
