import type * as z from 'zod';
import type { Direction } from '#shared/domain/trade-deal/trade-deal.ts';
import { type Format, type Subject, subject } from './subject.ts';

/** Goods and services, with the sector they belong to. The areas of the agreements are real; every deal is invented. */
export const GOODS: readonly (Subject & { readonly sector: string })[] = [
  {
    ...subject('rail signalling simulators', '轨道信号模拟器', { place: 'guangzhou', theme: 'advanced-manufacturing' }),
    sector: 'Rail',
  },
  {
    ...subject('cloud and big data services', '云计算与大数据服务', {
      place: 'guizhou',
      tag: 'guizhou-agreement',
      area: 'data',
    }),
    sector: 'Digital',
  },
  {
    ...subject('machine tools', '数控机床', { place: 'birmingham', theme: 'advanced-manufacturing' }),
    sector: 'Machinery',
  },
  {
    ...subject('surgical instruments', '手术器械', { place: 'nanjing', theme: 'medicine', tag: 'nanjing-memorandum' }),
    sector: 'Health',
  },
  {
    ...subject('group tourism packages', '团队旅游产品', {
      place: 'guizhou',
      tag: 'guizhou-agreement',
      area: 'tourism',
    }),
    sector: 'Tourism',
  },
  {
    ...subject('wind turbine bearings', '风电轴承', { place: 'bristol', theme: 'integrated-energy-systems' }),
    sector: 'Energy',
  },
  {
    ...subject('air filters for metro stations', '地铁空气滤芯', {
      place: 'guangzhou',
      theme: 'environmental-protection',
    }),
    sector: 'Environment',
  },
  {
    ...subject('hand embroidery and woven cloth', '手工刺绣与织物', {
      place: 'guizhou',
      tag: 'guizhou-agreement',
      area: 'crafts',
    }),
    sector: 'Crafts',
  },
  {
    ...subject('electric drive components', '电驱动部件', { place: 'guangzhou', theme: 'advanced-manufacturing' }),
    sector: 'Automotive',
  },
  {
    ...subject('festival lighting', '灯光节设备', { place: 'birmingham', tag: 'memorandum-2011', area: 'culture' }),
    sector: 'Culture',
  },
  { ...subject('diagnostic test kits', '诊断试剂盒', { place: 'nanjing', theme: 'medicine' }), sector: 'Health' },
  {
    ...subject('membranes for water treatment', '水处理膜', { place: 'guangzhou', theme: 'environmental-protection' }),
    sector: 'Environment',
  },
  { ...subject('spring tea', '春茶', { place: 'guizhou', tag: 'guizhou-agreement', area: 'food' }), sector: 'Food' },
  {
    ...subject('composite aircraft parts', '航空复合材料部件', { place: 'bristol', theme: 'advanced-manufacturing' }),
    sector: 'Aerospace',
  },
  {
    ...subject('online English courses', '在线英语课程', { place: 'nanjing', area: 'education' }),
    sector: 'Education',
  },
  {
    ...subject('battery packs for buses', '公交动力电池', { place: 'guangzhou', theme: 'integrated-energy-systems' }),
    sector: 'Automotive',
  },
];

export const GOODS_FORMATS: readonly Format<z.infer<typeof Direction>>[] = [
  { type: 'uk-export', en: 'Export of {}', zh: '自英国进口{}', thousands: [40, 900] },
  { type: 'uk-import', en: 'Import of {}', zh: '{}出口英国', thousands: [30, 600] },
  { type: 'inward-investment', en: 'West Midlands site for {}', zh: '在西米德兰兹投资{}', thousands: [800, 6500] },
  { type: 'outward-investment', en: 'Joint venture in China for {}', zh: '在华合资：{}', thousands: [600, 4800] },
  { type: 'uk-export', en: 'Framework supply of {}', zh: '{}框架采购', thousands: [120, 2200] },
];
