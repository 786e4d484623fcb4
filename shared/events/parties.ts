import type { EventContract, Source } from './contract.ts';

/** Who publishes events, or takes them from the bus. */
export interface Party {
  /** The function's name in the stacks, or what it is. */
  readonly name: string;
  readonly does: string;
}

export interface Parties {
  /** Functions that may publish events of a source; the stacks' grants are held against it by a test. */
  readonly publishers: readonly Party[];
  /** Whom rules of the product send them to; the stacks' rules are held against it by a test. */
  readonly consumers: readonly Party[];
  /** Whom else they are for. */
  readonly audience?: string;
}

/** Publishers and consumers, by source: what is true of one event of a source is true of all. */
const PARTIES: Readonly<Record<Source, Parties>> = {
  'partnership.intake': {
    publishers: [
      { name: 'log', does: 'for every write over the HTTP API, but for those on contacts' },
      { name: 'contacts', does: 'for every write on a contact, after what is personal of it is kept apart' },
      { name: 'webhook', does: "for every message of a partner's system that is authentic and can be read" },
      { name: 'partners', does: 'again, for what is replayed from quarantine' },
      { name: 'sweep', does: 'for an erasure that was cut short' },
      { name: 'publish', does: 'again, for an event that waited in quarantine until its record arrived' },
    ],
    consumers: [{ name: 'record', does: 'by way of its queue: records it, refuses it or sets it aside' }],
  },
  'partnership.records': {
    publishers: [{ name: 'publish', does: "once the table's stream shows what became of an event" }],
    consumers: [
      {
        name: 'relate',
        does: 'by way of its queue: lists what was recorded with the organisations, people and places it belongs to; of each event only where that can change',
      },
      { name: 'deliver', does: 'by way of its queue: tells subscribers (`/v1/subscriptions`) by signed webhooks' },
    ],
    audience: 'Other systems: a subscription, or in the same account a rule on the bus, is all that they need.',
  },
  'partnership.reports': {
    publishers: [{ name: 'publish', does: "once the table's stream shows that a report was published" }],
    consumers: [{ name: 'mail', does: "by way of its queue: sends it to the series' recipients" }],
    audience: 'Other systems: a rule on the bus is all that a subscriber needs.',
  },
};

export const partiesOf = ({ source }: Pick<EventContract, 'source'>): Parties => PARTIES[source];
