import * as z from 'zod';
import { ROLES } from '#shared/domain/user/roles.ts';
import type { Operation, RequestHeader, ResponseDefinition, ResponseHeader } from './operation.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';
import { ProblemSchema } from './schemas.ts';

type Json = Record<string, unknown>;

const REQUEST_HEADERS: Readonly<Record<RequestHeader, Json>> = {
  'If-Match': {
    description: 'The ETag of the version you are changing; any other version is refused with 412.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'If-None-Match': { description: 'An ETag; if it still matches, the response is 304.', schema: { type: 'string' } },
  'Idempotency-Key': {
    description: 'Makes retries safe for 24 hours: a repeat gets the outcome of the first request.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  },
  Accept: {
    description: 'The wanted media types, with q-values (RFC 9110); JSON if any will do.',
    schema: { type: 'string', examples: ['text/html, application/json;q=0.5'] },
  },
  'Accept-Language': {
    description: 'The language of HTML, CSV and XLSX: `en` or `zh-CN`.',
    schema: { type: 'string', examples: ['zh-CN, en;q=0.5'] },
  },
  Prefer: {
    description: '`respond-async` (RFC 7240): respond with 202 immediately.',
    schema: { type: 'string', examples: ['respond-async'] },
  },
};

const RESPONSE_HEADERS: Readonly<Record<ResponseHeader, Json>> = {
  ETag: { description: 'The version, in quotes.', schema: { type: 'string', examples: ['"1"'] } },
  Location: { description: 'The URL of the resource.', schema: { type: 'string' } },
  Link: {
    description:
      'Present if this write created an organisation: where to check whether it already exists under another name (RFC 8288, `rel="related"`).',
    schema: { type: 'string' },
  },
  'Preference-Applied': { description: 'Present when `respond-async` was honoured.', schema: { type: 'string' } },
};

const INTRODUCTION = [
  'Every call except the open ones needs a token; **Authorize** shows how to get one.',
  'Errors are RFC 9457 problems; [each code is explained](/docs/problems.md).',
].join(' ');

const TOKEN = [
  `A token from the user pool; its groups determine the role: ${ROLES.join(', ')}.`,
  'In a local run (`npm start`), each role is a client with the secret `local`:',
  '`curl -s <this address>/oauth2/token -d grant_type=client_credentials -d client_id=manager -d client_secret=local`',
  'returns one as `access_token`.',
].join(' ');

/** The OpenAPI 3.1 document of these operations: schemas as the functions check them, and nothing written twice. */
export function openApi(
  operations: readonly Operation[],
  info: { readonly title: string; readonly version: string },
): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    (paths[operation.path] as Json)[operation.method.toLowerCase()] = describe(operation, components);
  }
  components.add(ProblemSchema());
  return {
    openapi: '3.1.1',
    info: { ...info, description: INTRODUCTION },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas(),
      responses: problemResponses(operations),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: TOKEN,
        },
      },
    },
  };
}

function describe(operation: Operation, components: Components): Json {
  const { id, summary, description, tag, access, body, raw, responses, example } = operation;
  const parameters = [
    ...parametersOf(operation, 'path', components),
    ...parametersOf(operation, 'query', components),
    ...(operation.headers ?? []).map((name) => ({ name, in: 'header', ...REQUEST_HEADERS[name] })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    ...(access === 'open' ? { security: [] } : { security: [{ bearer: [] }], 'x-roles': access }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: body.required,
            content: contentOf(body.mediaTypes, components.add(body.schema), example.body),
          },
        }
      : {}),
    ...(raw
      ? {
          requestBody: {
            ...raw,
            required: true,
            content: { 'application/json': { schema: {}, example: example.body } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [
          status,
          responseOf(response, status, operation, components),
        ]),
      ),
      ...problemsOf(operation),
    },
  };
}

function parametersOf(operation: Operation, place: 'path' | 'query', components: Components): Json[] {
  const schema = place === 'path' ? operation.params : operation.query;
  const examples = place === 'path' ? operation.example.params : undefined;
  return Object.entries(schema?.shape ?? {}).map(([name, value]) => {
    const example = examples?.[name];
    return {
      name,
      in: place,
      required: place === 'path' || !(value as z.ZodType).safeParse(undefined).success,
      schema: components.add(value as z.ZodType),
      ...(example === undefined ? {} : { example }),
    };
  });
}

function responseOf(
  { description, schema, mediaType, alternatives = [], headers }: ResponseDefinition,
  status: string,
  operation: Operation,
  components: Components,
): Json {
  const isMain = status === Object.keys(operation.responses)[0];
  return {
    description,
    ...(headers ? { headers: Object.fromEntries(headers.map((name) => [name, RESPONSE_HEADERS[name]])) } : {}),
    ...(schema
      ? {
          content: {
            ...contentOf(
              [mediaType ?? 'application/json'],
              components.add(schema),
              isMain ? operation.example.answer : undefined,
            ),
            ...contentOf(alternatives, { type: 'string' }, 'The same content in this format.'),
          },
        }
      : {}),
  };
}

const contentOf = (mediaTypes: readonly string[], schema: Json, example: unknown) =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema, ...(example === undefined ? {} : { example }) }]));

/** What can go wrong, by status: one of the shared responses each. */
function problemsOf({ access, problems }: Operation): Json {
  const codes: readonly ProblemCode[] = problems;
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return {
    ...Object.fromEntries(
      statuses.map((status) => {
        const own = codes.filter((code) => PROBLEMS[code].status === status);
        return [String(status), { $ref: `#/components/responses/${nameOf(own)}` }];
      }),
    ),
    ...(access === 'open' ? {} : { 401: { $ref: '#/components/responses/unauthorized' } }),
  };
}

const nameOf = (codes: readonly ProblemCode[]) => [...codes].sort().join('_or_');

function problemResponses(operations: readonly Operation[]): Json {
  const groups = new Map<string, ProblemCode[]>();
  for (const { problems } of operations)
    for (const status of new Set(problems.map((code) => PROBLEMS[code].status))) {
      const codes = problems.filter((code) => PROBLEMS[code].status === status);
      groups.set(nameOf(codes), [...codes].sort());
    }
  const responses = [...groups].sort().map(([name, codes]) => [
    name,
    {
      description: codes.map((code) => `${PROBLEMS[code].title} (\`${code}\`).`).join(' '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  return {
    unauthorized: { description: 'The token is missing, forged or expired; API Gateway sends its own body.' },
    ...Object.fromEntries(responses),
  };
}

/** Schemas by name. A schema with an id is written once and referred to. */
class Components {
  readonly #schemas = new Map<string, Json>();

  /** The JSON Schema of what a client sends or gets, with references into the components. */
  add(schema: z.ZodType): Json {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', reused: 'inline' }) as Json;
    for (const [name, definition] of Object.entries($defs as Record<string, Json>)) this.#keep(name, definition);
    const { id, ...rest } = own as Json & { id?: string };
    if (id === undefined) return relocate(rest) as Json;
    this.#keep(id, rest);
    return { $ref: `#/components/schemas/${id}` };
  }

  #keep(name: string, definition: Json): void {
    const { id: _, ...rest } = definition;
    this.#schemas.set(name, relocate(rest) as Json);
  }

  schemas(): Json {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** References to definitions point into the components instead, and helper ids are left out. */
function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === '$ref' && typeof part === 'string' ? part.replace('#/$defs/', '#/components/schemas/') : relocate(part),
    ]),
  );
}
