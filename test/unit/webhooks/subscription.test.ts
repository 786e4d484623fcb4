import { describe, expect, it } from 'vitest';
import {
  isToldOf,
  PutSubscription,
  SUBSCRIBED_EVENTS,
  type Subscription,
} from '#shared/domain/subscription/subscription.ts';
import { OUTCOME_CONTRACTS } from '#shared/events/outcomes.ts';
import { bodyOf, deliveryIdOf, toldIn } from '#shared/webhooks/out/told.ts';

const subscription: Subscription = {
  id: 'jitri',
  partner: 'jitri',
  url: 'https://hooks.example.org/',
  eventTypes: ['trade-deal.recorded', 'ip-lead.recorded'],
  active: true,
};
const record = {
  kind: 'trade-deal',
  strand: 'business-engagement',
  place: 'nanjing',
  partner: 'jitri',
  confidential: false,
} as const;
const isTold = (changed: object = {}, of: object = {}, type = 'trade-deal.recorded') =>
  isToldOf({ ...subscription, ...changed }, type, { ...record, ...of });

describe('a subscription', () => {
  it('can name every outcome that tells of a record, and no other: a refusal does not say whether its record is confidential', () => {
    const telling = OUTCOME_CONTRACTS.map(({ name }) => name).filter(
      (name) => !/\.(?:rejected|quarantined)$/.test(name),
    );
    expect([...SUBSCRIBED_EVENTS].sort()).toEqual(telling.sort());
  });

  it('is told of the types that it names, while it is active', () => {
    expect(isTold()).toBe(true);
    expect(isTold({}, {}, 'trade-deal.noted')).toBe(false);
    expect(isTold({ active: false })).toBe(false);
  });

  it('is never told of a confidential record, be it its own', () => {
    expect(isTold({}, { kind: 'ip-lead', confidential: true }, 'ip-lead.recorded')).toBe(false);
    expect(isTold({}, { kind: 'ip-lead', confidential: undefined }, 'ip-lead.recorded')).toBe(false);
    expect(isTold({}, { kind: 'ip-lead' }, 'ip-lead.recorded')).toBe(true);
  });

  it.each([
    [{ strand: 'business-engagement' }, true],
    [{ strand: 'capacity-building' }, false],
    [{ kind: 'trade-deal' }, true],
    [{ kind: 'engagement' }, false],
    [{ place: 'nanjing' }, true],
    [{ place: 'bristol' }, false],
    [{ ownRecords: true }, true],
    [{ place: 'nanjing', strand: 'capacity-building' }, false],
  ])('with the filter %o is told: %s', (filter, told) => {
    expect(isTold({ filter })).toBe(told);
  });

  it('of own records only is told of no record of others', () => {
    expect(isTold({ filter: { ownRecords: true } }, { partner: 'others' })).toBe(false);
    expect(isTold({ filter: { ownRecords: true } }, { partner: undefined })).toBe(false);
    const { partner: _, id: __, ...nobodys } = subscription;
    expect(PutSubscription.safeParse({ ...nobodys, filter: { ownRecords: true } }).error?.issues).toMatchObject([
      { path: ['partner'] },
    ]);
  });
});

const detail = {
  metadata: {
    eventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    schemaVersion: 1,
    occurredAt: '2026-11-21T08:00:00.000Z',
    receivedAt: '2026-11-21T08:00:01.000Z',
    actor: { type: 'user', id: 'officer-7' },
    channel: 'api',
    correlationId: 'c-1',
    recordId: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  },
  data: {
    intakeEventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2N',
    record: {
      id: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
      kind: 'trade-deal',
      version: 2,
      strand: 'business-engagement',
      stage: 'qualified',
      phase: 'open',
      owner: 'officer-7',
      confidential: false,
    },
    changed: ['stage'],
    superseded: [],
    from: 'enquiry',
    to: 'qualified',
  },
};

describe('what is sent', () => {
  it('is the outcome in the form of Standard Webhooks, without anybody of ours in it', () => {
    const told = toldIn('trade-deal.stage-changed', detail);
    const text = told ? bodyOf(told) : '';
    expect(text).not.toContain('officer-7');
    expect(JSON.parse(text)).toEqual({
      type: 'trade-deal.stage-changed',
      timestamp: '2026-11-21T08:00:00.000Z',
      data: {
        eventId: detail.metadata.eventId,
        intakeEventId: detail.data.intakeEventId,
        record: {
          id: detail.metadata.recordId,
          kind: 'trade-deal',
          version: 2,
          strand: 'business-engagement',
          stage: 'qualified',
          phase: 'open',
        },
        changed: ['stage'],
        superseded: [],
        from: 'enquiry',
        to: 'qualified',
      },
    });
  });

  it('has the same id for every repeat of an outcome, and another for every subscriber', () => {
    const { eventId } = detail.metadata;
    expect(deliveryIdOf({ id: 'a' }, eventId)).toBe(deliveryIdOf({ id: 'a' }, eventId));
    expect(deliveryIdOf({ id: 'a' }, eventId)).not.toBe(deliveryIdOf({ id: 'b' }, eventId));
  });

  it('is nothing where the outcome is none that one subscribes to, and an error where it does not fit its schema', () => {
    expect(toldIn('intake.quarantined', {})).toBeUndefined();
    expect(toldIn('trade-deal.rejected', {})).toBeUndefined();
    const { confidential: _, ...open } = detail.data.record;
    expect(() => toldIn('trade-deal.stage-changed', { ...detail, data: { ...detail.data, record: open } })).toThrow();
  });
});
