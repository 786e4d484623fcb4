import { describe, expect, it } from 'vitest';
import { exactKey, placesAgree } from '#shared/domain/organisation/match/exact-key.ts';
import { matchOrganisations } from '#shared/domain/organisation/match/match.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';

const verdict = (a: Party, b: Party) => matchOrganisations(a, b).verdict;
const codes = (a: Party, b: Party) => matchOrganisations(a, b).reasons.map(({ code }) => code);
const here = (name: string, more: Partial<Party> = {}): Party => ({ name, place: 'guangzhou', ...more });

describe('the key of a name', () => {
  it.each([
    [
      '广州大学',
      'Guangzhou University',
      'Guangzhou Daxue',
      '廣州大學',
      'Guǎngzhōu Dàxué',
      'GUANGZHOU  UNIVERSITY',
      'ｇｕａｎｇｚｈｏｕ ｄａｘｕｅ',
    ],
    [
      '广州市人民政府',
      '广州市政府',
      "Guangzhou Municipal People's Government",
      'The People’s Government of Guangzhou Municipality',
    ],
    ['腾讯控股有限公司', 'Tencent Holdings Limited', 'Tencent Holdings Ltd.', '騰訊控股', 'TENCENT HOLDINGS, LTD'],
    ['华南农业大学', 'South China Agricultural University', 'Huanan Nongye Daxue'],
    [
      '中国科学技术大学',
      'University of Science and Technology of China',
      'University of Science & Technology of China',
    ],
    ['Sun Yat-sen University', 'Sun Yatsen University', 'SUN YAT SEN UNIVERSITY (SYSU)', '中山大學'],
    ['J.C. Bamford Excavators Ltd', 'JC Bamford Excavators Limited', 'jc bamford excavators'],
  ])('is one for %s and its other forms', (...names) => {
    expect(new Set(names.map(exactKey)).size).toBe(1);
  });

  it.each([
    ['广州大学', '广州医科大学'],
    ['中山大学', '中山市人民政府'],
    ['香港科技大学', '香港科技大学（广州）'],
    ['University of Birmingham', 'Birmingham City University'],
    ['广东省江苏商会', '江苏省广东商会'],
    ['吉林省人民政府', '吉林市人民政府'],
    ['暨南大学', '济南大学'],
    ['南京钢铁股份有限公司', '南京钢铁集团有限公司'],
    ['腾讯', '腾讯分公司'],
  ])('tells %s from %s', (one, other) => {
    expect(exactKey(one)).not.toBe(exactKey(other));
  });

  it('is not empty for a name of signs alone, or of nothing but a form of law', () => {
    for (const name of ['!!!', '——', '有限公司', 'Limited', 'The', 'of']) expect(exactKey(name), name).not.toBe('');
  });
});

describe('certain', () => {
  it('are equal numbers in a register, whatever the names', () => {
    expect(verdict(here('广州大学', { ror: '05ar8rn06' }), { name: 'GU', place: 'nanjing', ror: '05AR8RN06' })).toBe(
      'certain',
    );
  });

  it('are names with one key, in one place or where the place of one is not known', () => {
    expect(verdict(here('广州大学'), here('Guangzhou University'))).toBe('certain');
    expect(verdict(here('广州大学'), { name: 'Guangzhou University' })).toBe('certain');
    expect(verdict(here('广州大学'), { name: 'Guangzhou University', place: 'guangdong' })).toBe('certain');
  });

  it('is a name that the other has in any script', () => {
    const university = here('South China University of Technology', {
      chinese: '华南理工大学',
      abbreviations: ['SCUT'],
    });
    for (const name of ['华南理工大学', '華南理工大學', 'South China University of Technology', 'SCUT', 'scut'])
      expect(verdict(university, here(name)), name).toBe('certain');
  });

  it('is a Chinese name spelled by its sound, in one known place and for a body whose name says what it is', () => {
    expect(verdict({ name: '江南大学', place: 'wuxi' }, { name: 'Jiangnan University', place: 'wuxi' })).toBe(
      'certain',
    );
    expect(verdict({ name: '江南大学', place: 'wuxi' }, { name: 'Jiangnan University' })).toBe('likely');
    expect(verdict(here('广州鑫华有限公司'), here('Guangzhou Xinhua Co., Ltd.'))).toBe('likely');
  });
});

