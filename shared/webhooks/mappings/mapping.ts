import type { PutPartner } from '#shared/domain/partner/partner.ts';

/** A mapping for a system that is often met, with a message of it and what that becomes: to start from, not to believe in. */
export interface ReadyMapping {
  /** JSONata, as a partner's `mapping` takes it. */
  readonly mapping: string;
  /** What a partner with this mapping needs beside it. */
  readonly partner: Pick<PutPartner, 'scheme' | 'eventTypes' | 'defaults'>;
  /** A message as that system sends it; people, companies and ids are invented. */
  readonly sample: unknown;
  /** What the mapping makes of it, before the partner's defaults. */
  readonly gives: unknown;
}
