/** Secrets that stand in the template: made once, with a value that is given or drawn, and never changed by a start. */
import { randomInt, randomUUID } from 'node:crypto';
import type { GeneratedSecret, TemplateSecret } from '../template/model.ts';
import type { SecretStore } from './store.ts';

export function ensureSecrets(store: SecretStore, secrets: readonly TemplateSecret[]): void {
  for (const { name, arn, description, value, generate } of secrets) {
    if (store.find(name)) continue;
    store.create({ name, arn, description, tags: {} });
    const text = value ?? (generate && generated(generate));
    if (text !== undefined) store.addVersion(name, randomUUID(), { text, binary: undefined }, ['AWSCURRENT']);
  }
}

const sets = {
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numbers: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** As `GetRandomPassword` draws it: by default with one of each kind of character. */
function generated({ length, excludedCharacters, excludedSets, oneOfEach, template, key }: GeneratedSecret): string {
  const usable = Object.entries(sets)
    .filter(([name]) => !excludedSets.includes(name))
    .map(([, characters]) => [...characters].filter((one) => !excludedCharacters.includes(one)))
    .filter((characters) => characters.length > 0);
  const every = usable.flat();
  const drawn = (oneOfEach ? usable : []).map(one);
  while (drawn.length < length) drawn.push(one(every));
  for (let at = drawn.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [drawn[at], drawn[other]] = [drawn[other] ?? '', drawn[at] ?? ''];
  }
  const password = drawn.slice(0, length).join('');
  if (key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(template ?? '{}') as object), [key]: password });
}

function one(characters: string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}
