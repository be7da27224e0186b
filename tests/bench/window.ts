import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { serve } from '../../scripts/serve.mjs';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(root, 'dist/renderer');

/** How quickly the window answers with one program open, milliseconds. */
export interface WindowCost {
  readonly name: string;
  readonly steps: number;
  /** From the click in the list to the program's first step on show. */
  readonly switchMs: number;
  /** From a key or a click on the scrubber to the step's state on show. */
  readonly stepP95Ms: number;
  /** Longest task of the window's own thread, meanwhile. */
  readonly longestTaskMs: number;
}

/** Loops that are walked as plain instructions: 326 rounds of 1,000, and the same with a fork in each of them. */
const PLAIN = `r6 = 0
outer:
r7 = 0
inner:
r7 += 1
if r7 < 1000 goto inner
r6 += 1
if r6 < 326 goto outer
r0 = 0
exit
`;
/** A number that nothing is known of decides each of 17 branches, and what it decided is kept: no path covers another. */
const FORKS = [
  'r6 = 0',
  ...Array.from({ length: 17 }, (_, i) => [
    'call bpf_get_prandom_u32',
    `if r0 == 0x0 goto l${i}`,
    `r6 += ${2 ** i}`,
    `l${i}:`,
  ]).flat(),
  'r1 = r10',
  'r1 += r6',
  'r0 = 0',
  'exit',
].join('\n');
const SMALL = 'r0 = 0\nexit\n';

/** What the page notes of itself: long tasks, and when the state of a step is on show. */
const WATCH = `
  // The loader of this script names functions by a helper that the page does not have.
  window.__name = (named) => named;
  window.__long = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.__long = Math.max(window.__long, entry.duration);
  }).observe({ type: 'longtask', buffered: true });
`;

async function measure(page: Page, name: string, program: string, other: string): Promise<WindowCost> {
  await page.getByRole('button', { name: 'Traces' }).click();
  const pick = (title: string): ReturnType<Page['getByRole']> =>
    page
      .getByRole('region', { name: 'Traces' })
      .getByRole('rowheader')
      .getByRole('button', { name: title, exact: true });
  await pick(other).click();
  await page.waitForTimeout(800);
  await page.getByRole('button', { name: 'Traces' }).click();
  await page.waitForTimeout(400);
  await page.evaluate('window.__long = 0');
  const slider = page.getByRole('slider', { name: 'Step', exact: true });
  const title = await pick(program).elementHandle();
  const switchMs = await page.evaluate(async (button) => {
    const before = document.querySelector('header b')?.textContent;
    const begun = performance.now();
    (button as HTMLElement).click();
    for (;;) {
      await new Promise(requestAnimationFrame);
      const now = document.querySelector('header b')?.textContent;
      if (now !== before && document.querySelector('[aria-label="Registers"] tbody tr') !== null)
        return performance.now() - begun;
      if (performance.now() - begun > 30_000) return Infinity;
    }
  }, title);
  // The walk is laid out behind it.
  await slider.waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  const switching = (await page.evaluate('window.__long')) as number;
  await page.evaluate('window.__long = 0');
  const steps = Number(await slider.getAttribute('aria-valuemax'));
  const times = await page.evaluate(async () => {
    const slider = document.querySelector<HTMLElement>('[role=slider][aria-label=Step]')!;
    const box = slider.getBoundingClientRect();
    const found: number[] = [];
    let seed = 7;
    for (let i = 0; i < 160; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const begun = performance.now();
      if (i % 2 === 0) {
        const x = box.left + 30 + (seed / 2 ** 32) * (box.width - 60);
        const at = { clientX: x, clientY: box.top + 10, bubbles: true, button: 0, buttons: 1, pointerId: 1 };
        slider.setPointerCapture = () => {};
        slider.dispatchEvent(new PointerEvent('pointerdown', at));
        slider.dispatchEvent(new PointerEvent('pointerup', at));
      } else document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      // Its words come with the state of the step, and the panes are drawn with it.
      await new Promise<void>((resolve) => {
        const done = (): boolean => /^step \d+ of [^,]+, /.test(slider.getAttribute('aria-valuetext') ?? '');
        if (done()) return resolve();
        const observer = new MutationObserver(() => {
          if (!done()) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(slider, { attributes: true, attributeFilter: ['aria-valuetext', 'aria-valuenow'] });
      });
      found.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 24));
    }
    return found.sort((a, b) => a - b);
  });
  const stepping = (await page.evaluate('window.__long')) as number;
  return {
    name,
    steps,
    switchMs,
    stepP95Ms: times[Math.floor(times.length * 0.95)]!,
    longestTaskMs: Math.max(switching, stepping),
  };
}

/** What the window costs before anything is opened, and while a large walk plays. */
export interface StartCost {
  /** From the navigation to registers on show of the program that a first start opens: the middle of some starts, milliseconds. */
  readonly usableMs: number;
  /** Script of the page itself and of the engine's worker, gzipped, in bytes: what a first start loads. */
  readonly pageBytes: number;
  readonly workerBytes: number;
  /** Time between frames while the walk of 100,000 forks plays at its fastest, 95th percentile; milliseconds. */
  readonly frameP95Ms: number;
  /** Frames drawn in half a second in which nothing happens. */
  readonly idleFrames: number;
}

