import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { renderHtml } from '#shared/reports/forms/html.ts';
import { mailHtml } from '#shared/reports/forms/mail-body.ts';
import { openBrowser } from '#test/support/browser.ts';
import { figuresOf } from '#test/support/form-figures.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';
import { goldenCorrected, goldenReport } from '#test/support/golden-report.ts';
import { SCRIPT_INJECTIONS } from '#test/support/script-injections.ts';
import { everywhere } from '#test/support/spoil-report.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** Shows a page as from a file, and collects whatever it asks for or runs. */
async function show<Result>(
  content: string,
  options: BrowserContextOptions,
  look: (page: Page, events: string[]) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const events: string[] = [];
    await context.route('**', (route) => {
      events.push(`asked for ${route.request().url()}`);
      return route.abort();
    });
    page.on('dialog', (dialog) => {
      events.push('opened a dialog');
      void dialog.dismiss();
    });
    page.on('console', (message) => events.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => events.push(String(error)));
    await page.exposeFunction('hit', () => void events.push('ran a script'));
    await page.setContent(content, { waitUntil: 'load' });
    return await look(page, events);
  } finally {
    await context.close();
  }
}

const unfold = (page: Page) =>
  page.locator('details').evaluateAll((all) => {
    for (const details of all) details.open = true;
  });

const widthOf = (page: Page): Promise<number> => page.locator('html').evaluate((html) => html.scrollWidth);

/** What axe finds fault with, and where. */
async function faultsOf(page: Page, rules: Readonly<Record<string, { enabled: boolean }>> = {}): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (chosen) => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ rules: chosen });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`));
  }, rules);
}

const LINKS = {
  report: 'https://crm.example.org/reports/rep_1',
  expiresAt: '2026-12-16T08:00:00.000Z',
  unsubscribe: 'https://crm.example.org/unsubscribe',
};
const PHONE = { viewport: { width: 360, height: 740 } };
const DESKTOP = { viewport: { width: 1280, height: 900 } };

describe.each(REPORT_LANGUAGES)('the page in %s, in a browser', (language) => {
  const content = renderHtml(FORM_REPORT, language);

  it.each([
    ['on a light desktop screen', DESKTOP, 'light'],
    ['on a dark desktop screen', DESKTOP, 'dark'],
    ['on a phone', PHONE, 'light'],
  ] as const)('has nothing that axe finds fault with, %s', async (_, view, colorScheme) => {
    const faults = await show(content, { ...view, colorScheme, bypassCSP: true }, async (page) => {
      await unfold(page);
      return faultsOf(page);
    });
    expect(faults).toEqual([]);
  });

  it('asks no one for anything, and has nothing to complain of', async () => {
    expect(await show(content, DESKTOP, async (_, events) => events)).toEqual([]);
  });

  it.each([320, 360, 390])('fits a screen %i pixels wide, folded and unfolded', async (width) => {
    const widths = await show(content, { viewport: { width, height: 740 } }, async (page) => {
      const folded = await widthOf(page);
      await unfold(page);
      return [folded, await widthOf(page)];
    });
    expect(widths).toEqual([width, width]);
  });

  it('of a correction fits a narrow screen, and has nothing that axe finds fault with', async () => {
    const corrected = renderHtml(goldenCorrected(), language);
    await show(corrected, { viewport: { width: 320, height: 740 }, bypassCSP: true }, async (page) => {
      await unfold(page);
      expect(await widthOf(page)).toBe(320);
      expect(await faultsOf(page)).toEqual([]);
    });
  });

  it('shows one drawing of each kind, that for the screen', async () => {
    for (const [view, shown] of [
      [DESKTOP, 'wide'],
      [PHONE, 'narrow'],
    ] as const) {
      const ids = await show(content, view, (page) =>
        page
          .locator('.chart:has(svg)')
          .evaluateAll((all) =>
            all.filter((chart) => chart.getBoundingClientRect().width > 0).map((chart) => chart.className),
          ),
      );
      expect(ids).toEqual(Array(4).fill(`chart ${shown}`));
    }
  });

  it('prints on A4, everything unfolded, on a sane number of pages with numbers', async () => {
    const { pdf, height } = await show(content, DESKTOP, async (page) => {
      await page.emulateMedia({ media: 'print' });
      return {
        pdf: (await page.pdf({ preferCSSPageSize: true })).toString('latin1'),
        height: await page
          .locator('details table')
          .evaluateAll((all) => Math.min(...all.map((table) => table.getBoundingClientRect().height))),
      };
    });
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(5);
    expect(pages).toBeLessThanOrEqual(14);
    // A4 in points.
    expect(new Set(pdf.match(/\/MediaBox\s*\[[^\]]*\]/g))).toEqual(new Set(['/MediaBox [0 0 594.95996 841.91998]']));
    expect(height).toBeGreaterThan(20);
  });

  it('has the figures of the report for whoever reads its tables', async () => {
    const report = goldenReport();
    const tables: string[][][] = await show(renderHtml(report, language), DESKTOP, (page) =>
      page
        .locator('table.data')
        .evaluateAll((all) =>
          all.map((table) =>
            [...table.rows].map((row) => [...row.querySelectorAll(':scope > td > data')].map((data) => data.value)),
          ),
        ),
    );
    const rows = (table: string[][] | undefined) => table?.filter((row) => row.length > 0);
    const { byStrand, byOwner } = figuresOf(report);
    expect(rows(tables[0])).toEqual(byStrand?.rows);
    expect(tables.map(rows)).toContainEqual(byOwner?.rows);
  });

  it('of the mail has nothing that axe finds fault with, and fits a phone', async () => {
    await show(mailHtml(FORM_REPORT, language, LINKS), { ...PHONE, bypassCSP: true }, async (page, events) => {
      expect(events).toEqual([]);
      expect(await widthOf(page)).toBe(360);
      // A mail has no landmarks: the mail program is the page.
      expect(await faultsOf(page, { region: { enabled: false }, 'landmark-one-main': { enabled: false } })).toEqual([]);
    });
  });
});

it('no script that stands in a text runs, in page or mail, even where the policy of the page is not kept', async () => {
  await show('', { ...DESKTOP, bypassCSP: true }, async (page, events) => {
    for (const injection of SCRIPT_INJECTIONS) {
      const report = everywhere(FORM_REPORT, injection);
      for (const content of [renderHtml(report, 'en'), mailHtml(report, 'en', LINKS)]) {
        await page.setContent(content, { waitUntil: 'load' });
        await unfold(page);
        await page.locator('*').evaluateAll(async (all) => {
          for (const element of all) {
            element.dispatchEvent(new Event('mouseover'));
            element.focus?.();
          }
          // What loads or animates fires later.
          await new Promise((done) => setTimeout(done, 20));
        });
        const text = await page.locator('body').innerText();
        expect(events, injection).toEqual([]);
        expect(text, injection).toContain(injection);
      }
    }
    // What watches does see a script that runs.
    await page.setContent('<img src=x onerror=hit()>', { waitUntil: 'load' });
    await expect.poll(() => events).toContain('ran a script');
  });
}, 180_000);
