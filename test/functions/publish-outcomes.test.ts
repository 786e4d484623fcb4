import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import { putReceipt, type Receipt } from '#shared/store/receipts.ts';
import { evidenced, passed } from '#test/support/evidence.ts';
import { note, publisher, waiting } from '#test/support/publisher.ts';
import { event, evt, logged, minute, RECORD_ID } from '#test/support/record-events.ts';

const ID = RECORD_ID['trade-deal'];
const { world, record, news, follow, followAll, published } = publisher();

describe('an outcome', () => {
  it('of every kind of event is valid against its contract and tells what the record was then', async () => {
    const lead = { kind: 'ip-lead' } as const;
    await record(
      logged({}, { n: 0 }),
      event(
        { verb: 'amended', data: { fields: { title: 'New', place: 'nanjing', direction: 'uk-export' } } },
        { n: 1 },
      ),
      evidenced(passed('due-diligence'), { n: 7, at: 1 }),
      evidenced({ ...passed('export-control'), document: 'EC-7' }, { n: 8, at: 1 }),
      event({ verb: 'moved', data: { to: 'signed' } }, { n: 2 }),
      event({ verb: 'moved', data: { to: 'lost', lostReason: 'price' } }, { n: 3, at: 1 }),
      note(4),
      event({ verb: 'voided', data: { reason: 'Twice.' } }, { n: 5 }),
      event({ verb: 'restored', data: {} }, { n: 6 }),
      logged({}, { ...lead, n: 10 }),
      event({ verb: 'released', data: {} }, { ...lead, n: 11 }),
      { ...logged({}, { n: 12 }), by: 'user' },
    );
    await followAll();
    const told = published();
    for (const { source, name, detail } of told) {
      const contract = CATALOGUE.find((each) => each.name === name && each.source === source);
      expect(contract?.detail.parse(detail)).toEqual(detail);
    }
    const summary = Object.fromEntries(told.map(({ name, detail: { data } }) => [data['intakeEventId'], [name, data]]));
    const RECORD = { id: ID, kind: 'trade-deal', strand: 'business-engagement', confidential: false };
    const none = { changed: [], superseded: [] };
    expect(summary).toEqual({
      [evt(0)]: [
        'trade-deal.recorded',
        { intakeEventId: evt(0), record: { ...RECORD, version: 1, stage: 'enquiry', phase: 'open' }, ...none },
      ],
      [evt(1)]: [
        'trade-deal.amended',
        {
          intakeEventId: evt(1),
          record: { ...RECORD, version: 2, stage: 'enquiry', phase: 'open', place: 'nanjing' },
          ...none,
          changed: ['title', 'place'],
        },
      ],
      [evt(7)]: ['trade-deal.amended', expect.objectContaining({ changed: ['evidence/due-diligence'] })],
      [evt(8)]: [
        'trade-deal.amended',
        {
          intakeEventId: evt(8),
          record: { ...RECORD, version: 4, stage: 'enquiry', phase: 'open', place: 'nanjing' },
          ...none,
          changed: ['evidence/export-control'],
        },
      ],
      [evt(2)]: [
        'trade-deal.stage-changed',
        {
          intakeEventId: evt(2),
          record: { ...RECORD, version: 5, stage: 'signed', phase: 'won', place: 'nanjing' },
          ...none,
          changed: ['stage', 'stageEnteredAt'],
          from: 'enquiry',
          to: 'signed',
        },
      ],
      [evt(3)]: [
        'trade-deal.stage-changed',
        {
          intakeEventId: evt(3),
          record: { ...RECORD, version: 6, stage: 'signed', phase: 'won', place: 'nanjing' },
          changed: [],
          superseded: ['stage', 'lostReason'],
          to: 'signed',
        },
      ],
      [evt(4)]: ['trade-deal.noted', expect.objectContaining(none)],
      [evt(5)]: ['trade-deal.voided', expect.objectContaining({ changed: ['voided'] })],
      [evt(6)]: ['trade-deal.restored', expect.objectContaining({ changed: ['voided'] })],
      [evt(10)]: [
        'ip-lead.recorded',
        expect.objectContaining({ record: expect.objectContaining({ stage: 'disclosed', confidential: true }) }),
      ],
      [evt(11)]: [
        'ip-lead.released',
        expect.objectContaining({ record: expect.objectContaining({ confidential: false }), changed: ['released'] }),
      ],
      [evt(12)]: ['trade-deal.rejected', { intakeEventId: evt(12), code: 'already-logged', pointers: [] }],
    });
  });

  it('names nobody and quotes nothing: ids, codes and figures only', async () => {
    await record(
      logged({
        title: 'Project Swordfish',
        description: 'Dr Chen said',
        nextStep: { text: 'Ring Dr Chen' },
        stage: 'lost',
        lostReason: 'other',
        reason: 'Dr Chen left',
      }),
      event({ verb: 'noted', data: { text: 'Dr Chen is back' } }, { n: 1 }),
      evidenced({ ...passed('atas'), document: 'ATAS of Dr Chen', note: 'Dr Chen came.' }, { n: 2 }),
      evidenced({ ...passed('atas'), outcome: 'failed', note: 'Not Dr Chen.' }, { n: 3, at: 1 }),
      evidenced({ type: 'filing', waived: true, reason: 'Dr Chen says so.' }, { n: 4 }),
    );
    await followAll();
    const told = published().map(({ detail: { data } }) => [data['changed'], data['superseded']]);
    expect(told).toContainEqual([['evidence/atas'], []]);
    expect(told).toContainEqual([[], ['evidence/atas']]);
    expect(told).toContainEqual([['evidence/filing'], []]);
    expect(JSON.stringify(published())).not.toMatch(/Swordfish|Chen|failed|passed|waived/);
  });

  it('of an event that is told again has the same id', async () => {
    await record(logged());
    await follow();
    const batch = news();
    await follow(batch);
    await follow(batch);
    const [first, second] = published();
    expect(second).toEqual(first);
    expect(first?.detail.metadata).toMatchObject({
      recordId: ID,
      schemaVersion: 1,
      actor: { type: 'partner', id: 'jitri' },
      channel: 'webhook',
      partner: 'jitri',
    });
    expect(first?.detail.metadata['eventId']).not.toBe(evt(0));
  });

  it('of a quarantined event tells why and where, and again when it was refused after all', async () => {
    const { recordId: _, ...nameless } = waiting(1);
    await putReceipt(world.kept.client, {
      ...nameless,
      type: 'trade-deal.loged',
      reason: 'unknown-event',
      errors: [{ pointer: '/data/title', detail: 'x' }],
    } as Receipt);
    await followAll();
    await putReceipt(world.kept.client, {
      eventId: evt(1),
      status: 'rejected',
      type: 'trade-deal.noted',
      recordId: ID,
      at: minute(601),
      refusal: { code: 'voided', detail: 'x', errors: [{ pointer: '/to', detail: 'x' }] },
    });
    await followAll();
    expect(published().map(({ name, detail }) => [name, detail.data])).toEqual([
      [
        'intake.quarantined',
        { intakeEventId: evt(1), type: 'trade-deal.loged', reason: 'unknown-event', pointers: ['/data/title'] },
      ],
      ['trade-deal.rejected', { intakeEventId: evt(1), code: 'voided', pointers: ['/to'] }],
    ]);
    for (const { name, detail } of published()) CATALOGUE.find((each) => each.name === name)?.detail.parse(detail);
  });
});
