import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '#shared/http/operations.ts';
import { GENERATED } from '../../../docs/generate.ts';

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object; example: unknown }> };
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
  readonly security: readonly object[];
}

const kept = readFileSync(new URL('../../../docs/generated/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(kept) as {
  openapi: string;
  paths: Record<string, Record<string, Described>>;
  components: Record<'schemas' | 'responses' | 'securitySchemes', Record<string, object>>;
};
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    path,
    ...operation,
  })),
);

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (name === '$ref' && typeof part === 'string') yield part;
    else if (name !== 'example' && name !== 'examples') yield* referencesIn(part);
  }
}

describe('the OpenAPI document', () => {
  it('is the one that the schemas give: `node docs/generate.ts` writes it', () => {
    expect(GENERATED['docs/generated/openapi.json']?.()).toBe(kept);
  });

  it('describes every operation once', () => {
    expect(described.map(({ route }) => route).sort()).toEqual(
      OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('refers to nothing that is not there, and has nothing that is not referred to', () => {
    const references = new Set(referencesIn(document));
    const components = (['schemas', 'responses'] as const).flatMap((section) =>
      Object.keys(document.components[section]).map((name) => `#/components/${section}/${name}`),
    );
    expect([...references].filter((reference) => !components.includes(reference))).toEqual([]);
    expect(components.filter((component) => !references.has(component))).toEqual([]);
  });

  it('names the parameters of each path, and an example of each request and answer', () => {
    for (const { route, path, parameters = [], requestBody, responses } of described) {
      const named = parameters.filter((parameter) => parameter.in === 'path');
      expect(
        named.map(({ name }) => name),
        route,
      ).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(
        named.every(({ required }) => required),
        route,
      ).toBe(true);
      for (const content of Object.values(requestBody?.content ?? {})) expect(content.example, route).toBeDefined();
      expect(
        Object.keys(responses).some((status) => status.startsWith('2')),
        route,
      ).toBe(true);
    }
  });

  it('says where a token is needed, and that a problem is what comes instead of an answer', () => {
    for (const { route, security, responses } of described) {
      const operation = OPERATIONS.find(({ method, path }) => `${method} ${path}` === route);
      expect(security, route).toEqual(operation?.access === 'open' ? [] : [{ bearer: [] }]);
      for (const [status, response] of Object.entries(responses))
        if (Number(status) >= 400) expect(response.$ref, `${route} ${status}`).toMatch(/^#\/components\/responses\//);
    }
  });
});
