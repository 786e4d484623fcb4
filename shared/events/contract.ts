import * as z from 'zod';
import { lazily } from '#shared/domain/lazily.ts';
import { Metadata } from './envelope.ts';

export const SOURCES = ['partnership.intake', 'partnership.records', 'partnership.reports'] as const;
export type Source = (typeof SOURCES)[number];

/** One event type: the value that its publisher, its consumer and the rule that routes it all take. */
export interface EventContract<Name extends string = string, Data extends z.ZodType = z.ZodType> {
  readonly source: Source;
  /** The `detail-type`. */
  readonly name: Name;
  readonly schemaVersion: number;
  /** What it says, in one line for people. */
  readonly meaning: string;
  readonly data: Data;
  /** `{ metadata, data }`, as `detail` carries it. */
  readonly detail: z.ZodType<{ metadata: Metadata; data: z.infer<Data> }>;
}

export interface EventDetail<Data = unknown> {
  readonly metadata: Metadata;
  readonly data: Data;
}

/** The schema of the data may be given as what makes it: then nothing is made before an event of that type is met. */
export function defineEvent<Name extends string, Data extends z.ZodType>({
  data,
  ...definition
}: {
  source: Source;
  name: Name;
  schemaVersion: number;
  meaning: string;
  data: Data | (() => Data);
}): EventContract<Name, Data> {
  const dataOf = lazily(() => (typeof data === 'function' ? data() : data));
  const detailOf = lazily(() =>
    z.strictObject({
      metadata: Metadata.extend({ schemaVersion: z.literal(definition.schemaVersion) }).meta({ id: undefined }),
      data: dataOf(),
    }),
  );
  return {
    ...definition,
    get data() {
      return dataOf();
    },
    get detail() {
      return detailOf() as unknown as EventContract<Name, Data>['detail'];
    },
  };
}

/** An entry for `PutEvents`; the caller adds the bus. The detail must be valid: a publisher's mistake is a bug, so this throws. */
export function entryOf(
  contract: EventContract,
  detail: EventDetail,
): { Source: string; DetailType: string; Detail: string } {
  return {
    Source: contract.source,
    DetailType: contract.name,
    Detail: JSON.stringify(contract.detail.parse(detail)),
  };
}

/** The event pattern of a rule that takes these event types. */
export function patternOf(contracts: readonly EventContract[]): { source: string[]; 'detail-type': string[] } {
  return {
    source: [...new Set(contracts.map((contract) => contract.source))].sort(),
    'detail-type': contracts.map((contract) => contract.name).sort(),
  };
}
