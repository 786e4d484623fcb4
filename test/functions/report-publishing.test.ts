import { beforeEach, describe, expect, it, vi } from 'vitest';
import { REPORT_EXAMPLE } from '#shared/http/report-example.ts';
import { makeReport, type Publishing } from '#shared/reports/publish.ts';
import type { Report } from '#shared/reports/report.ts';
import { dueRequest } from '#shared/reports/request.ts';
import { loadReport, reportBefore } from '#shared/store/reports.ts';
import { type FakeTable, fakeTable, type TableFault } from '#test/support/fake-table.ts';
import { useFunctionEnvironment } from '#test/support/function-world.ts';
import { type FileFault, memoryFiles } from '#test/support/memory-files.ts';

useFunctionEnvironment();
vi.stubEnv('FILES_BUCKET', 'files');
vi.unstubAllGlobals();

const DUE = '2026-11-23T08:00:00.000Z';
const request = dueRequest('weekly-birmingham', DUE);
const bytes = (text: string) => new TextEncoder().encode(text);

/** What is known changes with each look, so that a report which is made twice shows it. */
function composer() {
  let looks = 0;
  return async (): Promise<Report> =>
    ({
      ...structuredClone(REPORT_EXAMPLE),
      id: request.id,
      names: { places: {}, users: { look: `${++looks}` } },
    }) as never;
}

const drawn = (report: Report) =>
  (['html', 'csv', 'xlsx'] as const).flatMap((form) =>
    (['en', 'zh-CN'] as const).map((language) => ({
      form,
      language,
      mediaType: `form/${form}`,
      bytes: bytes(`${form} ${language} of look ${report.names.users['look']}`),
    })),
  );

let table: FakeTable;
let compose: () => Promise<Report>;
const publishing = (parts: Partial<Publishing>): Publishing => ({
  table: table.client,
  files: memoryFiles().client,
  clock: () => Date.parse('2026-11-23T08:00:07.000Z'),
  compose,
  toJson: (report) => bytes(JSON.stringify(report)),
  draw: async (report) => drawn(report),
  ...parts,
});

beforeEach(() => {
  table = fakeTable();
  compose = composer();
});

describe('a report that is made', () => {
  it('is kept in all forms and languages before its item tells of it', async () => {
    const files = memoryFiles();
    let keptWhenTold: string[] = [];
    table = fakeTable({
      fault: ({ name }) => {
        if (name === 'TransactWriteCommand') keptWhenTold = Object.keys(files.hashes());
        return undefined;
      },
    });
    expect(await makeReport(publishing({ files: files.client }), request)).toBe('published');
    expect(keptWhenTold.sort()).toEqual(
      [
        `reports/${request.id}/report.json`,
        ...['html', 'csv', 'xlsx'].flatMap((form) =>
          ['en', 'zh-CN'].map((of) => `reports/${request.id}/report.${of}.${form}`),
        ),
      ].sort(),
    );
    const report = await loadReport(table.calm, request.id);
    expect(report?.forms.map(({ sha256 }) => sha256).sort()).toEqual(Object.values(files.hashes()).sort());
    expect(report).toMatchObject({
      series: 'weekly-birmingham',
      previous: null,
      publishedAt: '2026-11-23T08:00:07.000Z',
    });
  });

  it('is not made again, whatever is known by then', async () => {
    const files = memoryFiles();
    const parts = publishing({ files: files.client });
    await makeReport(parts, request);
    const [before, written] = [files.hashes(), table.stream.length];
    expect(await makeReport(parts, request)).toBe('was-published');
    expect(files.hashes()).toEqual(before);
    expect(table.stream).toHaveLength(written);
  });

  it('is the same bytes for two that make it at the same time, and is published once', async () => {
    const files = memoryFiles();
    const parts = publishing({ files: files.client });
    const outcomes = await Promise.all([
      makeReport(parts, request),
      makeReport(parts, request),
      makeReport(parts, request),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'published')).toHaveLength(1);
    const looks = new Set(
      Object.keys(files.hashes()).map(
        (key) => /look"?:? ?"?(\d)/.exec(new TextDecoder().decode(files.bytes(key)))?.[1],
      ),
    );
    expect(looks.size).toBe(1);
    const published = table.stream.filter(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S === 'report');
    expect(published).toHaveLength(1);
  });

  it('is what its series goes on from', async () => {
    await makeReport(publishing({}), request);
    const newest = (to: string) => reportBefore(table.calm, { series: 'weekly-birmingham', to });
    expect((await newest('2026-11-30T08:00:00.000Z'))?.id).toBe(request.id);
    expect(await newest(DUE)).toBeUndefined();
    expect(await reportBefore(table.calm, { series: 'monthly', to: '2027-01-01T00:00:00.000Z' })).toBeUndefined();
  });
});

describe('whatever step of making it dies', () => {
  /** Puts of seven files, and one transaction; a death before the effect of each, and after it. */
  const deaths: [string, number, 'lost-before' | 'lost-after'][] = [
    ...Array.from({ length: 7 }, (_, step) => step).flatMap((step) =>
      (['lost-before', 'lost-after'] as const).map((how): [string, number, typeof how] => ['file', step, how]),
    ),
    ['item', 0, 'lost-before'],
    ['item', 0, 'lost-after'],
  ];

  it.each(deaths)(
    'at %s %i, %s: a retry ends with the same id, and with the forms of one and the same look',
    async (what, step, how) => {
      let puts = 0;
      let transactions = 0;
      let died = false;
      const files = memoryFiles((call): FileFault | undefined => {
        if (died || what !== 'file' || call.name !== 'put' || puts++ !== step) return undefined;
        died = true;
        return how;
      });
      table = fakeTable({
        fault: ({ name }): TableFault | undefined => {
          if (died || what !== 'item' || name !== 'TransactWriteCommand' || transactions++ !== 0) return undefined;
          died = true;
          return how;
        },
      });
      const parts = publishing({ files: files.client });
      const first = makeReport(parts, request).catch(() => 'died');
      expect(await first).toBe('died');
      const firstBytes = files.hashes();
      const again = await makeReport(parts, request);
      expect(['published', 'was-published']).toContain(again);
      for (const [key, hash] of Object.entries(firstBytes)) expect(files.hashes()[key], key).toBe(hash);
      const report = await loadReport(table.calm, request.id);
      expect(report?.forms).toHaveLength(7);
      for (const form of report?.forms ?? []) expect(Object.values(files.hashes())).toContain(form.sha256);
      const texts = Object.keys(files.hashes()).map((key) => new TextDecoder().decode(files.bytes(key)));
      const json = JSON.parse(texts.find((text) => text.startsWith('{')) ?? '{}') as Report;
      for (const text of texts.filter((each) => !each.startsWith('{')))
        expect(text).toMatch(new RegExp(`of look ${json.names.users['look']}$`));
    },
  );

  it('waits out another put of the same key that is under way', async () => {
    let contested = 0;
    const files = memoryFiles(({ name }) => (name === 'put' && contested++ < 2 ? 'contested' : undefined));
    await expect(makeReport(publishing({ files: files.client }), request)).resolves.toBe('published');
  });

  it('is told where the report cannot be composed: nothing is kept, and a retry begins anew', async () => {
    const files = memoryFiles();
    const failing = publishing({
      files: files.client,
      compose: async () => {
        throw new Error('not counted yet');
      },
    });
    await expect(makeReport(failing, request)).rejects.toThrow('not counted yet');
    expect(files.hashes()).toEqual({});
    expect(await makeReport(publishing({ files: files.client }), request)).toBe('published');
  });
});
