import { beforeAll, describe, expect, test } from 'vitest';
import { EVIDENCE_TYPES } from '#shared/domain/pipeline/ladders.ts';
import { type Client, clientOf, deal, lead, talk, unique } from '#test/support/client.ts';
import { logEvidence, passed } from '#test/support/evidence.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { SIGN } from '#test/support/signatures.ts';

const server = await sharedServer();
let viewer: Client;
let officer: Client;
let ipManager: Client;
let manager: Client;
let admin: Client;

beforeAll(async () => {
  [viewer, officer, ipManager, manager, admin] = (await Promise.all(
    ['viewer', 'bd-officer', 'ip-manager', 'manager', 'admin'].map((role) => clientOf(server, role)),
  )) as [Client, Client, Client, Client, Client];
});

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const noonAgo = (days: number) => `${daysFromNow(-days)}T12:00:00.000Z`;

/** A deal of `officer`'s, with what one does to it. */
async function newDeal(changed: Record<string, unknown> = {}) {
  const { status, body } = await officer.post('/v1/trade-deals', deal(changed));
  expect(status, JSON.stringify(body)).toBe(201);
  const path = `/v1/trade-deals/${body.id}`;
  return {
    id: body.id as string,
    path,
    move: (to: string, more: object = {}, by = officer) => by.post(`${path}/moves`, { to, ...more }),
    check: (evidence: object, by = officer) => by.post(`${path}/evidence`, evidence),
    view: async (query = '') => (await officer.get(`${path}/evidence${query}`)).body,
    timeline: async () => (await officer.get(`${path}/timeline`)).body.items,
  };
}

