import type * as z from 'zod';
import type { IpType } from '#shared/domain/ip-lead/ip-lead.ts';
import { type Format, type Subject, subject } from './subject.ts';

const medicine = { theme: 'medicine' } as const;
const environment = { theme: 'environmental-protection' } as const;
const energy = { theme: 'integrated-energy-systems' } as const;
const manufacturing = { theme: 'advanced-manufacturing' } as const;

/** Invented, all of them. */
export const INVENTIONS: readonly Subject[] = [
  subject('ammonia cracking at low temperature', '低温氨裂解', { place: 'guangzhou', ...energy }),
  subject('wound dressings that release decorin', '缓释蛋白伤口敷料', { place: 'nanjing', ...medicine }),
  subject('sorting of shredded batteries', '废电池破碎分选', { place: 'guangzhou', ...energy }),
  subject('laser peening of turbine blades', '涡轮叶片激光强化', { place: 'birmingham', ...manufacturing }),
  subject('arsenic removal from groundwater', '地下水除砷', { place: 'guizhou', ...environment }),
  subject('compression of genomic data', '基因组数据压缩', { place: 'nanjing', ...medicine }),
  subject('cold storage with liquid air', '液态空气储冷', { place: 'bristol', ...energy }),
  subject('early signs of sepsis', '败血症早期识别', { place: 'guangzhou', ...medicine }),
  subject('weld inspection by ultrasound', '焊缝超声检测', { place: 'nanjing', ...manufacturing }),
  subject('low-cost particle sensors', '低成本颗粒物传感', { place: 'guangzhou', ...environment }),
  subject('dispatch of heat and power together', '热电联合调度', { place: 'guizhou', ...energy }),
  subject('hip implants printed to measure', '定制打印髋关节', { place: 'birmingham', ...medicine }),
  subject('recycling of carbon fibre', '碳纤维回收', { place: 'bristol', ...manufacturing }),
  subject('reading of old star charts and maps', '古地图与星图识读', { place: 'nanjing', area: 'culture' }),
  subject('microplastics in tap water', '自来水微塑料检测', { place: 'nanjing', ...environment }),
];

export const INVENTION_FORMATS: readonly Format<z.infer<typeof IpType>>[] = [
  { type: 'patent', en: 'Method and device: {}', zh: '{}方法与装置', thousands: [80, 900] },
  { type: 'software', en: 'Software: {}', zh: '{}软件', thousands: [20, 250] },
  { type: 'know-how', en: 'Know-how: {}', zh: '{}技术诀窍', thousands: [15, 180] },
  { type: 'design', en: 'Registered design: {}', zh: '{}外观设计', thousands: [10, 60] },
];

export const COLLEGES = [
  'Engineering and Physical Sciences',
  'Life and Environmental Sciences',
  'Medicine and Health',
  'Social Sciences',
] as const;
