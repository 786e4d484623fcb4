import type * as z from 'zod';
import type { EngagementType } from '#shared/domain/engagement/engagement.ts';
import type { Strand } from '#shared/domain/strand.ts';
import { type Format, type Subject, subject } from './subject.ts';

type Wording = Format<z.infer<typeof EngagementType>>;

/** Places with the agreement that stands behind what happens there, as a tag. */
const guangzhou = { place: 'guangzhou', tag: 'memorandum-2011' } as const;
const nanjing = { place: 'nanjing', tag: 'nanjing-memorandum' } as const;
const guizhou = { place: 'guizhou', tag: 'guizhou-agreement' } as const;

const medicine = { theme: 'medicine' } as const;
const environment = { theme: 'environmental-protection' } as const;
const energy = { theme: 'integrated-energy-systems' } as const;
const manufacturing = { theme: 'advanced-manufacturing' } as const;

/** What engagements are about and how they are worded, by strand. Programmes and agreements are real; every project is invented. */
export const ENGAGEMENTS: Readonly<Record<Strand, { subjects: readonly Subject[]; formats: readonly Wording[] }>> = {
  'research-alliance': {
    subjects: [
      subject('battery recycling', '动力电池回收', { ...guangzhou, ...energy }),
      subject('biomedical data science', '生物医学数据科学', { ...nanjing, ...medicine }),
      subject('karst groundwater', '喀斯特地下水', { ...guizhou, ...environment }),
      subject('titanium additive manufacturing', '钛合金增材制造', { place: 'birmingham', ...manufacturing }),
      subject('air quality in the Pearl River Delta', '珠三角空气质量', { ...guangzhou, ...environment }),
      subject('computational biology', '计算生物学', { ...nanjing, ...medicine }),
      subject('geothermal heat and plate dynamics', '地热与板块动力学', { ...guizhou, ...energy }),
      subject('tidal energy storage', '潮汐储能', { place: 'bristol', ...energy }),
      subject('public health in ageing cities', '老龄城市公共卫生', { ...guangzhou, ...medicine }),
      subject('power electronics for railways', '轨道交通电力电子', { ...nanjing, ...manufacturing }),
      subject('river sediment and microplastics', '河流沉积物与微塑料', { ...nanjing, ...environment }),
      subject('robotic assembly', '机器人装配', { ...guangzhou, ...manufacturing }),
    ],
    formats: [
      { type: 'collaborative-research', en: 'Joint laboratory for {}', zh: '{}联合实验室', thousands: [250, 1500] },
      { type: 'contract-research', en: 'Contract study on {}', zh: '{}委托研究', thousands: [40, 350] },
      {
        type: 'collaborative-research',
        en: 'Joint institute programme: {}',
        zh: '联合研究院项目：{}',
        thousands: [400, 2400],
      },
      { type: 'facilities', en: 'Shared facility time for {}', zh: '{}设备共享', thousands: [15, 120] },
      { type: 'memorandum', en: 'Memorandum on {}', zh: '{}合作备忘录' },
    ],
  },
  'postgraduate-partnership': {
    subjects: [
      subject('chemical engineering', '化学工程', { ...nanjing, ...energy }),
      subject('environmental health', '环境健康', { ...guangzhou, ...environment }),
      subject('data science', '数据科学', { ...guizhou }),
      subject('electrical engineering', '电气工程', { ...nanjing, ...manufacturing }),
      subject('clinical medicine', '临床医学', { ...guangzhou, ...medicine }),
      subject('earth sciences', '地球科学', { ...guizhou, tag: 'li-siguang' }),
      subject('materials science', '材料科学', { place: 'birmingham', ...manufacturing }),
      subject('Shakespeare studies', '莎士比亚研究', { ...nanjing, tag: 'shakespeare' }),
      subject('marine engineering', '海洋工程', { place: 'bristol', ...energy }),
      subject('public policy', '公共政策', { ...guangzhou }),
    ],
    formats: [
      { type: 'scholarship', en: 'Li Siguang scholarship places in {}', zh: '李四光奖学金：{}', thousands: [30, 160] },
      { type: 'joint-programme', en: 'Joint doctoral training in {}', zh: '{}联合博士培养', thousands: [120, 700] },
      { type: 'student-exchange', en: 'Research student exchange in {}', zh: '{}研究生交流', thousands: [10, 60] },
      { type: 'scholarship', en: 'Industry studentships in {}', zh: '{}企业资助博士名额', thousands: [60, 240] },
    ],
  },
  'capacity-building': {
    subjects: [
      subject('city planning', '城市规划', { ...guangzhou }),
      subject('hospital management', '医院管理', { ...nanjing, ...medicine }),
      subject('tourism management', '旅游管理', { ...guizhou }),
      subject('English language teaching', '英语教学', { ...guangzhou }),
      subject('local public finance', '地方公共财政', { ...guangzhou }),
      subject('open data in government', '政务数据开放', { ...guizhou }),
      subject('school leadership', '学校领导力', { place: 'birmingham', tag: 'memorandum-2011' }),
      subject('river and water management', '河湖管理', { ...nanjing, ...environment }),
      subject('port and harbour management', '港口管理', { place: 'bristol' }),
      subject('library services', '图书馆服务', { ...guangzhou }),
    ],
    formats: [
      { type: 'training', en: 'Course for civil servants: {}', zh: '公务员培训班：{}', thousands: [25, 180] },
      { type: 'training', en: 'Training of trainers in {}', zh: '{}师资培训', thousands: [20, 110] },
      { type: 'consultancy', en: 'Review of {}', zh: '{}评估咨询', thousands: [15, 90] },
      { type: 'training', en: 'Study visit and workshop on {}', zh: '{}研修与考察', thousands: [10, 70] },
    ],
  },
  'english-taught-programmes': {
    subjects: [
      subject('Chemical Engineering', '化学工程', { ...guangzhou, ...energy }),
      subject('Data Science', '数据科学', { ...guizhou }),
      subject('Biomedical Engineering', '生物医学工程', { ...nanjing, ...medicine }),
      subject('Public Administration', '公共管理', { ...guangzhou }),
      subject('English and Creative Writing', '英语与创意写作', { ...nanjing, tag: 'shakespeare' }),
      subject('Environmental Engineering', '环境工程', { ...guangzhou, ...environment }),
      subject('Electrical Power Systems', '电力系统', { ...nanjing, ...energy }),
      subject('Tourism and Heritage', '旅游与文化遗产', { ...guizhou }),
      subject('Aerospace Manufacturing', '航空制造', { place: 'bristol', ...manufacturing }),
      subject('International Business', '国际商务', { place: 'birmingham' }),
    ],
    formats: [
      { type: 'joint-programme', en: 'MSc {} taught in English', zh: '{}硕士全英文课程', thousands: [150, 900] },
      { type: 'joint-programme', en: 'Dual award: BSc {}', zh: '{}双学位本科', thousands: [300, 1800] },
      { type: 'training', en: 'Teaching in English: staff of {}', zh: '{}教师全英文授课培训', thousands: [15, 80] },
      { type: 'student-exchange', en: 'Summer school: {}', zh: '{}暑期学校', thousands: [10, 65] },
    ],
  },
  'business-engagement': {
    subjects: [
      subject('hydrogen refuelling', '加氢站技术', { ...guangzhou, ...energy }),
      subject('medical imaging', '医学影像', { ...nanjing, ...medicine }),
      subject('big data centres', '大数据中心', { ...guizhou, ...energy, area: 'data' }),
      subject('precision casting', '精密铸造', { place: 'birmingham', ...manufacturing }),
      subject('embroidery and textile design', '刺绣与织物设计', { ...guizhou, area: 'crafts' }),
      subject('composite structures', '复合材料结构', { place: 'bristol', ...manufacturing }),
      subject('waste water treatment', '污水处理', { ...guangzhou, ...environment }),
      subject('Shakespeare editions', '莎士比亚出版', { ...nanjing, tag: 'shakespeare', area: 'culture' }),
      subject('battery testing', '电池检测', { ...guangzhou, ...energy }),
      subject('rehabilitation robots', '康复机器人', { ...nanjing, ...medicine }),
    ],
    formats: [
      { type: 'contract-research', en: 'R&D need: {}', zh: '企业研发需求：{}', thousands: [50, 450] },
      { type: 'consultancy', en: 'Consultancy on {}', zh: '{}技术咨询', thousands: [10, 95] },
      { type: 'facilities', en: 'Test facilities for {}', zh: '{}测试平台', thousands: [20, 160] },
      { type: 'other', en: 'Matchmaking day: {}', zh: '{}对接会' },
    ],
  },
};
