/** A body whose names are published, in the scripts in which people write them. */
export interface Body {
  readonly name: string;
  readonly place: string;
  readonly english?: string;
  readonly chinese?: string;
  readonly traditional?: string;
  readonly pinyin?: string;
  readonly abbreviations?: readonly string[];
  readonly type: string;
  readonly ror?: string;
}

/**
 * Bodies that published agreements name. An identifier stands only where it is known for certain. Some go by another name in records, in
 * the other script: whoever looks for duplicates finds them.
 */
export const BODIES: readonly Body[] = [
  {
    name: 'Guangzhou Municipal Government',
    place: 'guangzhou',
    english: "Guangzhou Municipal People's Government",
    chinese: '广州市人民政府',
    traditional: '廣州市人民政府',
    pinyin: 'Guangzhou Shi Renmin Zhengfu',
    type: 'government',
  },
  {
    name: 'Library of Guangzhou',
    place: 'guangzhou',
    english: 'Guangzhou Library',
    chinese: '广州图书馆',
    pinyin: 'Guangzhou Tushuguan',
    type: 'other',
  },
  {
    name: 'Nanjing Municipal Government',
    place: 'nanjing',
    english: "Nanjing Municipal People's Government",
    chinese: '南京市人民政府',
    pinyin: 'Nanjing Shi Renmin Zhengfu',
    type: 'government',
  },
  {
    name: 'Nanjing University',
    place: 'nanjing',
    english: 'Nanjing University',
    chinese: '南京大学',
    traditional: '南京大學',
    pinyin: 'Nanjing Daxue',
    abbreviations: ['NJU'],
    type: 'university',
    ror: '01rxvg760',
  },
  {
    name: '东南大学',
    place: 'nanjing',
    english: 'Southeast University',
    chinese: '东南大学',
    traditional: '東南大學',
    pinyin: 'Dongnan Daxue',
    abbreviations: ['SEU'],
    type: 'university',
    ror: '04ct4d772',
  },
  {
    name: 'Jiangsu Industry Technology Research Institute',
    place: 'nanjing',
    chinese: '江苏省产业技术研究院',
    pinyin: 'Jiangsu Sheng Chanye Jishu Yanjiuyuan',
    abbreviations: ['JITRI'],
    type: 'research-institute',
  },
  {
    name: '贵州省人民政府',
    place: 'guizhou',
    english: "Guizhou Provincial People's Government",
    chinese: '贵州省人民政府',
    traditional: '貴州省人民政府',
    pinyin: 'Guizhou Sheng Renmin Zhengfu',
    type: 'government',
  },
  { name: 'China Craftsmanship', place: 'guizhou', type: 'charity' },
  { name: 'Midlands Engine', place: 'birmingham', type: 'agency' },
  { name: 'Birmingham City Council', place: 'birmingham', chinese: '伯明翰市议会', type: 'government' },
  { name: 'Library of Birmingham', place: 'birmingham', chinese: '伯明翰图书馆', type: 'other' },
  { name: 'Bristol City Council', place: 'bristol', type: 'government' },
];
