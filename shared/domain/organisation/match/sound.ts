import { pinyin } from 'pinyin-pro';
import { isSharedSpelling, sharedSpelling } from './lexicon/lexicon.ts';
import type { Token } from './tokens.ts';

/** Sounds that were asked for: a list of organisations has the same parts of names again and again. */
const known = new Map<string, string>();
const MOST_KNOWN = 20_000;

/** The sound of Chinese characters in Latin letters, joined and without tones, as in "Jiangnan"; ü is u, as `clean` leaves it. */
export function soundOf(characters: string): string {
  const before = known.get(characters);
  if (before !== undefined) return before;
  const syllables = pinyin(characters, { toneType: 'none', type: 'array', nonZh: 'consecutive' });
  const joined = syllables.join('').normalize('NFD');
  const sound = joined.replace(/[\u0300-\u036f]/g, '').toLowerCase();
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(characters, sound);
  return sound;
}

/** A token as it is spelled by one who writes it in Latin letters, so that it can be compared with what stands in an English name. */
export function bySound(token: Token): Pick<Token, 'text' | 'concept'> {
  if (token.script === 'latin') return token;
  if (token.concept === undefined) {
    const sound = soundOf(token.written);
    return { text: isSharedSpelling(sound) ? `${sound}~` : sound };
  }
  const shared = sharedSpelling(token.concept.id);
  if (shared !== undefined) return { text: `${shared}~`, concept: token.concept };
  // A place without spelling of its own shares that of a namesake: 宿州 is written as 苏州 is.
  if (token.concept.latin.length === 0)
    return { text: `${soundOf(token.written.replace(/市$/, ''))}~`, concept: token.concept };
  return token;
}
