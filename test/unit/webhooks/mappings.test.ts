import { afterAll, describe, expect, it } from 'vitest';
import type { Partner } from '#shared/domain/partner/partner.ts';
import { PutPartner } from '#shared/domain/partner/partner.ts';
import { createEvaluator } from '#shared/webhooks/jsonata/evaluator.ts';
import { mapMessage } from '#shared/webhooks/mapping.ts';
import { hubspotDeal } from '#shared/webhooks/mappings/hubspot-deal.ts';
import type { ReadyMapping } from '#shared/webhooks/mappings/mapping.ts';
import { plainJson } from '#shared/webhooks/mappings/plain-json.ts';
import { twentyOpportunity } from '#shared/webhooks/mappings/twenty-opportunity.ts';

const evaluator = createEvaluator();
afterAll(() => evaluator.close());

const READY = { 'HubSpot deals': hubspotDeal, 'Twenty opportunities': twentyOpportunity, 'a JSON portal': plainJson };

const partnerOf = ({ partner, mapping }: ReadyMapping): Partner => ({
  ...PutPartner.parse({ ...partner, name: 'A partner', mapping, active: true }),
  id: 'sample',
  mappingVersion: 1,
});

const mapped = (ready: ReadyMapping, body: unknown) =>
  mapMessage(evaluator, partnerOf(ready), {
    body: Buffer.from(JSON.stringify(body)),
    receivedAt: '2026-11-22T08:00:05.000Z',
  });

describe.each(Object.entries(READY))('the mapping for %s', (_, ready) => {
  it('gives for its sample what it says', async () => {
    const made = await evaluator.evaluate(ready.mapping, JSON.stringify(ready.sample));
    expect(made.ok && JSON.parse(made.json ?? '')).toEqual(ready.gives);
  });

  it('gives events that are as they must be, with what its partner has by default', async () => {
    const result = await mapped(ready, ready.sample);
    expect(result).toMatchObject({ ok: true });
    const told = result.ok ? result.told : [];
    expect(told).toHaveLength(Array.isArray(ready.gives) ? ready.gives.length : 1);
    for (const each of told.filter(({ verb }) => verb === 'logged'))
      expect(each.data).toMatchObject({ strand: ready.partner.defaults?.strand });
  });

  it('sets aside what is nothing like its sample', async () => {
    for (const body of [{}, [], 'text', 7, { properties: {}, record: {}, leads: [{}] }])
      expect(await mapped(ready, body), JSON.stringify(body)).toMatchObject({ ok: false });
  });
});

describe('the mapping for Twenty opportunities', () => {
  const mappedRecord = async (changed: object) => {
    const { sample } = twentyOpportunity as { sample: { record: object } };
    const result = await mapped(twentyOpportunity, { ...sample, record: { ...sample.record, ...changed } });
    return result.ok ? result.told : [];
  };

  it('keeps an amount of 0, and takes one away that was emptied', async () => {
    const amountOf = (amountMicros: number | null) => ({ amount: { amountMicros, currencyCode: 'CNY' } });
    expect((await mappedRecord(amountOf(0)))[0]?.data).toMatchObject({ value: { amount: '0.00', currency: 'CNY' } });
    expect((await mappedRecord(amountOf(null))).map(({ verb }) => verb)).toEqual(['logged', 'amended']);
  });

  it('closes an opportunity on the day of its workspace', async () => {
    const [logged] = await mappedRecord({ closeDate: '2026-12-01T16:00:00.000Z' });
    expect(logged?.data).toMatchObject({ expectedCloseOn: '2026-12-02' });
  });
});

describe('the mapping for HubSpot deals', () => {
  const properties = {
    dealname: 'Flat',
    dealstage: 'closedlost',
    amount: '',
    closedate: '2026-12-31T00:00:00Z',
    company_name: 'Severn Tram Doors (invented)',
    hs_object_id: '77',
    closed_lost_reason: 'Too dear.',
  };

  it('takes properties as plain values, and what is empty for what is not there', async () => {
    const result = await mapped(hubspotDeal, { properties });
    expect(result.ok && result.told).toEqual([
      {
        kind: 'trade-deal',
        verb: 'logged',
        timestamp: undefined,
        record: { ref: '77' },
        data: {
          externalRef: { partner: 'sample', ref: '77' },
          title: 'Flat',
          stage: 'lost',
          lostReason: 'other',
          reason: 'Too dear.',
          organisations: [{ name: 'Severn Tram Doors (invented)', place: 'birmingham' }],
          expectedCloseOn: '2026-12-31',
          strand: 'business-engagement',
          direction: 'uk-export',
        },
      },
      { kind: 'trade-deal', verb: 'amended', timestamp: undefined, record: { ref: '77' }, data: { value: null } },
    ]);
  });

  it.each([
    ['100', [{ value: { amount: '100.00', currency: 'GBP' } }]],
    [0, [{ value: { amount: '0.00', currency: 'GBP' } }]],
    ['0', [{ value: { amount: '0.00', currency: 'GBP' } }]],
    ['', [{}, { value: null }]],
    [null, [{}, { value: null }]],
    [undefined, [{}]],
  ])('gives an amount of %j as %j', async (amount, values) => {
    const result = await mapped(hubspotDeal, { properties: { ...properties, amount } });
    const told = result.ok ? result.told : [];
    expect(told.map(({ data }) => ('value' in data ? { value: data['value'] } : {}))).toEqual(values);
  });

  it.each([
    ['2027-06-30T23:00:00Z', '2027-07-01'],
    ['1798675200000', '2026-12-31'],
  ])('closes a deal on the day of the portal: %s is %s', async (closedate, day) => {
    const result = await mapped(hubspotDeal, { properties: { ...properties, closedate } });
    expect(result.ok && result.told[0]?.data).toMatchObject({ expectedCloseOn: day });
  });

  it('logs a deal of an unknown stage as one that has just begun', async () => {
    const result = await mapped(hubspotDeal, { properties: { ...properties, dealstage: '1128447' } });
    expect(result.ok && result.told[0]?.data).not.toHaveProperty('stage');
  });
});
