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
      { name: 'log', does: 'for every write over the HTTP API except writes to contacts' },
      { name: 'contacts', does: 'for every write to a contact, after its personal data has been stored separately' },
      { name: 'webhook', does: 'for every authentic partner message that can be mapped' },
      { name: 'partners', does: 'again, for items replayed from quarantine' },
      { name: 'sweep', does: 'to complete an interrupted erasure' },
      { name: 'publish', does: 'again, for an event that waited in quarantine for its record' },
    ],
    consumers: [{ name: 'record', does: 'through its queue: records the event, refuses it or quarantines it' }],
  },
  'partnership.records': {
    publishers: [{ name: 'publish', does: "when the table's stream shows the outcome of an event" }],
    consumers: [
      {
        name: 'relate',
        does: 'through its queue: indexes records and entities under the organisations, people and places they belong to; only for events that can change these links',
      },
      { name: 'deliver', does: 'through its queue: sends signed webhooks to subscribers (`/v1/subscriptions`)' },
    ],
    audience: 'Other systems need only a subscription or, in the same account, a rule on the bus.',
  },
  'partnership.reports': {
    publishers: [{ name: 'publish', does: "when the table's stream shows that a report was published" }],
    consumers: [{ name: 'mail', does: 'through its queue: mails the report to the recipients of its series' }],
    audience: 'Other systems need only a rule on the bus.',
  },
};

export const partiesOf = ({ source }: Pick<EventContract, 'source'>): Parties => PARTIES[source];
