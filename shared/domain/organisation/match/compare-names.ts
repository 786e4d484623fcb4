import { isNear, liesIn } from './lexicon/lexicon.ts';
import type { NameForm } from './profile.ts';
import { type Reason, reason } from './reasons.ts';
import { areInitials, edits, isShortFor, isSlip } from './similar.ts';
import { soundOf } from './sound.ts';
import type { Token } from './tokens.ts';

/** What is alike in two names that are not the same. */
export interface Likeness {
  readonly reasons: readonly Reason[];
  /** Every word of one is in the other, a name of its own among them, and not by its sound alone: it holds across places too. */
  readonly isStrong: boolean;
}

const classOf = ({ concept }: Token) => concept?.class;
const isName = (token: Token) => token.concept === undefined || token.concept.class === 'proper';
const isKind = (token: Token) => classOf(token) === 'kind';

/** How much a word says about which organisation it is: the rarer, the more. */
function weightOf(token: Token): number {
  const byClass = { kind: 0.4, filler: 0.1, subject: 0.8, direction: 0.8, place: 1, proper: 2 };
  return byClass[classOf(token) ?? 'proper'];
}
const weight = (tokens: readonly Token[]) => tokens.reduce((sum, token) => sum + weightOf(token), 0);

/** In Latin letters, as far as that is to be compared. */
const latinOf = (token: Token) => (token.script === 'han' ? soundOf(token.written) : token.written);

/** Why one token may stand for the other. */
function kinship(a: Token, b: Token): Reason | undefined {
  const about = [a.written, b.written] as const;
  if (a.concept && b.concept) {
    if (a.concept.id === b.concept.id) return reason('old-spelling', ...about);
    if (isNear(a.concept.id, b.concept.id, a.script !== b.script)) return reason('near-word', ...about);
    if ((a.as === 'shared' || b.as === 'shared') && latinOf(a) === latinOf(b)) return reason('old-spelling', ...about);
    return undefined;
  }
  if (a.concept || b.concept) return slipOfKnown(a, b);
  if (a.script !== b.script) {
    const [left, right] = [latinOf(a), latinOf(b)];
    if (left === right) return reason('same-sound', ...about);
    return isSlip(left, right) ? reason('spelling', ...about) : undefined;
  }
  if (a.script === 'han') {
    if (soundOf(a.written) === soundOf(b.written)) return reason('homophone', ...about);
    const isLong = Math.min([...a.written].length, [...b.written].length) >= 4;
    return isLong && edits(a.written, b.written, 1) <= 1 ? reason('spelling', ...about) : undefined;
  }
  return isSlip(a.written, b.written) ? reason('spelling', ...about) : undefined;
}

/** A word that the lexicon does not know may be one that it knows, with a slip; or its namesake, as 暨南 is of Jinan. */
function slipOfKnown(a: Token, b: Token): Reason | undefined {
  const [known, other] = a.concept ? [a, b] : [b, a];
  if (other.script === 'han') {
    const isNamesake = known.as === 'shared' && latinOf(known) === latinOf(other);
    return isNamesake ? reason('old-spelling', a.written, b.written) : undefined;
  }
  return known.concept?.latin.some((form) => isSlip(form, other.written))
    ? reason('spelling', a.written, b.written)
    : undefined;
}

interface Paired {
  readonly left: Token[];
  readonly right: Token[];
  readonly shared: Token[];
  readonly reasons: Reason[];
}

/** Takes pairs out of both sides for which `pair` gives something. */
function takePairs(paired: Paired, pair: (a: Token, b: Token) => Reason | true | undefined): void {
  for (const a of [...paired.left])
    for (const b of paired.right) {
      const found = pair(a, b);
      if (found === undefined) continue;
      paired.left.splice(paired.left.indexOf(a), 1);
      paired.right.splice(paired.right.indexOf(b), 1);
      // A slip of "University" is no name of its own.
      paired.shared.push(a.concept ? a : b);
      if (found !== true) paired.reasons.push(found);
      break;
    }
}

/** All unknown parts of a side as one: "jiang nan" and 江南 are compared so. */
function joined(tokens: readonly Token[]): Token | undefined {
  const parts = tokens.filter(({ concept }) => concept === undefined);
  const [first] = parts;
  if (first === undefined || parts.some(({ script }) => script !== first.script)) return undefined;
  const written = parts.map((part) => part.written).join('');
  return { text: written, written, script: first.script, as: 'same' };
}

