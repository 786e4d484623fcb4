import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { relate } from '#shared/recording/relate.ts';
import { emptyDraft } from '#shared/reporting/cube.ts';
import { gatherAround } from '#shared/reports/around.ts';
import { renderCsv } from '#shared/reports/forms/csv.ts';
import { renderHtml } from '#shared/reports/forms/html.ts';
import { renderJson } from '#shared/reports/forms/json.ts';
import { renderXlsx } from '#shared/reports/forms/xlsx.ts';
import { LISTED_AT_MOST } from '#shared/reports/lists.ts';
import type { AroundMaterial, RecordFacts } from '#shared/reports/material.ts';
import { Report } from '#shared/reports/report.ts';
import { fakeTable } from '#test/support/fake-table.ts';
import { built, goldenMaterial } from '#test/support/golden-report.ts';
import { type ListedAct, type ListedStep, stepsOf, subjectId } from '#test/support/listed-acts.ts';

vi.stubEnv('TABLE_NAME', 'table');

const material = goldenMaterial();
const { date } = built(material);
const plain = built(material);
const known = [...material.records.values()].filter(({ standing, confidential }) => standing && !confidential);
const [first] = known as [RecordFacts];
const secret: RecordFacts = {
  ...first,
  id: 'ipl_00000000000000000000000099',
  kind: 'ip-lead',
  title: 'Secret',
  confidential: true,
};
const inDays = (days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
const parts = { activities: 10, variety: 0.5993526, reciprocity: 0.8, duration: 0.3934693, index: 0.5735365 };

const around: AroundMaterial = {
  agreements: {
    complete: true,
    entries: [
      {
        id: 'agr_00000000000000000000000001',
        title: '南京备忘录 with five areas',
        organisations: [{ id: 'org_00000000000000000000000001', name: '南京市人民政府' }],
        place: 'nanjing',
        expiresOn: inDays(12),
      },
    ],
  },
  evidence: {
    complete: true,
    entries: [
      { facts: first, evidence: ['confidentiality-agreement', 'filing'], expiresOn: null },
      { facts: secret, evidence: ['due-diligence'], expiresOn: null },
      { facts: first, evidence: ['due-diligence'], expiresOn: inDays(-3) },
      { facts: first, evidence: ['export-control'], expiresOn: date },
    ],
  },
  relationships: new Map(plain.byPlace?.flatMap(({ place }) => (place ? [[place, parts] as const] : []))),
};
const report = built({ ...material, around });

describe('a report that is told what stands around the pipeline', () => {
  it('says of evidence whether it is missing, has expired or is about to, and of confidential leads only how many', () => {
    expect(report.evidenceExpiring).toMatchObject([
      {
        id: first.id,
        evidence: ['confidentiality-agreement', 'filing'],
        state: 'missing',
        expiresOn: null,
        days: null,
      },
      { id: first.id, evidence: ['due-diligence'], state: 'expired', expiresOn: inDays(-3), days: -3 },
      { id: first.id, evidence: ['export-control'], state: 'ending', expiresOn: date, days: 0 },
    ]);
    expect(report.aroundFigures).toEqual({
      agreementsExpiring: { count: 1, withheld: 0, omitted: 0, complete: true },
      evidenceExpiring: { count: 4, withheld: 1, omitted: 0, complete: true },
    });
    expect(renderJson(report)).not.toContain(secret.id);
  });

  it('says on what they stand, and is a report by its schema', () => {
    expect(report.inputs.around).toMatchObject({ basis: 'as-known-when-made', window: { to: date } });
    expect(Report.safeParse(report).error).toBeUndefined();
    expect(Object.keys(report.names.places)).toContain('nanjing');
  });

  it('differs in nothing else from one that is told nothing of it', () => {
    const { agreementsExpiring: _, evidenceExpiring: __, aroundFigures: ___, ...others } = report;
    const { around: ____, ...inputs } = others.inputs;
    const byPlace = others.byPlace?.map(({ relationship: _____, ...sums }) => sums);
    expect({ ...others, inputs, byPlace, names: plain.names }).toEqual(plain);
  });

  it('shows at most 200 and says how many more there are', () => {
    const entries = Array.from({ length: LISTED_AT_MOST + 7 }, () => around.evidence.entries[0] as never);
    const long = built({ ...material, around: { ...around, evidence: { entries, complete: false } } });
    expect(long.evidenceExpiring).toHaveLength(LISTED_AT_MOST);
    expect(long.aroundFigures?.evidenceExpiring).toEqual({ count: 207, withheld: 0, omitted: 7, complete: false });
  });

  it.each([
    [
      'en',
      'Confidentiality agreement or Filing',
      'Missing',
      'has not been validated',
      'not legal clearance',
      'when the report was created',
    ],
    ['zh-CN', '保密协议或专利申请', '缺失', '尚未经验证', '不构成法律意见', '按报告生成时已知的情况'],
  ] as const)('shows them in %s on the page, as a table and as a workbook', async (language, ...words) => {
    const csv = renderCsv(report, language);
    const page = renderHtml(report, language);
    for (const text of [page]) for (const word of [...words, '南京备忘录']) expect(text).toContain(word);
    for (const word of [...words.slice(0, 2), '南京备忘录', '0.5735365']) expect(csv).toContain(word);
    expect((await renderXlsx(report, language)).length).toBeGreaterThan((await renderXlsx(plain, language)).length);
  });
});

describe('what is gathered', () => {
  const asked = { filters: {}, closing: { ...emptyDraft(), at: '2026-11-21T12:00:00.000Z' }, date: '2026-11-21' };
  const evidence = (type: string, expiresOn: string, at = 1): ListedAct => ({
    at,
    told: { verb: 'evidenced', data: { type, outcome: 'passed', on: '2020-01-01', expiresOn, author: 'somebody' } },
  });

  it('is what is due, has expired or is missing on the day, of what is not over and done with', async () => {
    const table = fakeTable({ pageSize: 2 });
    const here = { organisations: [subjectId('organisation', 1)], strand: 'research-alliance', title: 'A' };
    const told: ListedStep[][] = [
      stepsOf('trade-deal', { ...here, stage: 'signed' }, [evidence('due-diligence', '2026-11-20')], 1),
      stepsOf(
        'trade-deal',
        { ...here, stage: 'enquiry' },
        [evidence('atas', '2027-01-20'), evidence('nsi-area', '2027-01-21', 2)],
        2,
      ),
      stepsOf(
        'trade-deal',
        { ...here, stage: 'fulfilled' },
        [evidence('due-diligence', '2026-11-20'), evidence('export-control', '2026-11-20', 2)],
        3,
      ),
      stepsOf('trade-deal', { ...here, stage: 'lost' }, [evidence('due-diligence', '2026-11-20')], 4),
      stepsOf('organisation', { name: '南京大学', place: 'nanjing' }, [], 1),
      stepsOf('agreement', { ...here, expiresOn: '2027-05-20' }, [], 1),
      stepsOf('agreement', { ...here, expiresOn: '2027-05-21' }, [], 2),
      stepsOf('agreement', { ...here, expiresOn: '2026-11-20' }, [], 3),
      stepsOf('agreement', { ...here, expiresOn: '2026-11-21', renewalNoticeDays: 0, place: 'nanjing' }, [], 4),
    ];
    for (const steps of told) {
      const last = steps.at(-1) as ListedStep;
      for (const Item of [...steps.map(({ history }) => history), last.item])
        await table.calm.send(new PutCommand({ TableName: 'table', Item }));
      await relate({ table: table.calm, clock: () => 0, log: { error() {} } }, last.after.id);
    }
    const { around: found } = await gatherAround(table.calm, asked);
    expect(found.evidence.entries.map(({ facts, evidence, expiresOn }) => [facts.id, evidence, expiresOn])).toEqual([
      [subjectId('trade-deal', 1), ['export-control'], null],
      [subjectId('trade-deal', 1), ['due-diligence'], '2026-11-20'],
      [subjectId('trade-deal', 2), ['atas'], '2027-01-20'],
    ]);
    const organisations = [{ id: subjectId('organisation', 1), name: '南京大学' }];
    for (const { facts } of found.evidence.entries) expect(facts.organisations).toEqual(organisations);
    for (const entry of found.agreements.entries) expect(entry.organisations).toEqual(organisations);
    // 180 days before 20 May 2027 is 21 November 2026.
    expect(found.agreements.entries.map(({ id }) => id)).toEqual([
      subjectId('agreement', 4),
      subjectId('agreement', 1),
    ]);
    const nanjing = await gatherAround(table.calm, { ...asked, filters: { place: ['nanjing'] } });
    expect(nanjing.around.agreements.entries.map(({ id }) => id)).toEqual([subjectId('agreement', 4)]);
  });
});
