/** Stands in for `shared/http/operations.ts` until that is there. */
type Fn = 'read' | 'settings' | 'docs' | 'log';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly access: 'open' | readonly string[];
  readonly fn: Fn;
}

const kinds = ['engagements', 'ip-leads', 'trade-deals'];
const all = ['viewer'];

export const OPERATIONS: readonly Operation[] = [
  { id: 'health', method: 'GET', path: '/health', access: 'open', fn: 'read' },
  { id: 'openapi', method: 'GET', path: '/openapi.json', access: 'open', fn: 'docs' },
  { id: 'docs', method: 'GET', path: '/docs', access: 'open', fn: 'docs' },
  { id: 'docs-file', method: 'GET', path: '/docs/{file}', access: 'open', fn: 'docs' },
  ...kinds.flatMap((kind): Operation[] => [
    { id: `${kind}-log`, method: 'POST', path: `/v1/${kind}`, access: all, fn: 'log' },
    { id: `${kind}-list`, method: 'GET', path: `/v1/${kind}`, access: all, fn: 'read' },
    { id: `${kind}-read`, method: 'GET', path: `/v1/${kind}/{id}`, access: all, fn: 'read' },
    { id: `${kind}-amend`, method: 'PATCH', path: `/v1/${kind}/{id}`, access: all, fn: 'log' },
    { id: `${kind}-move`, method: 'POST', path: `/v1/${kind}/{id}/moves`, access: all, fn: 'log' },
    { id: `${kind}-note`, method: 'POST', path: `/v1/${kind}/{id}/notes`, access: all, fn: 'log' },
    { id: `${kind}-void`, method: 'POST', path: `/v1/${kind}/{id}/voids`, access: all, fn: 'log' },
    { id: `${kind}-restore`, method: 'POST', path: `/v1/${kind}/{id}/restores`, access: all, fn: 'log' },
    { id: `${kind}-timeline`, method: 'GET', path: `/v1/${kind}/{id}/timeline`, access: all, fn: 'read' },
  ]),
  { id: 'ip-leads-release', method: 'POST', path: '/v1/ip-leads/{id}/releases', access: all, fn: 'log' },
  { id: 'pipeline', method: 'GET', path: '/v1/pipeline', access: all, fn: 'read' },
  { id: 'receipt', method: 'GET', path: '/v1/receipts/{eventId}', access: all, fn: 'read' },
  { id: 'fx-read', method: 'GET', path: '/v1/fx-rates/{date}', access: all, fn: 'read' },
  { id: 'fx-put', method: 'PUT', path: '/v1/fx-rates/{date}', access: all, fn: 'settings' },
  { id: 'places', method: 'GET', path: '/v1/places', access: all, fn: 'read' },
  { id: 'place-put', method: 'PUT', path: '/v1/places/{id}', access: all, fn: 'settings' },
  { id: 'me', method: 'GET', path: '/v1/me', access: all, fn: 'read' },
  { id: 'me-amend', method: 'PATCH', path: '/v1/me', access: all, fn: 'settings' },
  { id: 'users', method: 'GET', path: '/v1/users', access: all, fn: 'read' },
];
