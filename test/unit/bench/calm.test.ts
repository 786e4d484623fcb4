import { expect, test } from 'vitest';
import { calmRounds } from '../../../bench/support/calm.ts';

test('the rounds beside which the fixed work took least count, and all are told', async () => {
  // Before the first round, and after each of six: the second and third are disturbed, and so is the last.
  const took = [1, 1, 9, 1, 1, 2, 9];
  let [works, made] = [0, 0];
  const calm = await calmRounds(
    2,
    async () => ++made,
    () => took[works++] as number,
  );
  expect(calm.rounds).toEqual([1, 4]);
  expect(calm.all).toEqual([1, 2, 3, 4, 5, 6]);
  expect(calm.fixedWorkMs).toEqual({ counted: [1, 1], all: [1, 9, 9, 1, 2, 9] });
});
