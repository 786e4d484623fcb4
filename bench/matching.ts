/**
 * `node bench/matching.ts [organisations]`: how long the search for duplicates in a list takes; a tenth of the list are second spellings of
 * others. Prints; `docs/matching.md` quotes it. No bound: a clock on a busy machine proves nothing.
 */
import { cpus, loadavg } from 'node:os';
import { findDuplicates } from '#shared/domain/organisation/match/duplicates.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';
import { pick, seeded } from '#test/support/random.ts';

const count = Number(process.argv[2] ?? 10_000);
const random = seeded(2026);

const CITIES = [
  { id: 'guangzhou', zh: '广州', en: 'Guangzhou' },
  { id: 'shenzhen', zh: '深圳', en: 'Shenzhen' },
  { id: 'nanjing', zh: '南京', en: 'Nanjing' },
  { id: 'suzhou', zh: '苏州', en: 'Suzhou' },
  { id: 'guiyang', zh: '贵阳', en: 'Guiyang' },
] as const;
const TRADES = [
  ['科技', 'Technology'],
  ['医药', 'Pharmaceutical'],
  ['电子', 'Electronics'],
  ['机械', 'Machinery'],
  ['贸易', 'Trading'],
  ['能源', 'Energy'],
] as const;
const CHARACTERS = [...'华新天海金龙恒泰宏远盛达安康和平东兴瑞丰永信德美联创智云星辰明阳大众力博雅正'];
const SYLLABLES = [
  'Ash',
  'Bel',
  'Cor',
  'Dun',
  'Ell',
  'Fen',
  'Gar',
  'Hol',
  'Ing',
  'Ken',
  'Lyn',
  'Mar',
  'Nor',
  'Oak',
  'Pen',
];
const ENDS = ['ton', 'ford', 'wick', 'ham', 'bury', 'ley', 'well', 'field'];

function company(id: string): Party {
  const city = pick(random, CITIES);
  const [zh, en] = pick(random, TRADES);
  return random() < 0.6
    ? { id, place: city.id, name: `${city.zh}${pick(random, CHARACTERS)}${pick(random, CHARACTERS)}${zh}有限公司` }
    : {
        id,
        place: 'birmingham',
        name: `${pick(random, SYLLABLES)}${pick(random, ENDS)} ${pick(random, ENDS)} ${en} Ltd`,
      };
}

const list: Party[] = [];
while (list.length < count) {
  const id = `org_${list.length}`;
  const before = pick(random, list.length > 0 ? list : [company(id)]);
  list.push(random() < 0.1 ? { ...before, id, name: `${before.name.toUpperCase()}.` } : company(id));
}

const times: number[] = [];
let found = '';
for (let round = 0; round < 3; round++) {
  const began = performance.now();
  const duplicates = findDuplicates(list);
  times.push(performance.now() - began);
  const certain = duplicates.filter(({ match }) => match.verdict === 'certain').length;
  found = `${certain} certain, ${duplicates.length - certain} likely`;
}
const [first = 0] = times;
const median = times.toSorted((a, b) => a - b)[1] ?? 0;
console.log(
  `${count} organisations: ${found}; first ${Math.round(first)} ms, median of three ${Math.round(median)} ms,`,
);
console.log(
  `${Math.round(process.memoryUsage().rss / 1e6)} MB; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
);
