import { likeness } from './compare-names.ts';
import { placesAgree } from './exact-key.ts';
import { type Party, REGISTERS, type Register } from './party.ts';
import { LETTERS_OF_A_KEY, lettersOf, type NameForm, type Profile, profileOf } from './profile.ts';
import { type Reason, reason } from './reasons.ts';

/**
 * Whether two organisations are one. `certain` rests on the same number in a register, or on equal keys of names where nothing speaks
 * against it; what is merely alike is `likely` and for a person to decide.
 */
export interface Match {
  readonly verdict: 'certain' | 'likely' | 'different';
  /** What speaks for it and against it; never empty. */
  readonly reasons: readonly Reason[];
}

/** What their names give: equal keys that settle it wherever they are, or only in one place; or some likeness. */
interface Names {
  readonly strength: 'settled' | 'in-place' | 'alike';
  readonly reasons: readonly Reason[];
  /** Strong enough to be proposed although the places differ. */
  readonly isStrong: boolean;
  /** The spelling in Latin letters is also that of other names. */
  readonly isAmbiguous?: boolean;
}

const hasShared = (form: NameForm) => form.tokens.some(({ as }) => as === 'shared');

/** Whether two names have one key: `settled`, or `in-place` where the same words may be two organisations in two places. */
function sameKey(a: NameForm, b: NameForm): Names | undefined {
  const reasons = [reason('same-name', a.given, b.given)];
  if (a.key === b.key && a.key !== '') {
    const isTurned = a.script === b.script && a.isTurned !== b.isTurned;
    const isAmbiguous = hasShared(a) || hasShared(b);
    const isWeak = !a.isTelling || isTurned || isAmbiguous;
    return { strength: isWeak ? 'in-place' : 'settled', reasons, isStrong: true, isAmbiguous };
  }
  const bySound = (han: NameForm, latin: NameForm) => latin.script === 'latin' && han.soundKey === latin.key;
  if (bySound(a, b) || bySound(b, a))
    return {
      strength: 'in-place',
      reasons: [reason('same-sound', a.given, b.given)],
      isStrong: true,
      isAmbiguous: true,
    };
  return undefined;
}

/** The strongest of what pairs of names give. */
function strongest(found: Iterable<Names | undefined>): Names | undefined {
  let best: Names | undefined;
  const rank = { settled: 3, 'in-place': 2, alike: 1 };
  const rankOf = (names: Names) => rank[names.strength] * 2 + (names.isStrong ? 1 : 0);
  for (const names of found) if (names && (!best || rankOf(names) > rankOf(best))) best = names;
  return best;
}

function* pairs(a: readonly NameForm[], b: readonly NameForm[]): Generator<readonly [NameForm, NameForm]> {
  for (const one of a) for (const other of b) yield [one, other];
}

function* formerNames(a: Profile, b: Profile): Generator<Names | undefined> {
  const all = (profile: Profile) => [...profile.names, ...profile.former];
  for (const [former, other] of [...pairs(a.former, all(b)), ...pairs(b.former, all(a))])
    if (sameKey(former, other))
      yield { strength: 'alike', reasons: [reason('former-name', former.given, other.given)], isStrong: true };
}

/**
 * Given abbreviations. One settles it only if it is all that one side has for a name, has four letters, and the place is the same:
 * "SCUT", which someone typed, is the university that has it; two bodies with full names and one abbreviation may be two.
 */
function* abbreviations(a: Profile, b: Profile): Generator<Names | undefined> {
  const all = (profile: Profile) => [...profile.abbreviations, ...profile.names];
  for (const [short, other] of [...pairs(a.abbreviations, all(b)), ...pairs(b.abbreviations, all(a))]) {
    if (lettersOf(short) !== lettersOf(other) || lettersOf(short) === '') continue;
    const side = a.names.includes(other) ? a : b.names.includes(other) ? b : undefined;
    const isAll = side?.names.every((name) => lettersOf(name) === lettersOf(short));
    const settles = isAll && [...lettersOf(short)].length >= LETTERS_OF_A_KEY;
    yield {
      strength: settles ? 'in-place' : 'alike',
      reasons: [reason('same-abbreviation', short.given, other.given)],
      isStrong: true,
    };
  }
}

function* alike(a: Profile, b: Profile): Generator<Names | undefined> {
  for (const [one, other] of pairs([...a.names, ...a.former], [...b.names, ...b.former])) {
    const found = likeness(one, other);
    if (found) yield { strength: 'alike', reasons: found.reasons, isStrong: found.isStrong };
  }
}

