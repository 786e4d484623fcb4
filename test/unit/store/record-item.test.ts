import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { fromRecordItem, NO_OWNER, toRecordItem } from '#shared/store/record-item.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import { TABLE } from '#shared/store/table.ts';
import { event, evt, given, logged, minute, partnerStory } from '#test/support/record-events.ts';

/** The item as the table gives it back. */
const kept = (item: Record<string, unknown>) => unmarshall(marshall(item, { removeUndefinedValues: true }));

/** What the recorder keeps of an event: an amendment's words are in its changes, organisations go by their ids. */
function stored(
  before: RecordState | undefined,
  told: RecordEvent,
  correlationId = told.eventId,
): { state: RecordState; event: StoredEvent } {
  const { state, changes, superseded } = evolve(before, told, minute(6_000));
  const data =
    told.verb === 'logged'
      ? {
          ...told.data,
          organisations: told.data.organisations.map(({ id }) => id),
          ...(told.data.evidence
            ? {
                evidence: told.data.evidence
                  .map(({ author: _, ...evidence }) => evidence)
                  .sort((a, b) => (a.type < b.type ? -1 : 1)),
              }
            : {}),
        }
      : told.verb === 'amended'
        ? {}
        : told.data;
  return {
    state,
    event: {
      eventId: told.eventId,
      verb: told.verb,
      occurredAt: told.occurredAt,
      receivedAt: minute(5_900),
      recordedAt: state.updatedAt,
      version: state.version,
      actor: { type: told.by, id: 'li.wei' },
      channel: 'webhook',
      correlationId,
      partner: 'jitri',
      data,
      changes,
      ...(Object.keys(superseded).length > 0 ? { superseded } : {}),
    },
  };
}

describe("a record's item", () => {
  it('gives back the state and its latest event, whatever the events were', () => {
    fc.assert(
      fc.property(partnerStory, fc.boolean(), (story, correlated) => {
        let state: RecordState | undefined;
        for (const told of story) {
          const next = stored(state, told, correlated ? 'a-request' : undefined);
          expect(fromRecordItem(kept(toRecordItem(next.state, next.event)))).toEqual(next);
          state = next.state;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives back the reason why a record started out lost', () => {
    const next = stored(undefined, logged({ stage: 'lost', lostReason: 'other', reason: 'The buyer was sold.' }));
    expect(fromRecordItem(kept(toRecordItem(next.state, next.event))).event.data).toMatchObject({
      reason: 'The buyer was sold.',
    });
  });

  it('carries what indexes and filters need', () => {
    const item = kept(
      toRecordItem(
        ...(Object.values(stored(undefined, logged({}, { kind: 'ip-lead', at: 4 }))) as [RecordState, StoredEvent]),
      ),
    );
    expect(item).toMatchObject({
      sk: 'record',
      kind: 'ip-lead',
      stage: 'disclosed',
      stageEnteredAt: minute(4),
      owner: NO_OWNER,
      confidential: true,
      event: { eventId: evt(0) },
    });
    for (const { partitionKey, sortKey, name } of Object.values(TABLE.indexes))
      if (!['byEvent', 'byClose', 'byList', 'byNextStep', 'byNoun'].includes(name))
        for (const key of [...partitionKey, ...sortKey]) expect(item[key.name], key.name).toBeTypeOf(key.type);
    // Only events' own items stand in the index of events, only records with a date in that of dates; records are in no other list.
    expect(item['inList']).toBeUndefined();
    expect(item['eventId']).toBeUndefined();
    expect(item['expectedCloseOn']).toBeUndefined();
    expect(item).not.toHaveProperty('nextStepDueOn');
  });

  it('stands in the index of next steps by the day on which its own is due', () => {
    const nextStep = { text: 'Call them.', dueOn: '2026-12-01' };
    const states = stored(undefined, logged({ nextStep }, { at: 4 }));
    const item = kept(toRecordItem(...(Object.values(states) as [RecordState, StoredEvent])));
    expect(item['nextStepDueOn']).toBe('2026-12-01');
    expect(fromRecordItem(item).state.fields).not.toHaveProperty('nextStepDueOn');
  });

  it('leaves the lists while the record is voided', () => {
    const voided = event({ verb: 'voided', data: { reason: 'Twice.' } }, { at: 9 });
    const at = (item: Record<string, unknown>) => item['voidedAt'];
    const first = stored(given(logged()), voided);
    expect(at(toRecordItem(first.state, first.event))).toBe(minute(9));
    const back = stored(first.state, event({ verb: 'restored', data: {} }, { n: 2, at: 10 }));
    expect(at(kept(toRecordItem(back.state, back.event)))).toBeUndefined();
  });
});
