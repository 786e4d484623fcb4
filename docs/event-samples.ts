import type { EventContract } from '#shared/events/contract.ts';
import { readSamples } from '#test/contracts/stored-samples.ts';

/** A valid sample of an event, from those that are kept of every version. */
export interface EventSample {
  /** `everything that can be said` */
  readonly title: string;
  readonly detail: { readonly metadata: { readonly receivedAt: string; readonly eventId: string } };
}

const SAMPLES = readSamples().filter(({ valid }) => valid);

export const samplesOf = ({ source, name, schemaVersion }: EventContract): EventSample[] =>
  SAMPLES.filter((sample) => sample.source === source && sample.name === name && sample.version === schemaVersion).map(
    ({ path, text }) => ({
      title: (path.split('/').at(-1) ?? '').replace('.json', '').replaceAll('-', ' '),
      detail: JSON.parse(text),
    }),
  );

/** The event as EventBridge would deliver it. */
export const delivered = ({ source, name }: EventContract, detail: EventSample['detail']): Record<string, unknown> => ({
  version: '0',
  id: '6f1c9a52-4c1e-4d8b-9a53-2b7e0d4c8f61',
  'detail-type': name,
  source,
  account: '123456789012',
  time: detail.metadata.receivedAt.replace(/\.\d+Z$/, 'Z'),
  region: 'eu-west-2',
  resources: [],
  detail,
});
