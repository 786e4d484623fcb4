import type { Area } from './subject.ts';

export interface Company {
  readonly name: string;
  readonly does: readonly Area[];
}

export interface Partners {
  /** Governments and the like. */
  readonly public: readonly string[];
  /** Universities and colleges. */
  readonly academic: readonly string[];
  /** Where there is research and no teaching. */
  readonly institutes?: readonly string[];
  readonly companies: readonly Company[];
}

const company = (name: string, ...does: readonly Area[]): Company => ({ name, does });

/** Who records are with, by place. Bodies that published agreements name keep their names; all others are invented, and say so. */
export const PARTNERS: Readonly<Record<string, Partners>> = {
  guangzhou: {
    public: ['Guangzhou Municipal Government', '广州市人民政府', 'Library of Guangzhou'],
    academic: ['珠江理工大学（虚构）', 'Delta Medical University (invented)', 'Lingnan Normal Institute (invented)'],
    companies: [
      company('Nansha Hydrogen Equipment (invented)', 'integrated-energy-systems'),
      company('广州绿色装备有限公司（虚构）', 'integrated-energy-systems', 'environmental-protection'),
      company('Panyu Precision Tools (invented)', 'advanced-manufacturing'),
      company('黄埔生物科技（虚构）', 'medicine'),
      company('Pearl River Rolling Stock (invented)', 'advanced-manufacturing'),
    ],
  },
  nanjing: {
    public: ['Nanjing Municipal Government', '南京市人民政府'],
    academic: [
      'Nanjing University',
      '东南大学',
      'Jiangsu Industry Technology Research Institute',
      '江苏省产业技术研究院',
    ],
    companies: [
      company('Purple Mountain Biomedical (invented)', 'medicine'),
      company('金陵健康数据有限公司（虚构）', 'medicine', 'data'),
      company('Qinhuai Rail Systems (invented)', 'advanced-manufacturing'),
      company('长江储能科技（虚构）', 'integrated-energy-systems', 'environmental-protection'),
      company('Qinhuai Learning and Press (invented)', 'culture', 'education'),
    ],
  },
  guizhou: {
    public: ['贵州省人民政府', 'China Craftsmanship'],
    academic: ['Karst Environment Institute (invented)', '云岭学院（虚构）'],
    companies: [
      company('Guiyang Cloud Data (invented)', 'data', 'integrated-energy-systems'),
      company('黔山旅游集团（虚构）', 'tourism'),
      company('Miao Mountain Crafts Co-operative (invented)', 'crafts'),
      company('贵州云雾茶业（虚构）', 'food'),
      company('贵州山水环保（虚构）', 'environmental-protection'),
    ],
  },
  birmingham: {
    public: ['Birmingham City Council', 'Midlands Engine', 'Library of Birmingham'],
    academic: ['Digbeth Institute of Technology (invented)'],
    companies: [
      company('Digbeth Instruments (invented)', 'advanced-manufacturing', 'medicine'),
      company('Black Country Castings (invented)', 'advanced-manufacturing'),
      company('Selly Oak Biosciences (invented)', 'medicine'),
      company('Longbridge Lanterns (invented)', 'culture'),
    ],
  },
  bristol: {
    public: ['Bristol City Council'],
    academic: ['Severn Marine Institute (invented)'],
    companies: [
      company('Avonmouth Energy Storage (invented)', 'integrated-energy-systems'),
      company('Severn Composites (invented)', 'advanced-manufacturing'),
    ],
  },
};
