import type { Strand } from '#shared/domain/strand.ts';

export interface AgreementPlan {
  /** The tag of the records that belong to it, and its name in the plan. */
  readonly tag: string;
  readonly title: string;
  readonly type: 'memorandum' | 'framework';
  readonly place: string;
  readonly parties: readonly { readonly name: string; readonly place: string }[];
  readonly areas: readonly { readonly name: string; readonly strands: readonly Strand[] }[];
  readonly signedOn?: string;
  /** Days from the day of loading to its last one: nobody has published when it ends, so this is made up. */
  readonly expiresInDays?: number;
  readonly notes: string;
}

/** Three agreements that are public, in words of our own; what is not published of them is left out, or said to be invented. */
export const AGREEMENTS: readonly AgreementPlan[] = [
  {
    tag: 'memorandum-2011',
    title: 'Memorandum of the University and the city of Guangzhou, 2011',
    type: 'memorandum',
    place: 'guangzhou',
    parties: [{ name: 'Guangzhou Municipal Government', place: 'guangzhou' }],
    areas: [
      { name: 'Research', strands: ['research-alliance'] },
      { name: 'Education', strands: ['postgraduate-partnership', 'capacity-building', 'english-taught-programmes'] },
      { name: 'Technology transfer', strands: ['business-engagement'] },
    ],
    signedOn: '2011-01-01',
    notes:
      'The memorandum under which the Guangzhou Centre was set up. The year is public; the day is not, and the first of the year stands for it.',
  },
  {
    tag: 'nanjing-memorandum',
    title: 'Memorandum of understanding with the city of Nanjing',
    type: 'memorandum',
    place: 'nanjing',
    parties: [{ name: 'Nanjing Municipal Government', place: 'nanjing' }],
    areas: [
      { name: 'Research and innovation', strands: ['research-alliance'] },
      { name: 'Matchmaking, technology transfer and commercialisation', strands: ['business-engagement'] },
      { name: 'Talent training', strands: ['capacity-building', 'postgraduate-partnership'] },
      {
        name: 'Academic and people-to-people exchange',
        strands: ['english-taught-programmes', 'postgraduate-partnership'],
      },
      { name: 'Medicine and health', strands: ['research-alliance', 'capacity-building'] },
    ],
    expiresInDays: 150,
    notes:
      'The five areas are public. When it was signed is left out; when it ends is invented, so that a renewal is due.',
  },
  {
    tag: 'guizhou-agreement',
    title: 'Midlands Engine and Guizhou: agreement on trade, big data and tourism',
    type: 'framework',
    place: 'guizhou',
    parties: [
      { name: 'Midlands Engine', place: 'birmingham' },
      { name: '贵州省人民政府', place: 'guizhou' },
    ],
    areas: [
      { name: 'Trade', strands: ['business-engagement'] },
      { name: 'Big data', strands: ['research-alliance', 'business-engagement'] },
      { name: 'Tourism', strands: [] },
    ],
    expiresInDays: 900,
    notes:
      'The areas are public; tourism is in none of the five strands. When it was signed is left out; when it ends is invented.',
  },
];
