import { expect } from '@playwright/test';
import { sample } from '../parts/driver.ts';
import { launch, test } from '../parts/electron.ts';
import { MainWindow } from '../parts/window.ts';

// What only the desktop app has: its walls, its command line, its memory.

test('the window has no Node, no network, no other pages', async ({ driver }) => {
  const { page } = driver;
  expect(page.url()).toBe('iterscope://app/index.html');
  const found = await page.evaluate(() => ({
    node: [typeof globalThis.process, typeof globalThis.require, typeof globalThis.Buffer],
    bridge: Object.keys((globalThis as unknown as { iterscopeHost: object }).iterscopeHost).sort(),
  }));
  expect(found.node).toEqual(['undefined', 'undefined', 'undefined']);
  expect(found.bridge).toEqual([
    'anyCompiler',
    'askKernel',
    'beside',
    'chooseCompiler',
    'compile',
    'compiler',
    'dropped',
    'onChanged',
    'onCommand',
    'onLost',
    'onOpen',
    'onUnreadable',
    'openRecent',
    'pick',
    'pickFolder',
    'ready',
    'recent',
    'save',
    'saveBegin',
    'saveEnd',
    'saveWrite',
    'theme',
    'title',
  ]);
  expect(await page.evaluate(() => window.open('https://example.invalid/') === null)).toBe(true);
  await page.evaluate(() => {
    location.href = 'https://example.invalid/';
  });
  await page.waitForTimeout(200);
  expect(page.url()).toBe('iterscope://app/index.html');
});

test('main refuses calls that break the contract', async ({ driver, app }) => {
  const { page } = driver;
  const refused = await page.evaluate(async () => {
    const host = (globalThis as unknown as { iterscopeHost: { save(file: unknown): Promise<unknown> } }).iterscopeHost;
    return host.save({ name: 7 }).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  });
  expect(refused).toContain('save[0].name');
  expect(await app.evaluate(({ session }) => session.defaultSession !== undefined)).toBe(true);
});

test('files of the command line are opened', async ({ profile }) => {
  const app = await launch(profile, [sample('num_sum.bpf.o')]);
  const window = new MainWindow(await app.firstWindow());
  await window.expectVerdict('accepted');
  // Whoever brings a file is not invited to another.
  await expect(window.page.getByRole('button', { name: 'Press →' })).toHaveCount(0);
  await app.close();
});
