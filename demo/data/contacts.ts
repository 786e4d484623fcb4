/** A person at a partner, in Latin letters or Chinese characters or both. All are invented, and their names say so. */
export interface DemoPerson {
  readonly name?: string;
  readonly nameChinese?: string;
  readonly jobTitle: string;
}

const DIRECTOR = 'Director of International Cooperation';
const PROGRAMME = 'Programme Manager';
const RESEARCH = 'Head of Research';
const TRADE = 'Trade and Investment Officer';
const VICE = 'Vice President';
const ENGINEER = 'Chief Engineer';

const both = (name: string, chinese: string, jobTitle: string): DemoPerson => ({
  name: `${name} (invented)`,
  nameChinese: `${chinese}（虚构）`,
  jobTitle,
});
const latin = (name: string, jobTitle: string): DemoPerson => ({ name: `${name} (invented)`, jobTitle });
const chinese = (name: string, jobTitle: string): DemoPerson => ({ nameChinese: `${name}（虚构）`, jobTitle });

/** Contacts by place, dealt out to the partners there in turn. */
export const CONTACTS: Readonly<Record<string, readonly DemoPerson[]>> = {
  guangzhou: [
    both('Liang Yuhang', '梁宇航', DIRECTOR),
    both('Huang Siqi', '黄思琪', PROGRAMME),
    chinese('邓嘉明', TRADE),
    both('Feng Wenbo', '冯文博', RESEARCH),
    chinese('潘晓彤', VICE),
    both('Zhong Haoran', '钟浩然', ENGINEER),
    both('Luo Jiayi', '罗佳怡', PROGRAMME),
    chinese('谭志远', ENGINEER),
    both('Kuang Minghui', '邝明慧', DIRECTOR),
  ],
  nanjing: [
    both('Gu Zixuan', '顾子轩', DIRECTOR),
    chinese('陆雨桐', RESEARCH),
    both('Xia Tianyou', '夏天佑', VICE),
    both('Jiang Ruoxi', '蒋若溪', PROGRAMME),
    chinese('戴俊杰', TRADE),
    both('Shen Kexin', '沈可欣', ENGINEER),
    both('Tang Yichen', '唐奕辰', RESEARCH),
  ],
  guizhou: [
    both('Long Xiuying', '龙秀英', DIRECTOR),
    chinese('杨胜男', TRADE),
    both('Wu Dingguo', '吴定国', PROGRAMME),
    both('Pan Aqiao', '潘阿巧', VICE),
    chinese('石大勇', ENGINEER),
  ],
  birmingham: [
    latin('Harriet Oyelaran', DIRECTOR),
    latin('Gareth Pemberton', TRADE),
    latin('Nadia Choudhury', PROGRAMME),
    latin('Colin Ashdown', ENGINEER),
    latin('Marguerite Lisle', VICE),
  ],
  bristol: [
    latin('Rhys Trevanion', DIRECTOR),
    latin('Imogen Fairweather', RESEARCH),
    latin('Desmond Akintola', TRADE),
    latin('Beatrix Holloway', ENGINEER),
  ],
};