function takeJoined(paired: Paired): void {
  const [a, b] = [joined(paired.left), joined(paired.right)];
  if (a === undefined || b === undefined) return;
  const found = a.text === b.text ? true : kinship(a, b);
  if (found === undefined) return;
  for (const side of [paired.left, paired.right])
    for (const token of side.filter(({ concept }) => concept === undefined)) side.splice(side.indexOf(token), 1);
  paired.shared.push(a);
  if (found !== true) paired.reasons.push(found);
}

/** A province or country beside a place that lies in it says nothing new. */
const goesWithout = (token: Token, others: readonly Token[]) =>
  classOf(token) === 'filler' ||
  (classOf(token) === 'place' &&
    others.some(({ concept }) => concept?.class === 'place' && liesIn(concept.id, token.concept?.id ?? '')));

function initialsOf(a: NameForm, b: NameForm): Reason | undefined {
  const about = reason('initials', a.given, b.given);
  if (a.script === 'han') {
    const isShort = a.tokens.length === 1 && a.tokens[0]?.concept === undefined;
    return isShort && b.script === 'han' && isShortFor(a.cleaned, b.cleaned) ? about : undefined;
  }
  const letters = a.cleaned.replaceAll(' ', '');
  const words = b.cleaned.split(' ');
  const isShort =
    a.tokens.every(({ concept, as }) => concept === undefined || as === 'old') &&
    letters.length >= 3 &&
    letters.length <= 9;
  return isShort && b.script === 'latin' && words.length >= 3 && areInitials(letters, words) ? about : undefined;
}

/** How much of the weight of both must be shared where one name has words more. */
const SHARED_WEIGHT = 0.6;

/** What is alike in two names whose keys differ; nothing if they tell different organisations. The order of the two does not matter. */
export function likeness(one: NameForm, other: NameForm): Likeness | undefined {
  const [a, b] = one.cleaned <= other.cleaned ? [one, other] : [other, one];
  const initials = initialsOf(a, b) ?? initialsOf(b, a);
  if (initials) return { reasons: [initials], isStrong: false };
  const paired: Paired = { left: [...a.tokens], right: [...b.tokens], shared: [], reasons: [] };
  takePairs(paired, (x, y) => (x.text === y.text ? true : undefined));
  takeJoined(paired);
  takePairs(paired, kinship);
  takeJoined(paired);
  return judged(a, b, paired);
}

const BY_SOUND: ReadonlySet<string> = new Set(['same-sound', 'homophone', 'old-spelling']);

/** "Guangdong Chamber in Jiangsu" is not "Jiangsu Chamber in Guangdong". */
const placesOf = ({ tokens }: NameForm) =>
  tokens.flatMap(({ concept }) => (concept?.class === 'place' ? concept.id : [])).join(' ');

function judged(a: NameForm, b: NameForm, paired: Paired): Likeness | undefined {
  const { shared, reasons } = paired;
  const left = paired.left.filter((token) => !goesWithout(token, a.tokens));
  const right = paired.right.filter((token) => !goesWithout(token, b.tokens));
  const sharesName = shared.some(isName);
  if (!sharesName && !shared.some((token) => !isKind(token))) return undefined;
  const beside = [...paired.left, ...paired.right];
  if (left.length + right.length === 0) {
    if (placesOf(a) !== placesOf(b) && reasons.length === 0) return undefined;
    const [first] = reasons;
    const more = beside.length === 0 ? [] : [reason('contained', ...beside.map(({ written }) => written))];
    const all = [...reasons, ...more];
    const isBySound = reasons.some(({ code }) => BY_SOUND.has(code));
    return {
      reasons: first || more.length > 0 ? all : [reason('word-order', a.given, b.given)],
      isStrong: beside.length === 0 && sharesName && !isBySound,
    };
  }
  if (!isContained(left, right, shared)) return undefined;
  const extra = [...left, ...right].map(({ written }) => written);
  return { reasons: [...reasons, reason('contained', ...extra)], isStrong: false };
}

/** Whether what one side has more may be left out in speaking: never what makes it a part, a neighbour or another kind of body. */
function isContained(left: readonly Token[], right: readonly Token[], shared: readonly Token[]): boolean {
  if (left.length > 0 && right.length > 0) return false;
  const extra = left.length > 0 ? left : right;
  if (!shared.some(isName) || extra.some((token) => isKind(token) || classOf(token) === 'direction')) return false;
  const isOnlyPlace = extra.every((token) => classOf(token) === 'place');
  if (!isOnlyPlace && shared.some(isKind)) return false;
  return weight(shared) / (weight(shared) + weight(extra)) >= SHARED_WEIGHT;
}
