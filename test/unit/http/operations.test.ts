import { describe, expect, it } from 'vitest';
import { ADMINS, MANAGERS, ROLES, WRITERS } from '#shared/domain/user/roles.ts';
import { routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';

const byRoute = new Map(OPERATIONS.map((operation) => [routeKeyOf(operation), operation]));

describe('the operations', () => {
  it('have ids and routes of their own', () => {
    expect(byRoute.size).toBe(OPERATIONS.length);
    expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
  });

  it.each(['engagements', 'ip-leads', 'trade-deals'])(
    'let the roles of the contract do what they may on %s',
    (kinds) => {
      const access = (call: string) => byRoute.get(call.replace('KIND', `/v1/${kinds}`))?.access;
      for (const call of ['GET KIND', 'GET KIND/{id}', 'GET KIND/{id}/timeline']) expect(access(call)).toEqual(ROLES);
      for (const call of ['POST KIND', 'PATCH KIND/{id}', 'POST KIND/{id}/moves', 'POST KIND/{id}/notes'])
        expect(access(call)).toEqual(WRITERS);
      for (const call of ['POST KIND/{id}/voids', 'POST KIND/{id}/restores']) expect(access(call)).toEqual(MANAGERS);
      expect(access('POST KIND/{id}/releases')).toEqual(kinds === 'ip-leads' ? WRITERS : undefined);
    },
  );

  it('let managers set rates, administrators places, and everybody see health and documents', () => {
    expect(byRoute.get('PUT /v1/fx-rates/{date}')?.access).toEqual(MANAGERS);
    expect(byRoute.get('PUT /v1/places/{id}')?.access).toEqual(ADMINS);
    for (const call of ['POST /v1/reports', 'PUT /v1/report-series/{id}', 'GET /v1/report-series/{id}'])
      expect(byRoute.get(call)?.access).toEqual(MANAGERS);
    for (const call of ['GET /v1/reports', 'GET /v1/reports/{id}']) expect(byRoute.get(call)?.access).toEqual(ROLES);
    const open = OPERATIONS.filter(({ access }) => access === 'open').map(({ path }) => path);
    // Signed messages carry their own proof; two are pages that ask who one is.
    expect(open.sort()).toEqual(
      [
        '/health',
        '/openapi.json',
        '/docs',
        '/docs/{file}',
        '/webhooks/{partnerId}',
        '/reports/{id}',
        '/signed-in',
      ].sort(),
    );
  });

  it('name the parameters of their paths', () => {
    for (const { path, params, id } of OPERATIONS)
      expect(Object.keys(params?.shape ?? {}), id).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  });

  it('let administrators alone at partners, their secrets and what waits in quarantine', () => {
    const theirs = OPERATIONS.filter(({ path }) => /^\/v1\/(?:partners|quarantine)/.test(path));
    expect(theirs).toHaveLength(13);
    for (const { access, id } of theirs) expect(access, id).toEqual(ADMINS);
  });

  it('take an Idempotency-Key on every write, and a condition on every change of what has a version', () => {
    const hasOwnRepeats = ['receiveWebhook', 'dryRun'];
    const writes = OPERATIONS.filter(({ id, method }) => method !== 'GET' && !hasOwnRepeats.includes(id));
    for (const { id, method, headers, path } of writes) {
      expect(headers, id).toContain('Idempotency-Key');
      const hasNoVersion = /^\/v1\/(?:partners|quarantine|subscriptions)/.test(path);
      const isVersioned = method !== 'POST' || (path.includes('{id}') && !hasNoVersion);
      if (isVersioned) expect(headers, id).toContain('If-Match');
    }
  });

  it('have examples that fit their schemas', () => {
    for (const { id, body, responses, params, example } of OPERATIONS) {
      if (body) expect(body.schema.safeParse(example.body).error, `${id}: request`).toBeUndefined();
      const success = Object.values(responses)[0];
      if (success?.schema) expect(success.schema.safeParse(example.answer).error, `${id}: answer`).toBeUndefined();
      if (params && Object.keys(params.shape).length > 0)
        expect(params.safeParse(example.params).error, `${id}: path`).toBeUndefined();
    }
  });
});
