import { setTimeout as pause } from 'node:timers/promises';
import packedChromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * A real browser, from a package: nothing needs to be installed. It unpacks itself into the folder for temporary files once; another
 * process may be at that just now, so a start that fails is tried again.
 */
export async function openBrowser(): Promise<Browser> {
  packedChromium.setGraphicsMode = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await chromium.launch({
        executablePath: await packedChromium.executablePath(),
        args: ['--no-sandbox', '--font-render-hinting=none'],
      });
    } catch (error) {
      if (attempt === 4)
        throw new Error('The browser that tests look at reports with does not start here.', { cause: error });
      await pause(2_000 * attempt);
    }
  }
}
