import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import { jsonSchemaOf, schemaPath } from '#shared/events/json-schema.ts';
import { openApi } from '#shared/http/openapi.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import manifest from '../package.json' with { type: 'json' };
import { asyncApi } from './asyncapi.ts';
import { dataModel } from './data-model.ts';
import { eventsPage } from './events-page.ts';

const root = join(import.meta.dirname, '..');

const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated document by its path, and what makes it. A test fails where one that is kept differs. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/generated/openapi.json': () =>
    asJson(openApi(OPERATIONS, { title: 'Guangzhou Centre partnership CRM', version: manifest.version })),
  'docs/generated/asyncapi.json': () => asJson(asyncApi(manifest.version)),
  'docs/generated/events.md': eventsPage,
  'docs/generated/data-model.md': dataModel,
  ...Object.fromEntries(
    CATALOGUE.map((contract) => [
      `docs/generated/schemas/${schemaPath(contract)}`,
      () => asJson(jsonSchemaOf(contract)),
    ]),
  ),
};

if (import.meta.main)
  for (const [path, make] of Object.entries(GENERATED)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), make());
    console.log(path);
  }
