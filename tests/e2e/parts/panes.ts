import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, root, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-panes-'));
const golden = (name: string): string => `${root}tests/golden/iter-num/${name}`;
/** A sum that is told of, and a pointer to a slot. */
function sums(): string {
  const path = join(folder, 'sums.asm');
  const lines = ['call bpf_get_prandom_u32', 'r6 = r0', 'r6 &= 15', 'call bpf_get_prandom_u32', 'r6 += r0'];
  writeFileSync(path, [...lines, '*(u64 *)(r10 -16) = r6', 'r7 = r10', 'r7 += -16', 'r0 = 0', 'exit', ''].join('\n'));
  return path;
}
/** An object in a folder of its own, with its source beside it, in which a line may be another. */
function beside(change: (text: string) => string): { object: string; source: string } {
  const own = mkdtempSync(join(folder, 'beside-'));
  const [object, source] = [join(own, 'c.bpf.o'), join(own, 'c.bpf.c')];
  copyFileSync(golden('c.bpf.o'), object);
  writeFileSync(source, change(readFileSync(golden('c.bpf.c'), 'utf8')));
  return { object, source };
}

/** Registers, stack, iterators and source: what they say, and what of them is kept. */
export function tellOfPanes<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a number that lost its bounds says where and why, and leads there', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(sums());
    await app.expectVerdict('accepted');
    await app.press('End');
    await app.expectStep(10);
    const lost = app
      .pane('Registers')
      .getByRole('button', { name: /^any number since 4: r6 \+= r0, and r0 is any number/ });
    await expect(lost).toContainText('before: 0 … 15');
    await lost.click();
    await app.expectStep(5);
  });

  it('pointers lead from registers to slots, and what was never written is folded', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sums());
    await app.expectVerdict('accepted');
    await app.press('End');
    const stack = app.pane('Stack');
    const slot = stack.getByRole('listitem').filter({ hasText: 'fp-16' });
    await expect(slot).toContainText('r7 points here');
    const line = page.locator('.lines g[data-from="r7"]');
    await expect(line).toHaveCount(1);
    await slot.hover();
    await expect(line).toHaveClass(/lit/);
    await app.pane('Source').hover();
    await expect(line).not.toHaveClass(/lit/);
    const rest = stack.getByRole('button', { name: 'fp-24 to fp-512: never written' });
    await expect(rest).toHaveAttribute('aria-expanded', 'false');
    await rest.focus();
    await page.keyboard.press('Enter');
    await expect(rest).toHaveAttribute('aria-expanded', 'true');
    await expect(stack.getByRole('button', { name: 'fp-512', exact: true })).toHaveCount(1);
    await picture(page, `${driver.name}-stack-unfolded`);
    await rest.press('Enter');
    await expectAccessible(page, 'stack');
  });

  it('every iterator has its card, with its fields and its slot', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sample('nested.bpf.o'));
    await app.expectVerdict('accepted');
    const pane = app.pane('Iterator');
    await app.press('Shift+ArrowRight');
    const cards = pane.getByRole('group', { name: 'Iterators' }).getByRole('button');
    await expect(cards).toHaveCount(2);
    await cards.filter({ hasText: 'row' }).click();
    await expect(app.pane('Stack').getByRole('listitem').filter({ hasText: 'fp-8' }).first()).toHaveClass(/lit/);
    const fields = pane.getByRole('group', { name: 'Fields of row' });
    await expect(fields).toContainText('struct bpf_iter_num, 8 bytes');
    await expect(fields.getByRole('row', { name: /cur int fp-8 offset 0, 4 bytes/ })).toHaveCount(1);
    await expect(fields.getByRole('row', { name: /end int fp-8\+4 offset 4, 4 bytes/ })).toHaveCount(1);
    // Each fork says whose it is.
    await expect(app.pane('Exploration').getByRole('tree')).toContainText('row: NULL first');
    await expect(app.pane('Exploration').getByRole('tree')).toContainText('*r * *c > 20: then yes');
    await picture(page, `${driver.name}-iterators`);
    await expectAccessible(page, 'iterators');
  });

  it('frames are chosen by their function, and functions are named in the listing', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(`${root}tests/golden/callbacks/loops.bpf.o`);
    await app.expectVerdict('accepted');
    await expect(app.pane('Source').locator('.line-heading').first()).toHaveText('nested_in_may_goto()');
    const frames = app.pane('Registers').getByRole('combobox', { name: 'Frame of the registers' });
    for (let n = 0; n < 12 && !(await frames.isVisible()); n++) {
      await app.press('Shift+ArrowRight');
      await page.waitForTimeout(150);
    }
    await expect(frames.getByRole('option').last()).toHaveText(/^frame 1 · nested_in_may_goto_cb/);
    await frames.selectOption({ index: 0 });
    await expect(app.pane('Stack').getByRole('combobox', { name: 'Frame' })).toHaveValue('0');
  });

  it('the source beside an object is laid beside its lines, and shown when it fits', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const source = app.pane('Source').getByRole('textbox', { name: 'C source' });
    const same = beside((text) => text);
    await driver.open(same.object);
    await app.expectVerdict('accepted');
    await expect(source).toContainText('⋯ lines 1 to 5');
    if (driver.name === 'electron') {
      const offer = page
        .getByRole('status')
        .filter({ hasText: /^Beside the object: c\.bpf\.c is this object's source: all/ });
      await expect(offer).toBeVisible();
      await page.getByRole('button', { name: 'Show the source' }).click();
      await expect(offer).toBeHidden();
    } else await driver.open(same.source);
    await expect(source).toContainText('Number iterators as C programs write them');
    await expect(source).not.toContainText('⋯');

    const changed = beside((text) => text.replace('sum += *v;', 'sum += *v + 1;'));
    await driver.open(changed.object, changed.source);
    await expect(app.pane('Source')).toContainText('has changed since the object was compiled: line 13 differs');
    await expect(source).toContainText('the object has: sum += *v;');
    await picture(page, `${driver.name}-source-changed`);

    const other = beside(() => 'int another;\n');
    await driver.open(other.object, other.source);
    await expect(page.getByRole('alert')).toContainText(/c\.bpf\.c is not shown: none of the \d+ lines/);
    await expect(source).toContainText('⋯ lines 1 to 5');
  });

  it('how the window was left is how it comes back, and the layout can be reset', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sums());
    await app.expectVerdict('accepted');
    for (let n = 0; n < 3; n++) await app.press('ArrowRight');
    await driver.open(sample('nested.bpf.o'));
    await expect(page.locator('header')).toContainText('multiplication_table');
    for (let n = 0; n < 6; n++) await app.press('ArrowRight');
    await app.pane('Registers').getByRole('button', { name: 'r6', exact: true }).click();
    await app.pane('Registers').getByRole('button', { name: "kernel's words" }).click();
    await page.getByLabel('Speed').selectOption({ label: '4×' });
    await app.pane('Source').getByRole('tab', { name: 'Log' }).click();
    await app.pane('Terminal').getByRole('tab', { name: 'Problems' }).click();
    await app.pane('Exploration').getByRole('tab', { name: 'Envelope' }).click();
    const edge = page.getByRole('separator', { name: 'Resize stack and iterator' });
    await edge.focus();
    await page.keyboard.press('Enter');
    const size = await edge.getAttribute('aria-valuenow');
    await page.waitForTimeout(1500);
    await page.reload();
    await app.expectStep(7);
    const isOn = async (pane: 'Source' | 'Terminal' | 'Exploration', tab: string): Promise<void> =>
      expect(app.pane(pane).getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true');
    await isOn('Source', 'Log');
    await isOn('Terminal', 'Problems');
    await isOn('Exploration', 'Envelope');
    await expect(app.pane('Registers').getByRole('button', { name: "kernel's words" })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(app.pane('Registers').getByRole('button', { name: 'r6', exact: true })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(page.getByLabel('Speed').locator('option:checked')).toHaveText('4×');
    await expect(edge).toHaveAttribute('aria-valuenow', size!);
    // The other program is where it was left.
    await app.command('sums.asm');
    await expect(page.locator('header')).toContainText('sums');
    await app.expectStep(4);
    await app.command('Reset the layout');
    await expect(edge).not.toHaveAttribute('aria-valuenow', size!);
    await page.waitForTimeout(500);
    await page.reload();
    await app.expectStep(4);
    await expect(edge).not.toHaveAttribute('aria-valuenow', size!);
  });
}
