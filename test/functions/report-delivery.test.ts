import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_SERIES } from '#shared/domain/report/series.ts';
import { type Delivering, deliverReport, type Letter, noteFeedback } from '#shared/reports/deliver.ts';
import { keys } from '#shared/store/keys.ts';
import { loadDeliveries, recipientHash } from '#shared/store/mailings.ts';
import { publishReport } from '#shared/store/reports.ts';
import { writeSetting } from '#shared/store/settings.ts';
import { type FakeTable, fakeTable, type TableFault } from '#test/support/fake-table.ts';
import { useFunctionEnvironment } from '#test/support/function-world.ts';

useFunctionEnvironment();

const REPORT = 'rep_5W3QZ8T1H6M4D9K2B7X0V5N3R1';
const [ANNA, BO] = ['anna@example.org', 'bo@example.org'];
const START = Date.parse('2026-11-23T08:00:09.000Z');

let table: FakeTable;
let now: number;
let letters: Letter[];
let refused: Set<string>;
let parts: Delivering;

beforeEach(async () => {
  table = fakeTable();
  now = START;
  letters = [];
  refused = new Set();
  const { id: _, ...series } = FIRST_SERIES[1] as (typeof FIRST_SERIES)[number];
  const recipients = [{ email: ANNA }, { email: BO, language: 'zh-CN' as const }];
  const content = { ...series, recipients, activeSince: '2026-01-01T00:00:00.000Z' };
  const author = { userId: 'manager', at: '2026-01-01T00:00:00.000Z', correlationId: 'c' };
  await writeSetting(table.client, {
    key: keys.reportSeries('weekly-birmingham'),
    content,
    previous: undefined,
    previousVersion: 0,
    author,
    eventId: 'evt',
  });
  await publishReport(table.client, {
    id: REPORT,
    type: 'pipeline',
    series: 'weekly-birmingham',
    basis: 'as-known-then',
    period: { from: null, to: '2026-11-23T08:00:00.000Z', timeZone: 'Europe/London' },
    previous: null,
    currency: 'GBP',
    publishedAt: '2026-11-23T08:00:07.000Z',
    open: { count: 0, value: '0.00', weighted: '0.00' },
    forms: [],
  });
  parts = {
    table: table.client,
    clock: () => now,
    send: async (letter) => {
      if (refused.has(letter.email)) throw Object.assign(new Error(letter.email), { name: 'MessageRejected' });
      letters.push(letter);
    },
    log: { warn() {} },
  };
});

const sentTo = () => letters.map(({ email, language }) => `${email} ${language}`);
const stands = async () => {
  const deliveries = await loadDeliveries(table.calm, REPORT);
  return Object.fromEntries(
    [...deliveries.values()].map(({ email, status, attempts }) => [email, `${status} ${attempts}`]),
  );
};

describe('a published report', () => {
  it('is sent to each recipient of its series in their language, once', async () => {
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 2, failed: 0 });
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 0, failed: 0 });
    expect(sentTo()).toEqual([`${ANNA} en`, `${BO} zh-CN`]);
    expect(await stands()).toEqual({ [ANNA]: 'sent 1', [BO]: 'sent 1' });
  });

  it('is sent once to each though its event is delivered three times at once', async () => {
    await Promise.all([1, 2, 3].map(() => deliverReport(parts, REPORT)));
    expect(sentTo().sort()).toEqual([`${ANNA} en`, `${BO} zh-CN`]);
  });

  it('reaches the others where one address is refused, which is tried again and seen', async () => {
    refused.add(ANNA);
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 1, failed: 1 });
    expect(await stands()).toEqual({ [ANNA]: 'failed 1', [BO]: 'sent 1' });
    expect((await loadDeliveries(table.calm, REPORT)).get(recipientHash(ANNA))?.reason).toBe('MessageRejected');
    refused.clear();
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 1, failed: 0 });
    expect(await stands()).toEqual({ [ANNA]: 'sent 2', [BO]: 'sent 1' });
  });

  it('is not sent while nobody knows of it', async () => {
    await expect(deliverReport(parts, 'rep_00000000000000000000000000')).rejects.toThrow('not published');
  });
});

describe('where sending dies', () => {
  it('after the mail was taken, that one mail is sent once more when its lease is over, and no other', async () => {
    const dying = { ...parts, table: fakeTableOver((call) => (call === 2 ? 'lost-before' : undefined)) };
    await expect(deliverReport(dying, REPORT)).rejects.toThrow();
    expect(sentTo()).toEqual([`${ANNA} en`]);
    // Its lease still holds: nobody knows that it died.
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 1, failed: 1 });
    now += 91_000;
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 1, failed: 0 });
    expect(sentTo()).toEqual([`${ANNA} en`, `${BO} zh-CN`, `${ANNA} en`]);
    expect(letters[2]).toEqual(letters[0]);
    expect(await stands()).toEqual({ [ANNA]: 'sent 2', [BO]: 'sent 1' });
  });

  it('before it is begun, each mail is sent once', async () => {
    const dying = { ...parts, table: fakeTableOver((call) => (call === 1 ? 'lost-before' : undefined)) };
    await expect(deliverReport(dying, REPORT)).rejects.toThrow();
    expect(letters).toEqual([]);
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 2, failed: 0 });
  });

  /** The same table, one of whose puts of this client dies. */
  function fakeTableOver(fault: (put: number) => TableFault | undefined) {
    let puts = 0;
    const client = Object.create(table.client) as typeof table.client;
    client.send = (async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === 'PutCommand' && fault(++puts))
        throw Object.assign(new Error(), { name: 'TimeoutError' });
      return table.client.send(command as never);
    }) as typeof client.send;
    return client;
  }
});

describe('what comes back', () => {
  it('is kept with the delivery, and is not sent again', async () => {
    await deliverReport(parts, REPORT);
    await noteFeedback(parts, {
      reportId: REPORT,
      recipient: recipientHash(BO),
      status: 'bounced',
      reason: 'Permanent',
    });
    expect(await stands()).toEqual({ [ANNA]: 'sent 1', [BO]: 'bounced 1' });
    expect(await deliverReport(parts, REPORT)).toEqual({ sent: 0, failed: 0 });
  });

  it('of a mail that nobody knows is nothing', async () => {
    await noteFeedback(parts, { reportId: REPORT, recipient: 'nobody', status: 'bounced', reason: 'Permanent' });
    expect(await stands()).toEqual({});
  });
});
