import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** What is found, filtered, marked and compared in a walk. */
class Finding extends MainWindow {
  get search(): Locator {
    return this.page.getByRole('search');
  }
  get field(): Locator {
    return this.search.getByRole('searchbox', { name: 'Search the walk' });
  }
  get found(): Locator {
    return this.search.getByRole('status');
  }
  get marks(): Locator {
    return this.page.getByRole('dialog', { name: 'Marks' });
  }
  get paths(): Locator {
    return this.page.getByRole('combobox', { name: 'Paths that stand out' });
  }
  get difference(): Locator {
    return this.page.getByRole('group', { name: 'Difference of two states' });
  }
  row(name: string): Locator {
    return this.difference.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name }) });
  }
}

/** Longest walk that a program may have, nearly: a loop of 330,000 rounds. */
function long(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'iterscope-find-')), 'million.asm');
  writeFileSync(path, 'r6 = 0\nagain:\nr6 += 1\nr7 = r6\nif r6 < 320000 goto again\nr0 = 0\nexit\n');
  return path;
}

/** Search, filter, marks and differences, by keys and by mouse. */
export function findThings<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('search: words, events and values are found, gone through, and told where they are wrong', async ({ driver }) => {
    const app = new Finding(driver.page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.press('/');
    await expect(app.field).toBeFocused();
    await app.page.keyboard.type('fork');
    await expect(app.found).toContainText('2 found');
    await app.page.keyboard.press('Enter');
    await app.expectStep(9);
    await expect(app.found).toContainText('1 of 2');
    await app.page.keyboard.press('Enter');
    await app.expectStep(22);
    await app.page.keyboard.press('Enter');
    await app.expectStep(9);
    await app.page.keyboard.press('Shift+Enter');
    await app.expectStep(22);
    await app.field.fill('insn 9');
    await expect(app.found).toContainText('2 found on 2 of 3 paths');
    await picture(app.page, `${driver.name}-search`);
    await app.field.fill('fp-8 active');
    await expect(app.found).toContainText('1 found');
    await app.field.fill('r6 = x');
    await expect(app.found).toContainText('column 6: x is no number');
    await expect(app.field).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(app.page, 'search');
    // In fog nothing is found that is not walked yet.
    await app.field.fill('fork');
    await app.page.getByRole('switch', { name: 'Show the future' }).click();
    await app.slider.press('Home');
    await expect(app.found).toContainText('nothing is found, up to step 1: the future is hidden');
    await app.page.getByRole('switch', { name: 'Show the future' }).click();
    await expect(app.found).toContainText('2 found');
    await app.field.press('Escape');
    await expect(app.search).toHaveCount(0);
    // The listing has a search of its own.
    await app.pane('Source').getByRole('tab', { name: 'Log' }).click();
    await app.page.keyboard.press('/');
    await expect(app.page.getByRole('searchbox', { name: 'Search the log' })).toBeFocused();
  });

  it('a search of a million steps shows what it finds, and gives way to the next', async ({ driver }) => {
    const app = new Finding(driver.page);
    await driver.open(long());
    const steps = await app.expectVerdict('accepted');
    expect(steps).toBeGreaterThan(900_000);
    await app.press('/');
    await app.field.fill('insn 1');
    await app.field.fill('r6 = 300000');
    await expect(app.found).toContainText('1 found', { timeout: 20_000 });
    await app.field.press('Enter');
    await app.expectStep(900_000);
  });

  it('paths that stand out: the way to the error, iterators’ forks', async ({ driver }) => {
    const app = new Finding(driver.page);
    await driver.open(sample('nested.bpf.o'));
    await app.expectVerdict('accepted');
    await app.paths.selectOption('iterators');
    await expect(app.paths.getByRole('option', { name: 'only iterator forks · 13 of 16 paths' })).toHaveCount(1);
    await picture(app.page, `${driver.name}-filter`);
    await app.page.getByRole('button', { name: 'As tree' }).click();
    await picture(app.page, `${driver.name}-filter-tree`);
    await app.page.getByRole('button', { name: 'As timeline' }).click();
    await driver.open(sample('first_even.bpf.o'));
    await app.expectVerdict('rejected');
    await expect(app.paths).toHaveValue('all');
    await app.paths.selectOption('error');
    await expect(app.paths).toHaveValue('error');
    await expectAccessible(app.page, 'paths that stand out');
  });

  it('marks: made, named, gone to, kept through a restart, and taken away', async ({ driver }) => {
    const app = new Finding(driver.page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.slider.press('Home');
    for (let i = 0; i < 8; i++) await app.press('ArrowRight');
    await app.press('m');
    await expect(app.marks.getByRole('textbox', { name: 'Name of the mark at step 9' })).toBeFocused();
    await app.page.keyboard.type('NULL first');
    await app.page.keyboard.press('Enter');
    await expect(app.marks).toHaveCount(0);
    await app.press('End');
    await app.press('m');
    await expect(app.marks.getByRole('textbox', { name: 'Name of the mark at step 35' })).toBeFocused();
    await app.page.keyboard.press('Escape');
    await app.press('[');
    await app.expectStep(9);
    await app.press(']');
    await app.expectStep(35);
    await app.press("'");
    await expect(app.marks.getByRole('listitem')).toHaveCount(2);
    await picture(app.page, `${driver.name}-marks`);
    await expectAccessible(app.page, 'marks');
    await app.marks.getByRole('button', { name: 'Remove the mark at step 35' }).click();
    await expect(app.marks.getByRole('listitem')).toHaveCount(1);
    await app.page.keyboard.press('Escape');
    await app.command('NULL first');
    await app.expectStep(9);
    await app.type('marks');
    await expect(app.terminalText).toContainText('9  NULL first');
    await app.type('mark 30 later');
    await expect(app.button('Marks')).toHaveText('2');
    // The work is kept a moment after it was done.
    await app.page.waitForTimeout(700);
    await app.page.reload();
    await app.expectVerdict('accepted');
    await expect(app.button('Marks')).toHaveText('2');
  });

  it('the difference of two states: of steps, with a checkpoint, with another program', async ({ driver }) => {
    const app = new Finding(driver.page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.slider.press('Home');
    await app.press('ArrowRight');
    await app.press('d');
    await expect(app.difference.getByRole('status')).toContainText('Both states are the same');
    for (let i = 0; i < 22; i++) await app.press('ArrowRight');
    await app.expectStep(24);
    await expect(app.difference.getByRole('status')).toContainText(
      '1 value changed, 4 only in the second, 1 only in the first.',
    );
    await expect(app.row('r7')).toContainText('changed');
    await expect(app.row('r7')).toContainText('fp-8');
    await expect(app.row('fp-8')).toContainText('drained');
    await picture(app.page, `${driver.name}-difference`);
    await expectAccessible(app.page, 'difference');
    await app.row('r6').getByRole('button', { name: 'step 19, at 12' }).click();
    await app.expectStep(19);
    // A state that was stored.
    await app.difference.getByRole('combobox', { name: 'from' }).selectOption('checkpoint');
    await expect(app.difference).toContainText(/checkpoint \d+, stored at step \d+ of sum_to_ten/);
    // In fog nothing is compared that is not walked yet.
    await app.difference.getByRole('combobox', { name: 'from' }).selectOption('step');
    await app.difference.getByRole('spinbutton', { name: 'from: number of the step' }).fill('30');
    await app.difference.getByRole('spinbutton', { name: 'from: number of the step' }).press('Enter');
    await expect(app.difference).toContainText('step 30 of sum_to_ten');
    await app.command('Show exploration');
    await app.page.getByRole('switch', { name: 'Show the future' }).click();
    await app.command('Show difference');
    await expect(app.difference).toContainText('The future is hidden: only states up to step 19 are compared.');
    await app.command('Show exploration');
    await app.page.getByRole('switch', { name: 'Show the future' }).click();
    // The same step of another program.
    await driver.open(sample('first_even.bpf.o'));
    await app.expectVerdict('rejected');
    await app.command('Show difference');
    await app.difference.getByRole('combobox', { name: 'from' }).selectOption({ label: 'sum_to_ten · num_sum.bpf.o' });
    await expect(app.difference).toContainText('The walks part: Step 2:');
    await expect(app.row('the program')).toContainText('sum_to_ten');
  });
}