/** Where both have a Chinese name, one of one must be one of the other: English names are chosen freely and used twice. */
function chineseNamesDiffer(a: Profile, b: Profile): Reason | undefined {
  const [left, right] = [a, b].map(({ names }) => names.filter(({ script }) => script === 'han'));
  const [one, other] = [left?.[0], right?.[0]];
  if (!one || !other || left?.some(({ key }) => right?.some((form) => form.key === key))) return undefined;
  return reason('other-chinese-name', one.given, other.given);
}

function identifiers(a: Party, b: Party): { readonly same: Reason[]; readonly conflict: Reason[] } {
  const same: Reason[] = [];
  const conflict: Reason[] = [];
  for (const register of Object.keys(REGISTERS) as Register[]) {
    const [one, other] = [a[register], b[register]].map((value) => value?.trim().toUpperCase());
    if (!one || !other) continue;
    if (one === other) same.push(reason('same-identifier', REGISTERS[register], one));
    else conflict.push(reason('identifier-conflict', REGISTERS[register], one, other));
  }
  return { same, conflict };
}

const isPart = (a: Party, b: Party) =>
  (a.id !== undefined && b.parent === a.id) || (b.id !== undefined && a.parent === b.id);

/** A company is no university and no government, whatever its name; other types overlap, and people choose between them. */
function typesDiffer(a: Party, b: Party): Reason | undefined {
  const known = [a.type, b.type].filter((type) => type !== undefined && type !== 'other');
  const isOther = known.length === 2 && known.includes('company') && known[0] !== known[1];
  return isOther ? reason('other-type', known[0] ?? '', known[1] ?? '') : undefined;
}

/** One order of the two, whichever was given first: so verdict and reasons are the same. */
const inOrder = (a: Profile, b: Profile) => (a.order <= b.order ? ([a, b] as const) : ([b, a] as const));

/** The same for organisations that were made ready with `profileOf`, for comparing one with many. */
export function matchProfiles(one: Profile, other: Profile): Match {
  const [a, b] = inOrder(one, other);
  const { same, conflict } = identifiers(a.party, b.party);
  const against = [...conflict, ...(isPart(a.party, b.party) ? [reason('is-part')] : [])];
  if (same.length > 0) return { verdict: against.length > 0 ? 'likely' : 'certain', reasons: [...same, ...against] };
  const names =
    strongest([...pairs(a.names, b.names)].map(([x, y]) => sameKey(x, y))) ??
    strongest(abbreviations(a, b)) ??
    strongest(formerNames(a, b)) ??
    strongest(alike(a, b));
  if (names === undefined) return { verdict: 'different', reasons: [reason('names-differ'), ...conflict] };
  const type = typesDiffer(a.party, b.party);
  const all = [...against, ...(type ? [type] : [])];
  return names.strength === 'alike' ? judgedAlike(a, b, names, all) : judgedSame(a, b, names, all);
}

function judgedSame(a: Profile, b: Profile, names: Names, against: readonly Reason[]): Match {
  const agree = placesAgree(a.party.place, b.party.place);
  const isTelling = [...a.names, ...b.names].some((form) => form.isTelling);
  const chinese = chineseNamesDiffer(a, b);
  const doubts = [...against, ...(chinese ? [chinese] : []), ...(agree === 'different' ? [otherPlace(a, b)] : [])];
  // "City Council" in two cities are two, and so are Jinan University in Guangzhou and 济南大学 in Jinan.
  if (agree === 'different' && (!isTelling || names.isAmbiguous))
    return { verdict: 'different', reasons: [...names.reasons, ...doubts] };
  if (doubts.length > 0) return { verdict: 'likely', reasons: [...names.reasons, ...doubts] };
  if (names.strength === 'in-place' && agree === 'unknown')
    return { verdict: 'likely', reasons: [...names.reasons, reason('no-place')] };
  const place = agree === 'same' ? [reason('same-place', ...new Set([a.party.place ?? '', b.party.place ?? '']))] : [];
  return { verdict: 'certain', reasons: [...names.reasons, ...place] };
}

function judgedAlike(a: Profile, b: Profile, names: Names, against: readonly Reason[]): Match {
  const isElsewhere = placesAgree(a.party.place, b.party.place) === 'different';
  const reasons = [...names.reasons, ...against, ...(isElsewhere ? [otherPlace(a, b)] : [])];
  const isLikely = against.length === 0 && (!isElsewhere || names.isStrong);
  return { verdict: isLikely ? 'likely' : 'different', reasons };
}

const otherPlace = (a: Profile, b: Profile) => reason('other-place', a.party.place ?? '', b.party.place ?? '');

/** Whether two organisations are one, and why. Symmetric. Some hundred microseconds, nearly all of them for reading names: to compare one with many, `profileOf` reads them once. */
export const matchOrganisations = (a: Party, b: Party): Match => matchProfiles(profileOf(a), profileOf(b));
