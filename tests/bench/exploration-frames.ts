import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { FrameTimes } from './exploration-page.ts';

/** A browser of the system, where there is one; else Playwright's own. */
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Frame times of the exploration in a real Chromium.
 * @param forks size of the exploration
 * @param frames frames a view
 */
export async function explorationFrames(forks = 100_000, frames = 60): Promise<FrameTimes> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'chrome108',
      rolldownOptions: {
        input: fileURLToPath(new URL('exploration-page.ts', import.meta.url)),
        output: { format: 'iife' },
      },
    },
  });
  const bundles = Array.isArray(output) ? output : [output];
  const chunk = bundles
    .flatMap((bundle) => ('output' in bundle ? bundle.output : []))
    .find((part) => part.type === 'chunk');
  if (chunk === undefined) throw new Error('the page of the frame benchmark was not bundled');
  const executablePath = process.env['CHROMIUM'] ?? SYSTEM.find((path) => existsSync(path));
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
    await page.addScriptTag({ content: chunk.code });
    return await page.evaluate(
      ([n, m]) => (globalThis as unknown as { measure(n: number, m: number): Promise<FrameTimes> }).measure(n, m),
      [forks, frames] as const,
    );
  } finally {
    await browser.close();
  }
}

/** The result as lines of a report. */
export function frameReport(times: FrameTimes): string {
  const lines = times.views.map(
    (view) => `  ${view.name.padEnd(28)} median ${view.medianMs.toFixed(2)} ms, 95 % ≤ ${view.p95Ms.toFixed(2)} ms`,
  );
  return [
    `exploration of ${times.forks} forks, ${times.steps} steps (indexed in ${times.indexMs} ms), per frame:`,
    ...lines,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(frameReport(await explorationFrames()));
