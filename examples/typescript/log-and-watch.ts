import { setTimeout as sleep } from 'node:timers/promises';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.ts';

const baseUrl = process.env['BASE_URL'] ?? 'http://127.0.0.1:3000';
type Row = components['schemas']['PipelineRow'];

/** A token from a server on this machine; a deployed one gives it to those who sign in. */
async function localToken(): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'bd-officer', client_secret: 'local' };
  const answer = await fetch(`${baseUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** The row of trade deals of business engagement in a stage. */
async function rowOf(api: Client<paths>, stage: Row['stage']): Promise<Row> {
  const { data, error } = await api.GET('/v1/pipeline');
  const row = data?.rows.find(
    (each) => each.strand === 'business-engagement' && each.kind === 'trade-deal' && each.stage === stage,
  );
  if (!row) throw new Error(error?.detail ?? 'The pipeline lacks a row.');
  return row;
}

/** Waits until a stage counts one more: the pipeline follows the records within a second. */
async function watch(api: Client<paths>, stage: Row['stage'], before: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { count, byCurrency } = await rowOf(api, stage);
    if (count > before) return console.log(`${stage}: ${before} -> ${count}`, byCurrency);
    await sleep(100);
  }
  throw new Error(`The pipeline does not count the deal in ${stage}.`);
}

const token = process.env['TOKEN'] ?? (await localToken());
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
const [enquiries, qualified] = [(await rowOf(api, 'enquiry')).count, (await rowOf(api, 'qualified')).count];

const logged = await api.POST('/v1/trade-deals', {
  params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
  body: {
    title: 'Rail signalling simulators',
    strand: 'business-engagement',
    direction: 'uk-export',
    organisations: [{ name: 'Pearl River Rolling Stock (invented)', place: 'guangzhou' }],
    value: { amount: '1250000.00', currency: 'CNY' },
  },
});
// 202 is a receipt: the deal is taken in, and will be recorded in a moment. It has no id to go on with yet.
if (!logged.data || !('id' in logged.data)) throw new Error(logged.error?.detail ?? 'Not recorded yet.');
const { id, stage, organisations } = logged.data;
console.log(`logged ${id} in ${stage} with ${organisations[0]?.name}`);
await watch(api, 'enquiry', enquiries);

const moved = await api.POST('/v1/trade-deals/{id}/moves', { params: { path: { id } }, body: { to: 'qualified' } });
if (moved.error) throw new Error(moved.error.detail);
console.log(`moved ${id} to qualified`);
await watch(api, 'qualified', qualified);
