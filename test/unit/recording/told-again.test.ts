import { describe, expect, it } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { asAmendment } from '#shared/recording/told-again.ts';

const data = {
  stage: 'enquiry',
  title: 'A quay',
  strand: 'business-engagement',
  owner: 'zhang',
  tags: ['port'],
  organisations: [{ id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M', name: 'Guangzhou Port', place: 'guangzhou' }],
  externalRef: { partner: 'jitri', ref: 'D-1' },
};
const logged = {
  recordId: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  eventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  kind: 'trade-deal',
  occurredAt: '2026-11-21T08:00:00.000Z',
  by: 'partner',
  verb: 'logged',
  data,
} as RecordEvent & { verb: 'logged' };

const toldBy = (defaults?: Parameters<typeof asAmendment>[1]) => {
  const event = asAmendment(logged, defaults);
  return event.verb === 'amended' ? Object.keys(event.data.fields).sort() : event.verb;
};

describe('a record that its partner logs again', () => {
  it('is amended in every field that is told, its name and stage apart', () => {
    expect(toldBy()).toEqual(['organisations', 'owner', 'strand', 'tags', 'title']);
  });

  it("is not set back to what it has by the partner's defaults", () => {
    expect(toldBy({ owner: 'zhang', strand: 'business-engagement', tags: ['port'] })).toEqual([
      'organisations',
      'title',
    ]);
    expect(toldBy({ organisations: [{ name: 'Guangzhou Port', place: 'guangzhou' }] })).not.toContain('organisations');
  });

  it('is amended where what is told differs from the default', () => {
    expect(
      toldBy({ owner: 'li', tags: ['port', 'sea'], organisations: [{ name: 'Other', place: 'guangzhou' }] }),
    ).toEqual(['organisations', 'owner', 'strand', 'tags', 'title']);
  });
});