const STARTS = 5;

/** Compressed size of the scripts that a page and its workers asked for until it was usable. */
async function start(browser: Browser, url: string): Promise<{ ms: number; page: number; worker: number }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const scripts: { url: string; bytes: number }[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return;
    const path = join(BUILT, new URL(response.url()).pathname);
    if (existsSync(path)) scripts.push({ url: response.url(), bytes: gzipSync(readFileSync(path)).length });
  });
  await page.addInitScript(`
    window.__usable = new Promise((resolve) => {
      const look = () => document.querySelector('[aria-label="Registers"] tbody tr') === null
        ? requestAnimationFrame(look) : resolve(performance.now());
      requestAnimationFrame(look);
    });`);
  await page.goto(url);
  const ms = (await page.evaluate(
    'Promise.race([window.__usable, new Promise((resolve) => setTimeout(() => resolve(Infinity), 20000))])',
  )) as number;
  const bytes = (worker: boolean): number =>
    scripts.reduce((sum, one) => sum + (one.url.includes('worker') === worker ? one.bytes : 0), 0);
  const found = { ms, page: bytes(false), worker: bytes(true) };
  await context.close();
  return found;
}

/** Frames of a page for so long: the times between them, ascending. */
const framesFor = (page: Page, ms: number): Promise<number[]> =>
  page.evaluate(async (lasting) => {
    const deltas: number[] = [];
    const begun = performance.now();
    for (let last = begun; last - begun < lasting;) {
      const now = await new Promise<number>(requestAnimationFrame);
      deltas.push(now - last);
      last = now;
    }
    return deltas.slice(1).sort((a, b) => a - b);
  }, ms);

/** What a first start costs, and frames while a walk of 131,072 paths plays. */
export async function measureStart(): Promise<StartCost | null> {
  if (!existsSync(join(BUILT, 'index.html'))) return null;
  const folder = mkdtempSync(join(tmpdir(), 'iterscope-bench-'));
  const server = await serve({ folder: BUILT });
  let browser: Browser | null = null;
  try {
    browser = await launched();
    const starts = [];
    for (let i = 0; i < STARTS; i++) starts.push(await start(browser, server.url));
    starts.sort((a, b) => a.ms - b.ms);
    const { ms, page: pageBytes, worker: workerBytes } = starts[STARTS >> 1]!;

    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(WATCH);
    await page.goto(server.url);
    const path = join(folder, 'forks.asm');
    writeFileSync(path, FORKS);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open…' }).first().click();
    await (await chooser).setFiles([path]);
    await page.getByRole('status').filter({ hasText: 'accepted' }).waitFor({ timeout: 60_000 });
    const slider = page.getByRole('slider', { name: 'Step', exact: true });
    await slider.waitFor({ timeout: 60_000 });
    await page.waitForTimeout(3000);
    // Nothing asks for frames of its own while nothing happens: counted by what the page itself asks for.
    await page.evaluate(`
      window.__asked = 0;
      const ask = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (f) => { window.__asked++; return ask(f); };`);
    await page.waitForTimeout(500);
    const idleFrames = (await page.evaluate('window.__asked')) as number;
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForTimeout(300);
    const frames = await framesFor(page, 4000);
    return { usableMs: ms, pageBytes, workerBytes, frameP95Ms: frames[Math.floor(frames.length * 0.95)]!, idleFrames };
  } finally {
    await browser?.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

function launched(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? SYSTEM.find((path) => existsSync(path));
  return chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox'] });
}

/**
 * The window in a real Chromium, with programs of a million instructions open.
 * @param objects more files to measure
 */
export async function measureWindow(objects: readonly string[] = []): Promise<readonly WindowCost[]> {
  if (!existsSync(join(BUILT, 'index.html'))) return [];
  const folder = mkdtempSync(join(tmpdir(), 'iterscope-bench-'));
  const server = await serve({ folder: BUILT });
  let browser: Browser | null = null;
  try {
    browser = await launched();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(WATCH);
    await page.goto(server.url);
    const files = { small: SMALL, plain: PLAIN, forks: FORKS };
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(folder, `${name}.asm`);
      writeFileSync(path, text);
      return path;
    });
    for (const path of objects) if (readFileSync(path).length > 0) paths.push(path);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open…' }).first().click();
    await (await chooser).setFiles(paths);
    await page.getByRole('status').filter({ hasText: 'accepted' }).waitFor();
    await page.getByRole('button', { name: 'Traces' }).click();
    const rows = page.getByRole('region', { name: 'Traces' }).getByRole('rowheader');
    await rows.nth(paths.length - 1).waitFor({ timeout: 120_000 });
    const names = (await rows.allInnerTexts()).filter((name) => name !== 'small');
    const out: WindowCost[] = [];
    for (const name of names) out.push(await measure(page, name, name, 'small'));
    return out;
  } finally {
    await browser?.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}
