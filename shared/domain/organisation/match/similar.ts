/**
 * The edits that make one text of the other: letters put in, left out, changed, or two neighbours exchanged (optimal string alignment).
 * More than `most` are told as `most` + 1. Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors", 1964.
 */
export function edits(a: string, b: string, most: number): number {
  const [left, right] = [[...a], [...b]];
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (last[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[right.length] ?? 0, most + 1);
}

const VOWELS = /[aeiou].*[aeiou]/;

/**
 * Whether two words may be one but for a slip: one edit from five letters on, two from nine. Short words are too near to each other, and so
 * are abbreviations, which have few vowels: NJUST is not NJUPT.
 */
export function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 5 || !VOWELS.test(a.length > b.length ? a : b)) return false;
  const most = shorter < 9 ? 1 : 2;
  return edits(a, b, most) <= most;
}

/** A syllable of pinyin: what the letters of "GZ" stand for in Guangzhou. */
const SYLLABLE =
  /^(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u)(?=[bpmfdtnlgkhjqxrzcsyw]|$)/;

/** The syllables of a word in pinyin; none if it is not. */
export function syllablesOf(word: string): string[] {
  const found: string[] = [];
  for (let rest = word; rest !== ''; ) {
    const syllable = SYLLABLE.exec(rest)?.[0];
    if (syllable === undefined) return [];
    found.push(syllable);
    rest = rest.slice(syllable.length);
  }
  return found;
}

/** What a word may give to an abbreviation: its first letter, or the first of each syllable of a Chinese one. */
const shareOf = (word: string): readonly string[] => {
  const syllables = syllablesOf(word).map((syllable) => syllable.charAt(0));
  return syllables.length > 1 ? [word.charAt(0), syllables.join('')] : [word.charAt(0)];
};

const SMALL_WORDS = new Set(['of', 'the', 'and', 'for', 'in', 'at']);

/**
 * Whether letters may be the initials of words: every word in its order gives its first letter, or those of its syllables ("GZ"), the
 * last one up to four ("SUSTech"). Small words may give none. Follows all ways at once, so its time is that of letters by words.
 */
export function areInitials(letters: string, words: readonly string[]): boolean {
  let given = new Set([0]);
  for (const [index, word] of words.entries()) {
    const isLast = words.slice(index + 1).every((one) => SMALL_WORDS.has(one));
    const next = new Set<number>();
    for (const at of given) {
      if (SMALL_WORDS.has(word)) next.add(at);
      const rest = letters.slice(at);
      for (const share of shareOf(word)) if (rest.startsWith(share)) next.add(at + share.length);
      if (isLast && rest !== '' && rest.length <= 4 && word.startsWith(rest)) next.add(letters.length);
    }
    given = next;
  }
  return given.has(letters.length);
}

/** Whether a few Chinese characters may be short for a name: they stand in it in their order, from its first on ("华工": 华南理工大学). */
export function isShortFor(short: string, name: string): boolean {
  const characters = [...short];
  let at = 0;
  for (const character of name) if (character === characters[at]) at++;
  return characters.length >= 2 && characters.length <= 4 && characters[0] === [...name][0] && at === characters.length;
}
