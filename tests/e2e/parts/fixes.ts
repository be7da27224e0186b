import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-fixes-'));
const written = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, [...lines, ''].join('\n'));
  return path;
};

/** Rejections, the fixes that the verifier accepts, and what becomes of one that is applied. */
export function mend<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);
  const fixesOf = (driver: Driver): Locator => driver.page.getByRole('list', { name: 'Fixes', exact: true });

  it('a rejected iterator program: the fix is applied, watched, and accepted', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(sample('unchecked.bpf.o'));
    await app.expectVerdict('rejected');
    const fixes = fixesOf(driver);
    await expect(fixes.getByRole('listitem').first()).toContainText('for NULL first');
    await expect(fixes.getByRole('listitem').first()).toContainText('unchecked.bpf.c:');
    await expect(fixes.getByRole('button', { name: 'Apply and watch' }).first()).toBeVisible();
    await fixes.scrollIntoViewIfNeeded();
    for (const scheme of ['dark', 'light'] as const) {
      await driver.page.emulateMedia({ colorScheme: scheme });
      await picture(driver.page, `${driver.name}-fixes-${scheme}`);
      await expectAccessible(driver.page, `fixes, ${scheme}`);
    }
    const rejected = await driver.page.locator('header').innerText();
    await fixes.getByRole('button', { name: 'Apply and watch' }).first().click();
    await app.expectVerdict('accepted');
    // It plays from the beginning.
    await expect.poll(() => app.step()).toBeGreaterThan(1);
    await app.button('Pause').click();
    await expect(fixes).toHaveCount(0);
    await expect(app.pane('Source')).toContainText('goto');
    await picture(driver.page, `${driver.name}-fixed`);
    expect(rejected).toContain(await driver.page.locator('header').getByText('unchecked').first().innerText());
  });

  it('assembly is mended, and its lines stay', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(
      written('leaks.asm', 'r1 = r10', 'r1 += -8', 'r2 = 0', 'r3 = 3', 'call bpf_iter_num_new', 'r0 = 0', 'exit'),
    );
    await app.expectVerdict('rejected');
    const fix = fixesOf(driver).getByRole('listitem').first();
    await expect(fix).toContainText('bpf_iter_num_destroy');
    await fix.getByRole('button', { name: 'Apply and watch' }).click();
    await app.expectVerdict('accepted');
    await expect(app.pane('Source')).toContainText('call bpf_iter_num_new');
  });
}