describe('a move through closed gates', () => {
  test('is refused with every gate, what opens it and why what is there does not', async () => {
    const { move, check, path } = await newDeal();
    await check({ type: 'due-diligence', outcome: 'passed', on: '2024-03-01', expiresOn: '2025-03-01' });
    await check({ type: 'export-control', outcome: 'failed', on: '2026-02-02' });
    const { status, headers, body } = await move('signed');
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({
      type: '/docs/problems.md#gate-closed',
      detail: expect.stringMatching(/cannot move to signed yet/),
      errors: [
        {
          pointer: '/to',
          detail: expect.stringMatching(/heads-of-terms requires due diligence .*of 2024-03-01 expired on 2025-03-01/),
        },
        {
          pointer: '/to',
          detail: expect.stringMatching(/signed requires due diligence .*of 2024-03-01 expired on 2025-03-01/),
        },
        {
          pointer: '/to',
          detail: expect.stringMatching(/signed requires an export-control check .*of 2026-02-02 failed/),
        },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/\b(lawful|illegal|compliant)\b/i);
    expect((await officer.get(path)).body).toMatchObject({ stage: 'enquiry', version: 3 });
    expect((await fetch(`${server.url}${body.type.replace(/#.*/, '')}`)).status).toBe(200);
  });

  test('goes on once it is checked, and the timeline tells who checked what', async () => {
    const { move, check, timeline, view } = await newDeal();
    const author = await clientOf(server, 'bd-officer', 'compliance.mei');
    const checked = await check(
      { ...passed('due-diligence'), document: 'DD-2026-1', note: 'Registers looked at.' },
      author,
    );
    expect(checked).toMatchObject({ status: 201, body: { version: 2, stage: 'enquiry' } });
    expect(checked.headers.get('etag')).toBe('"2"');
    expect(await move('heads-of-terms')).toMatchObject({ status: 200, body: { stage: 'heads-of-terms' } });
    expect((await timeline())[1]).toMatchObject({
      type: 'evidence.logged',
      verb: 'evidenced',
      actor: { type: 'user', id: 'compliance.mei' },
      changes: [{ field: 'evidence/due-diligence', to: { outcome: 'passed', document: 'DD-2026-1' } }],
    });
    const { items, gates } = await view();
    expect(items).toMatchObject([{ type: 'due-diligence', author: 'compliance.mei', valid: true, on: '2026-01-05' }]);
    expect(gates).toEqual([
      { stage: 'heads-of-terms', anyOf: ['due-diligence'], open: true, lacks: [] },
      { stage: 'signed', anyOf: ['due-diligence'], open: true, lacks: [] },
      { stage: 'signed', anyOf: ['export-control'], open: false, lacks: [{ type: 'export-control', why: 'none' }] },
    ]);
  });

  test('back and forward again, out of lost, and on from a won stage, asks each time', async () => {
    const { id, move, check } = await newDeal();
    await logEvidence(officer, 'trade-deal', id, 'enquiry', 'signed');
    expect((await move('signed')).status).toBe(200);
    expect((await move('proposal', { reason: 'They paused.' })).status).toBe(200);
    expect((await move('signed')).status).toBe(200);
    expect((await move('lost', { lostReason: 'price' })).status).toBe(200);
    await check({ ...passed('export-control'), outcome: 'failed' });
    const reopened = await move('signed', { reason: 'A new buyer.' });
    expect(reopened).toMatchObject({
      status: 409,
      body: { errors: [{ detail: expect.stringContaining('export-control') }] },
    });
    expect((await move('negotiation', { reason: 'A new buyer.' })).status).toBe(200);

    const { body: invention } = await officer.post(
      '/v1/ip-leads',
      lead({ stage: 'terms', evidence: [passed('filing')] }),
    );
    await logEvidence(officer, 'ip-lead', invention.id, 'terms', 'licensed');
    expect((await officer.post(`/v1/ip-leads/${invention.id}/moves`, { to: 'licensed' })).status).toBe(200);
    for (const type of ['due-diligence', 'export-control', 'nsi-area'])
      await officer.post(`/v1/ip-leads/${invention.id}/evidence`, { ...passed(type as never), outcome: 'failed' });
    const onward = (to: string) => officer.post(`/v1/ip-leads/${invention.id}/moves`, { to });
    expect((await onward('assigned')).body.errors).toHaveLength(3);
    await logEvidence(officer, 'ip-lead', invention.id, 'terms', 'licensed');
    expect((await onward('assigned')).status).toBe(200);
  });

  test('asks an engagement for its own, and an IP lead for a filing or a confidentiality agreement', async () => {
    const { body: engagement } = await officer.post('/v1/engagements', talk());
    const refused = await officer.post(`/v1/engagements/${engagement.id}/moves`, { to: 'agreed' });
    expect(
      refused.body.errors.map(({ detail }: { detail: string }) => /^Stage (\S+) .*\(([\w-]+)\)/.exec(detail)?.slice(1)),
    ).toEqual([
      ['negotiating', 'due-diligence'],
      ['agreed', 'due-diligence'],
      ['agreed', 'export-control'],
    ]);
    const { body: invention } = await officer.post(
      '/v1/ip-leads',
      lead({ stage: 'protected', evidence: [passed('filing')] }),
    );
    const path = `/v1/ip-leads/${invention.id}`;
    await officer.post(`${path}/evidence`, { ...passed('filing'), outcome: 'failed' });
    const closed = await officer.post(`${path}/moves`, { to: 'in-discussion' });
    expect(closed.body.errors).toEqual([
      { pointer: '/to', detail: expect.stringMatching(/\(confidentiality-agreement\) or .*\(filing\)/) },
    ]);
    await officer.post(`${path}/evidence`, passed('confidentiality-agreement'));
    expect((await officer.post(`${path}/moves`, { to: 'in-discussion' })).status).toBe(200);
  });
});

describe('a record logged behind a gate', () => {
  const signed = (more: object = {}) => deal({ stage: 'signed', ...more });
  const due = passed('due-diligence');
  const waiver = { type: 'export-control', waived: true, reason: 'Software that anybody can download.' };

  test('needs the evidence that a move there needs, with it in one request', async () => {
    const bare = await officer.post('/v1/trade-deals', signed());
    expect(bare).toMatchObject({ status: 409, body: { type: expect.stringContaining('gate-closed') } });
    expect(bare.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/stage', '/stage', '/stage']);
    const partly = await officer.post('/v1/trade-deals', signed({ evidence: [due] }));
    expect(partly.body.errors).toMatchObject([
      { pointer: '/stage', detail: expect.stringContaining('export-control') },
    ]);
    const logged = await officer.post('/v1/trade-deals', signed({ evidence: [due, passed('export-control')] }));
    expect(logged).toMatchObject({ status: 201, body: { stage: 'signed', phase: 'won', version: 1 } });
    const { items } = (await officer.get(`/v1/trade-deals/${logged.body.id}/evidence`)).body;
    const byType = (a: { type: string }, b: { type: string }) => (a.type < b.type ? -1 : 1);
    expect(items.toSorted(byType)).toMatchObject([
      { type: 'due-diligence', outcome: 'passed', author: 'bd-officer', valid: true },
      { type: 'export-control', outcome: 'passed', author: 'bd-officer', valid: true },
    ]);
    const past = (await officer.get(`/v1/trade-deals/${logged.body.id}/timeline`)).body;
    expect(JSON.stringify(past.items[0])).toContain('due-diligence');
  });

  test('takes a waiver from a manager alone, and no check that failed, is expired or is still to come', async () => {
    const manager = await clientOf(server, 'manager');
    expect((await officer.post('/v1/trade-deals', signed({ evidence: [due, waiver] }))).status).toBe(403);
    expect((await manager.post('/v1/trade-deals', signed({ evidence: [due, waiver] }))).status).toBe(201);
    for (const [status, evidence] of [
      [409, { ...passed('export-control'), outcome: 'failed' }],
      [409, { ...passed('export-control'), expiresOn: '2026-02-01' }],
      [422, { ...passed('export-control'), on: '2090-01-01' }],
      [400, due],
      [400, { type: 'hearsay' }],
    ] as const)
      expect((await officer.post('/v1/trade-deals', signed({ evidence: [due, evidence] }))).status).toBe(status);
  });

  test('needs none where it is lost, or before the first gate', async () => {
    for (const body of [{ stage: 'lost', lostReason: 'price' }, { stage: 'negotiation' }])
      expect((await officer.post('/v1/trade-deals', deal(body))).status).toBe(201);
  });
});

describe('evidence is valid', () => {
  test('on the day on which the move occurred, and not the day after its last', async () => {
    const { move, check } = await newDeal({ occurredAt: noonAgo(20) });
    await check(passed('due-diligence', { on: daysFromNow(-30), expiresOn: daysFromNow(-10) }));
    expect((await move('heads-of-terms', { occurredAt: noonAgo(9) })).status).toBe(409);
    expect((await move('heads-of-terms')).status).toBe(409);
    expect((await move('heads-of-terms', { occurredAt: noonAgo(10) })).status).toBe(200);
  });

  test('as it was known then, for who looks back', async () => {
    const { check, view } = await newDeal();
    await check(passed('due-diligence'));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await check({ ...passed('due-diligence'), outcome: 'failed' });
    expect((await view()).items).toMatchObject([{ outcome: 'failed', valid: false }]);
    expect((await view()).gates[0]).toMatchObject({ open: false, lacks: [{ type: 'due-diligence', why: 'failed' }] });
    expect((await view(`?asOf=${between}`)).items).toMatchObject([{ outcome: 'passed', valid: true }]);
    const { path } = await newDeal();
    expect((await officer.get(`${path}/evidence?asOf=2020-01-01`)).status).toBe(404);
  });

  test('of every type, with its outcome, and of no other; and no check is of tomorrow', async () => {
    const { check } = await newDeal();
    for (const type of EVIDENCE_TYPES)
      expect((await check({ type, outcome: 'not-applicable', on: '2026-01-05' })).status, type).toBe(201);
    expect((await check({ type: 'reference', outcome: 'passed', on: '2026-01-05' })).status).toBe(400);
    expect((await check({ ...passed('atas'), expiresOn: '2026-01-04' })).body.errors).toMatchObject([
      { pointer: '/expiresOn' },
    ]);
    expect(await check({ ...passed('atas'), on: daysFromNow(2) })).toMatchObject({
      status: 422,
      body: { type: '/docs/problems.md#occurred-in-future', errors: [{ pointer: '/on' }] },
    });
  });
});

describe('a check is waived', () => {
  const waiver = { type: 'due-diligence', waived: true, reason: 'The framework agreement covers it.' };

  test('by a manager or an administrator with a reason, and by nobody else, wherever it is', async () => {
    const { check, move, view } = await newDeal();
    const hidden = await ipManager.post('/v1/ip-leads', lead());
    for (const client of [viewer, officer, ipManager]) {
      expect((await check(waiver, client)).status).toBe(403);
      expect((await client.post(`/v1/ip-leads/${hidden.body.id}/evidence`, waiver)).status).toBe(403);
      expect((await client.post('/v1/trade-deals/trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M/evidence', waiver)).status).toBe(403);
    }
    expect((await check({ ...waiver, reason: undefined }, manager)).status).toBe(400);
    expect((await move('heads-of-terms')).status).toBe(409);
    expect((await check(waiver, manager)).status).toBe(201);
    expect((await view()).items).toMatchObject([{ waived: true, author: 'manager', valid: true }]);
    expect((await move('heads-of-terms')).status).toBe(200);
    const other = await newDeal();
    expect((await other.check(waiver, admin)).status).toBe(201);
  });

  test('until its last day, and a check that fails stands against it', async () => {
    const { check, move } = await newDeal();
    await check({ ...waiver, expiresOn: daysFromNow(-1) }, manager);
    const refused = await move('heads-of-terms');
    expect(refused).toMatchObject({
      status: 409,
      body: { errors: [{ detail: expect.stringContaining('the waiver expired on') }] },
    });
    await check(waiver, manager);
    await check({ ...passed('due-diligence'), outcome: 'failed' });
    expect((await move('heads-of-terms')).status).toBe(409);
  });
});

test('a move that was accepted before its gate closed is refused in its receipt', async () => {
  const { check, move, path } = await newDeal();
  await check(passed('due-diligence'));
  const [moved] = await Promise.all([
    officer.post(`${path}/moves`, { to: 'heads-of-terms' }, { prefer: 'respond-async' }),
    check({ ...passed('due-diligence'), outcome: 'failed' }),
  ]);
  const status = async () => (await officer.get(`/v1/receipts/${moved.body.eventId}`)).body;
  // Whichever came first: it is recorded with the gate open, or refused with what is missing.
  if (moved.status === 202) {
    await expect.poll(async () => (await status()).status, { timeout: 10_000 }).toMatch(/recorded|rejected/);
    const receipt = await status();
    if (receipt.status === 'rejected')
      expect(receipt.problem).toMatchObject({ status: 409, errors: [{ pointer: '/to' }] });
  } else expect(moved.status).toBe(409);
  expect((await move('signed')).status).toBe(409);
});

describe('by webhook', () => {
  const PARTNER = {
    name: 'A portal of matches (invented)',
    scheme: 'standard-webhooks',
    defaults: { strand: 'business-engagement', direction: 'uk-export', place: 'nanjing' },
    eventTypes: ['trade-deal.logged', 'trade-deal.moved'],
    active: true,
  };
  const statusOf = (eventId: string) =>
    expect.poll(async () => (await admin.get(`/v1/receipts/${eventId}`)).body.status, { timeout: 20_000 });

  async function newPartner() {
    const id = unique('portal').replaceAll(' ', '-').toLowerCase();
    expect((await admin.put(`/v1/partners/${id}`, PARTNER)).status).toBe(201);
    const { secret } = (await admin.post(`/v1/partners/${id}/secrets`)).body;
    const send = async (type: string, data: object): Promise<string> => {
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
      const headers = SIGN['standard-webhooks'](secret, body, {
        id: unique('msg').replaceAll(' ', '-'),
        at: Date.now(),
      });
      const answer = await fetch(`${server.url}/webhooks/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      expect(answer.status).toBe(202);
      return ((await answer.json()) as { eventId: string }).eventId;
    };
    return { id, send };
  }

  test('a move through a closed gate waits in quarantine with that reason, and is recorded by a replay once the evidence is there', async () => {
    const { id, send } = await newPartner();
    const externalRef = { partner: id, ref: 'D-1' };
    const organisations = [{ name: 'Nanjing Rolling Stock (invented)', place: 'nanjing' }];
    const logged = await send('trade-deal.logged', { title: 'Bogies', organisations, externalRef });
    await statusOf(logged).toBe('recorded');
    const { record } = (await admin.get(`/v1/receipts/${logged}`)).body;
    const path = `/v1/trade-deals/${record.id}`;

    const moved = await send('trade-deal.moved', { externalRef, to: 'signed' });
    await statusOf(moved).toBe('quarantined');
    const waiting = async () => (await admin.get(`/v1/quarantine?partner=${id}`)).body.items;
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(1);
    expect((await waiting())[0]).toMatchObject({
      eventId: moved,
      reason: 'gate-closed',
      status: 'waiting',
      errors: ['heads-of-terms', 'signed', 'signed'].map((stage) => ({
        pointer: '/data/to',
        detail: expect.stringMatching(new RegExp(`^Stage ${stage} requires .*: none has been logged\\.$`)),
      })),
    });
    expect((await officer.get(path)).body).toMatchObject({ stage: 'enquiry', version: 1 });

    // With only some of it there, the replay sets it aside again, and says what is still missing.
    await officer.post(`${path}/evidence`, passed('due-diligence'));
    const replay = () => admin.post(`/v1/quarantine/${moved}/replay`, undefined);
    expect((await replay()).status).toBe(200);
    await expect.poll(async () => (await waiting())[0]?.errors, { timeout: 20_000 }).toHaveLength(1);

    await officer.post(`${path}/evidence`, passed('export-control'));
    expect((await replay()).status).toBe(200);
    await statusOf(moved).toBe('recorded');
    expect((await officer.get(path)).body).toMatchObject({ stage: 'signed', version: 4 });
    const timeline = (await officer.get(`${path}/timeline`)).body.items;
    expect(timeline.at(-1)).toMatchObject({ verb: 'moved', channel: 'replay', partner: id });
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(0);
  });

  test('no partner may send evidence', async () => {
    const id = unique('portal').replaceAll(' ', '-').toLowerCase();
    const put = await admin.put(`/v1/partners/${id}`, { ...PARTNER, eventTypes: ['evidence.logged'] });
    expect(put).toMatchObject({ status: 400, body: { errors: [{ pointer: '/eventTypes/0' }] } });
    const { send, id: other } = await newPartner();
    const sent = await send('evidence.logged', {
      ...passed('due-diligence'),
      externalRef: { partner: other, ref: 'D-1' },
    });
    await statusOf(sent).toBe('quarantined');
  });
});
