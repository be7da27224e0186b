import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, root, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** Many programs, found, shown and closed. */
export function keepPrograms<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('programs: a line each, by file, with a filter, closed one by one and by file', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(`${root}core/elf/fixtures/globals/globals.bpf.o`);
    await expect(app.verdict).toBeVisible({ timeout: 30_000 });
    await driver.open(`${root}tests/golden/iter-num/loops.bpf.o`);
    const list = app.pane('Lesson').getByRole('list', { name: 'Programs' });
    const group = list.getByRole('button', { name: /^loops\.bpf\.o/ });
    await app.press('e');
    if (!(await list.isVisible())) await app.pane('Lesson').getByRole('button', { name: 'Programs' }).click();
    await expect(group).toHaveAttribute('aria-expanded', 'true');
    // Verdicts come one by one.
    await expect(app.pane('Lesson')).toContainText('39 programs open');
    const filter = app.pane('Lesson').getByRole('searchbox', { name: 'Filter programs' });
    const before = await list.getByRole('listitem').count();
    expect(before).toBe(39);
    await picture(page, `${driver.name}-programs`);
    await expectAccessible(page, 'programs');

    await filter.fill('rejected');
    await expect.poll(() => list.getByRole('listitem').count()).toBeLessThan(before);
    await filter.fill('no such program');
    await expect(app.pane('Lesson')).toContainText('No program is called “no such program”.');
    await filter.press('Escape');
    await expect(filter).toHaveValue('');
    await expect(list.getByRole('listitem')).toHaveCount(before);

    // By keys: down into the list, one is shown, and closed.
    await filter.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await expect(list.getByRole('listitem')).toHaveCount(before - 1);
    await group.click();
    await expect(group).toHaveAttribute('aria-expanded', 'false');
    await group.click();

    // The palette names them.
    const { program, button } = await lastOf(list);
    await app.command(program);
    await expect(button).toHaveAttribute('aria-current', 'true');
    await app.pane('Lesson').getByRole('button', { name: 'Close all of loops.bpf.o' }).click();
    await expect(group).toHaveCount(0);
    for (let left = await list.getByRole('listitem').count(); left > 0; left--)
      await list
        .getByRole('button', { name: /^Close / })
        .first()
        .click();
    await expect(app.pane('Lesson')).toContainText('Nothing is open.');
    await expect(app.verdict).toHaveCount(0);
    await expect(app.pane('Exploration')).toContainText('Open a program');

    // What was opened is opened again.
    const recent = app.pane('Lesson').getByRole('list', { name: 'Recent files' });
    await recent.getByRole('button', { name: 'loops.bpf.o' }).click();
    await expect(group).toBeVisible();
    await driver.open(sample('num_sum.bpf.o'));
    await expect(recent.getByRole('button').first()).toHaveText('num_sum.bpf.o');
  });
}

async function lastOf(list: ReturnType<MainWindow['pane']>) {
  const button = list.locator('button.row').last();
  return { program: ((await button.locator('.name').textContent()) ?? '').trim(), button };
}
