import { isNoun } from '../entity/nouns.ts';
import type { EntityState } from '../entity/state.ts';
import type { RecordState } from '../record/state.ts';

/** What a link leads to: what stands in the lists of an organisation, a contact, an agreement, a record or a place. */
export const LINK_KINDS = ['record', 'activity', 'agreement', 'contact', 'duplicate'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** Whatever links lead from. */
export type Subject = RecordState | EntityState;

/**
 * That something belongs to something else. It says no more of it than cannot go stale without the link being written anew: the rest is
 * read from the thing itself.
 */
export interface Link {
  /** What it belongs to: an id, {@link aboutPlace}, or {@link EVERYWHERE}. */
  readonly about: string;
  readonly kind: LinkKind;
  /** By which lists are in order: an activity's first day, the day an agreement was signed, else the instant of the logging. */
  readonly date: string;
  /** The id of what belongs to it. */
  readonly of: string;
  /** An activity's. */
  readonly type?: string;
  readonly direction?: string;
}

/** Everything of a kind, whatever it belongs to. */
export const EVERYWHERE = 'all';

export const aboutPlace = (place: string): string => `place#${place}`;

/** Stands for the date of an agreement that is not signed: before every day. */
export const UNDATED = '-';

export const isEntityState = (state: Subject): state is EntityState => isNoun(state.kind);

/** Where a record, an organisation, a contact, an activity or an agreement is listed: pure, from its state, each once. */
export function linksOf(state: Subject): Link[] {
  if (!isEntityState(state)) return linksOfRecord(state);
  switch (state.kind) {
    case 'activity':
      return linksOfActivity(state);
    case 'agreement':
      return links(state, 'agreement', textIn(state, 'signedOn') ?? UNDATED, [
        ...idsIn(state, 'organisations'),
        ...placeOf(state),
        EVERYWHERE,
      ]);
    case 'contact':
      return links(state, 'contact', state.createdAt, idsIn(state, 'organisations'));
    case 'organisation':
      return links(state, 'duplicate', state.createdAt, idsIn(state, 'mergedInto'));
  }
}

const linksOfRecord = (state: RecordState): Link[] =>
  links(state, 'record', state.createdAt, [
    ...idsIn(state, 'organisations'),
    ...idsIn(state, 'contacts'),
    ...idsIn(state, 'inventors'),
    ...idsIn(state, 'agreementId'),
  ]);

function linksOfActivity(state: EntityState): Link[] {
  const abouts = [
    ...idsIn(state, 'organisations'),
    ...idsIn(state, 'records'),
    ...idsIn(state, 'contacts'),
    ...idsIn(state, 'agreementId'),
    ...placeOf(state),
    EVERYWHERE,
  ];
  const [type, direction] = [textIn(state, 'type') as string, textIn(state, 'direction') as string];
  return links(state, 'activity', textIn(state, 'on') as string, abouts).map((link) => ({ ...link, type, direction }));
}

const links = ({ id }: Subject, kind: LinkKind, date: string, abouts: readonly string[]): Link[] =>
  [...new Set(abouts)].map((about) => ({ about, kind, date, of: id }));

const textIn = ({ fields }: Subject, name: string) => fields[name] as string | undefined;

const placeOf = (state: EntityState): string[] => {
  const place = textIn(state, 'place');
  return place === undefined ? [] : [aboutPlace(place)];
};

/** One id or a list of them; none where the field is absent. */
const idsIn = ({ fields }: Subject, name: string): readonly string[] => {
  const value = fields[name] as string | readonly string[] | undefined;
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
};
