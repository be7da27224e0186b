import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, root, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** Long walks as rounds of their loops. */
export function goRound<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a million steps: so many rounds, all new, and the value that differs; keys turn the round under the lens', async ({
    driver,
  }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(`${root}tests/rounds/count_rounds.bpf.o`);
    await app.expectVerdict('rejected');
    const exploration = app.pane('Exploration');
    const rounds = exploration.getByRole('slider', { name: /^Rounds at line / });
    await expect(rounds).toBeVisible({ timeout: 30_000 });
    await expect(exploration.getByText(/rounds, all new; *i \(r6\) *from 0 to/)).toBeVisible();
    const count = Number(await rounds.getAttribute('aria-valuemax'));
    expect(count).toBeGreaterThan(80_000);
    await rounds.focus();
    await page.keyboard.press('Home');
    await expect(rounds).toHaveAttribute('aria-valuenow', '1');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(rounds).toHaveAttribute('aria-valuetext', /^round 3 of .*, new/);
    const lens = exploration.getByRole('region', { name: 'One round as lanes' });
    await expect(lens).toContainText('Round 3, as lanes');
    await expect(lens).toContainText(/i \(r6\)\s+now 2, stored 1: not covered/);
    await lens.getByRole('button', { name: 'The round before' }).click();
    await expect(lens).toContainText('Round 2, as lanes');
    await picture(page, `${driver.name}-rounds`);
    await expectAccessible(page, 'rounds');
  });

  it('a small walk as rounds: widened and covered ones are told apart, and lanes come back', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(sample('nested.bpf.o'));
    await app.expectVerdict('accepted');
    const exploration = app.pane('Exploration');
    await exploration.getByRole('button', { name: 'As rounds' }).click();
    await expect(exploration.getByText('7 rounds: 1 new, 2 widened, 4 covered')).toBeVisible();
    await expect(exploration.getByRole('slider', { name: /^Rounds at line / })).toHaveCount(2);
    await exploration.getByRole('button', { name: 'As timeline' }).click();
    await expect(exploration.getByRole('slider', { name: /^Rounds at line / })).toHaveCount(0);
  });
}
