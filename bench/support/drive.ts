import { quantile } from './statistics.ts';

/** What a number of clients got done, each beginning its next operation when its last one was answered. */
export interface Driven {
  readonly operations: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds that each operation took. */
  readonly took: readonly number[];
}

/** Runs an operation so many times, by so many clients at once. The first failure ends it. */
export async function drive(
  { clients, operations }: { readonly clients: number; readonly operations: number },
  operation: (index: number) => Promise<unknown>,
): Promise<Driven> {
  const took: number[] = [];
  let next = 0;
  const began = performance.now();
  const client = async () => {
    for (let index = next++; index < operations; index = next++) {
      const from = performance.now();
      await operation(index);
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  return { operations, seconds, perSecond: operations / seconds, took };
}

export const p50 = ({ took }: Pick<Driven, 'took'>): number => quantile(took, 0.5);
