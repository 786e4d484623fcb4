import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, type RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { judge } from '#shared/domain/record/judge.ts';
import { compareClocks, isVoided, type RecordState } from '#shared/domain/record/state.ts';
import { apartFromRecording, minute, openersOf, partnerStory } from '#test/support/record-events.ts';

/**
 * What a recorder does with deliveries: the same event once, what has no record yet again later. What a closed gate set aside is
 * replayed, after everything else has come.
 */
function deliver(deliveries: readonly RecordEvent[]): RecordState {
  let state: RecordState | undefined;
  const seen = new Set<string>();
  let waiting = [...deliveries];
  while (waiting.length > 0) {
    const again: RecordEvent[] = [];
    for (const event of waiting) {
      if (seen.has(event.eventId)) continue;
      const verdict = judge(state, event);
      const setAside = verdict.outcome === 'refuse' && verdict.refusal.code === 'gate-closed';
      if (verdict.outcome === 'refuse' && !setAside) throw new Error(verdict.refusal.code);
      if (verdict.outcome !== 'record') again.push(event);
      else {
        state = evolve(state, event, minute(5_000)).state;
        seen.add(event.eventId);
      }
    }
    if (again.length === waiting.length) throw new Error('They wait for ever.');
    waiting = again;
  }
  return state as RecordState;
}

const disordered = partnerStory.chain((story) =>
  fc
    .tuple(
      fc.shuffledSubarray(story, { minLength: story.length }),
      fc.array(fc.constantFrom(...story), { maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([permutation, repeats, positions]) => {
      const deliveries = [...permutation];
      for (const repeat of repeats)
        deliveries.splice((positions.next().value as number) % (deliveries.length + 1), 0, repeat);
      return { story, deliveries };
    }),
);

describe('disorder', () => {
  it("any permutation, with duplicates, of a record's events gives the same record", () => {
    fc.assert(
      fc.property(disordered, ({ story, deliveries }) => {
        const [told, disorderly] = [deliver(story), deliver(deliveries)];
        expect(apartFromRecording(disorderly)).toEqual(apartFromRecording(told));
        expect(disorderly.version).toBe(story.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps each field's latest word, by a reckoning of its own", () => {
    fc.assert(
      fc.property(disordered, ({ story, deliveries }) => {
        const inTime = [...story].sort((a, b) => compareClocks(clockOf(a), clockOf(b)));
        const logging = story[0] as RecordEvent & { verb: 'logged' };
        const after = inTime.slice(inTime.indexOf(logging) + 1);
        const state = deliver(deliveries);
        const amendments = after.flatMap((event) => (event.verb === 'amended' ? [event.data.fields] : []));
        for (const name of ['title', 'place', 'value', 'owner', 'tags', 'probability']) {
          const last = amendments.findLast((fields) => Object.hasOwn(fields, name));
          expect(state.fields[name] ?? null).toEqual((last ? last[name] : logging.data[name]) ?? null);
        }
        const moves = after.flatMap((event) => (event.verb === 'moved' ? [event.data] : []));
        expect(state.path.at(-1)).toMatchObject({ stage: moves.at(-1)?.to ?? logging.data.stage });
        for (const [type, evidence] of Object.entries(state.evidence ?? {})) {
          const words = inTime.filter((event) => event.verb === 'evidenced' && event.data.type === type);
          expect(evidence).toMatchObject({ by: words.at(-1)?.eventId, ...words.at(-1)?.data });
        }
        expect(Object.keys(state.evidence ?? {}).sort()).toEqual(openersOf(state.kind).sort());
        const voiding = inTime.findLast(({ verb }) => verb === 'voided' || verb === 'restored');
        expect(isVoided(state)).toBe(voiding?.verb === 'voided');
      }),
      { numRuns: 500 },
    );
  });
});
