import { test as base } from '@playwright/test';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { serve } from '../../../scripts/serve.mjs';
import type { Driver } from './driver.ts';
import { root } from './driver.ts';
import { watchPage } from './watch.ts';

/** Debian's Chromium where it is installed, else Playwright's own. */
const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Tests over the static build in Chromium. */
export const test = base.extend<{ driver: Driver }, { address: string }>({
  address: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const server = await serve({ folder: join(root, 'dist/renderer') });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  browser: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const browser = await chromium.launch({
        ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
        args: [
          '--no-sandbox',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--no-first-run',
        ],
      });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  driver: async ({ browser, address }, use, info) => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
      baseURL: address,
    });
    const page = await context.newPage();
    const complaints = watchPage(page);
    await page.goto(address);
    const folder = mkdtempSync(join(tmpdir(), 'iterscope-e2e-'));
    await use({
      name: 'browser',
      page,
      async open(...paths) {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Open…' }).first().click();
        await (await chooser).setFiles(paths);
      },
      async saved(action) {
        const download = page.waitForEvent('download');
        await action();
        const file = await download;
        const path = join(folder, file.suggestedFilename());
        await file.saveAs(path);
        return path;
      },
      async killEngine() {
        const [worker] = page.workers();
        if (worker === undefined) throw new Error('the page has no worker');
        // An error that nothing catches ends the engine as a crash does.
        await worker.evaluate(() => {
          setTimeout(() => {
            throw new Error('killed by the test');
          });
        });
      },
      resize: (width, height) => page.setViewportSize({ width, height }),
    });
    if (info.status !== info.expectedStatus) await page.screenshot({ path: info.outputPath('failed.png') });
    await context.close();
    complaints.expectNone();
  },
});
