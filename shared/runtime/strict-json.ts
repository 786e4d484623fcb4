/** Names and positions from the root to a value. */
export type JsonPath = readonly (string | number)[];

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

interface Level {
  /** Names of an object so far; undefined for a list. */
  readonly names: Set<string> | undefined;
  /** The name or position of the value that is being read. */
  at: string | number;
}

/**
 * Where JSON text repeats a name within one object, by path, in order. `JSON.parse` silently takes the last one, so that what a sender
 * meant is lost. The text must be JSON that `JSON.parse` accepts.
 */
export function findDuplicateNames(text: string): JsonPath[] {
  const duplicates: JsonPath[] = [];
  const levels: Level[] = [];
  const tokens = text.match(TOKENS) ?? [];
  for (const [index, token] of tokens.entries()) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ names: new Set(), at: '' });
    else if (token === '[') levels.push({ names: undefined, at: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level && typeof level.at === 'number') level.at += 1;
    else if (level?.names && tokens[index + 1] === ':') {
      level.at = JSON.parse(token) as string;
      if (level.names.has(level.at)) duplicates.push(levels.map(({ at }) => at));
      level.names.add(level.at);
    }
  }
  return duplicates;
}