describe('never certain', () => {
  it('are different numbers in one register, and never one beside another that is the same', () => {
    const one = here('广州大学', { creditCode: '91110000802100433B' });
    expect(verdict(one, here('广州大学', { creditCode: '91440101190434164U' }))).toBe('likely');
    expect(codes(one, here('广州大学', { creditCode: '91440101190434164U' }))).toContain('identifier-conflict');
    expect(
      verdict({ ...one, ror: '05ar8rn06' }, here('广州大学', { ror: '05ar8rn06', creditCode: '91440101190434164U' })),
    ).toBe('likely');
  });

  it('are equal names in two places; where they say directions and common words alone, they are two', () => {
    expect(verdict(here('华为技术有限公司'), { name: '华为技术有限公司', place: 'nanjing' })).toBe('likely');
    expect(verdict({ name: 'City Council', place: 'birmingham' }, { name: 'City Council', place: 'bristol' })).toBe(
      'different',
    );
    expect(
      verdict({ name: 'Southeast University', place: 'nanjing' }, { name: 'Southeast University', place: 'dhaka' }),
    ).toBe('different');
    expect(verdict({ name: 'Southeast University', place: 'nanjing' }, { name: 'Southeast University' })).toBe(
      'likely',
    );
  });

  it('are equal English names beside different Chinese ones', () => {
    const taizhou = { name: 'Taizhou University', place: 'zhejiang' };
    expect(verdict({ ...taizhou, chinese: '台州学院' }, { ...taizhou, chinese: '泰州学院' })).toBe('likely');
  });

  it('is a former name: another may have taken it since', () => {
    const jiangsu = {
      name: '江苏大学',
      place: 'zhenjiang',
      formerNames: ['Jiangsu University of Science and Technology'],
    };
    const other = { name: 'Jiangsu University of Science and Technology', place: 'zhenjiang' };
    expect(matchOrganisations(jiangsu, other)).toMatchObject({ verdict: 'likely', reasons: [{ code: 'former-name' }] });
  });

  it('is an abbreviation that two full names share, that is guessed, or that has three letters', () => {
    const council = { name: 'Birmingham City Council', place: 'birmingham', abbreviations: ['BCC'] };
    const chamber = { name: 'Greater Birmingham Chambers of Commerce', place: 'birmingham', abbreviations: ['BCC'] };
    expect(verdict(council, chamber)).toBe('likely');
    expect(verdict(council, { name: 'BCC', place: 'birmingham' })).toBe('likely');
    expect(verdict(here('GDUT'), here('Guangdong University of Technology'))).toBe('likely');
    expect(verdict(here('SCUT'), { ...here('华南理工大学'), place: 'nanjing', abbreviations: ['SCUT'] })).toBe(
      'likely',
    );
  });

  it('are the same words in another order without the place, as of Washington University and the University of Washington', () => {
    expect(verdict({ name: 'University of Bristol' }, { name: 'Bristol University' })).toBe('likely');
    expect(
      verdict({ name: 'University of Bristol', place: 'bristol' }, { name: 'Bristol University', place: 'bristol' }),
    ).toBe('certain');
  });

  it('is what is recorded as part of the other, or as of another type', () => {
    const id = 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
    expect(verdict(here('广州大学', { id }), here('广州大学', { parent: id }))).toBe('likely');
    expect(verdict(here('广州大学', { type: 'university' }), here('广州大学', { type: 'company' }))).toBe('likely');
    expect(verdict(here('广州大学', { type: 'university' }), here('广州大学', { type: 'other' }))).toBe('certain');
    expect(verdict(here('Guangzou University', { id }), here('广州大学', { parent: id }))).toBe('different');
  });
});

describe('likely', () => {
  it.each([
    ['Guangzou Univeristy', '广州大学', 'spelling'],
    ['Kwangchow University', 'Guangzhou University', 'old-spelling'],
    ['华南理工大学', 'South China University of Technology', 'near-word'],
    ['广州新华科技有限公司', '广州鑫华科技有限公司', 'homophone'],
    ['Huawei', 'Huawei Technologies Co., Ltd.', 'contained'],
    ['SUSTech', 'Southern University of Science and Technology', 'initials'],
    ['华工', '华南理工大学', 'initials'],
    ['Foreign Affairs Office Guangzhou', 'Guangzhou Foreign Affairs Office', 'word-order'],
  ])('are %s and %s, by %s', (one, other, code) => {
    const match = matchOrganisations(here(one), here(other));
    expect(match.verdict).toBe('likely');
    expect(match.reasons.map((reason) => reason.code)).toContain(code);
  });

  it('is told with what it is about', () => {
    expect(matchOrganisations(here('Huawei'), here('Huawei Technologies'))).toEqual({
      verdict: 'likely',
      reasons: [{ code: 'contained', text: 'One name has additional words: technologies.' }],
    });
  });

  it('is not what has a part, a neighbour or another kind of body in its name', () => {
    for (const other of ['中山大学出版社', '中山大学附属第一医院', '中山市人民政府', '国立中山大学'])
      expect(verdict(here('中山大学'), here(other)), other).toBe('different');
  });
});

it('a city and the province or country that it lies in are one place; of an unknown one nothing is said', () => {
  expect(placesAgree('guangzhou', 'guangzhou')).toBe('same');
  expect(placesAgree('guangzhou', 'guangdong')).toBe('same');
  expect(placesAgree('england', 'birmingham')).toBe('same');
  expect(placesAgree('guangzhou', 'nanjing')).toBe('different');
  expect(placesAgree(undefined, 'nanjing')).toBe('unknown');
});
