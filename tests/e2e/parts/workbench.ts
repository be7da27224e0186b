import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** A program is changed in place, verified while it is typed, laid over what it was, undone, kept and shared. */
export function changePrograms<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('the workbench: a compiled program is changed, and the walks are seen to part', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.pane('Source').getByRole('button', { name: 'Workbench' }).click();
    const bench = app.pane('Workbench');
    const program = bench.getByRole('textbox', { name: 'Program' });
    await expect(program).toContainText('call bpf_iter_num_next');
    // What it was compiled from stands above its instructions.
    await expect(program).toContainText('bpf_iter_num_new(&it, 0, 10);');
    const [undo, keep] = [bench.getByRole('button', { name: 'Undo' }), bench.getByRole('button', { name: 'Keep' })];
    await expect(undo).toBeDisabled();
    await expect(keep).toBeDisabled();

    // The program without its last call: it leaks.
    const text = await textOf(program);
    await program.fill(text.replace(/^ *call bpf_iter_num_destroy$/m, ''));
    const told = bench.getByRole('group', { name: 'What the verifier says' });
    await expect(told).toContainText('rejected');
    await expect(told).toContainText('accepted');
    await expect(told).toContainText('Unreleased reference');
    await expect(told).toContainText(/Step \d+: .*bpf_iter_num_destroy/);
    await expect(app.pane('Both walks')).toContainText(/first difference: step \d+/);
    await expect(app.pane('Both walks').getByRole('list')).toContainText(/Now: \d+ instructions/);
    await picture(page, `${driver.name}-workbench`);
    await expectAccessible(page, 'workbench');

    // A line that is none: one clear line, and nothing is lost.
    await program.press('Control+End');
    await page.keyboard.type('r0 = what');
    await expect(told).toContainText(/Line \d+: no instruction reads "r0 = what"/);
    await expect(program).toHaveAttribute('aria-invalid', 'true');
    await expect(keep).toBeDisabled();
    await undo.click();
    await expect(told).not.toContainText('no instruction reads');
    await expect(program).toHaveAttribute('aria-invalid', 'false');
    await undo.click();
    await expect(told).toContainText('The walk is the same, step by step.');
    await expect(undo).toBeDisabled();

    // What is typed is there again after the window looked elsewhere.
    await program.fill(text.replace('w3 = 10', 'w3 = 3'));
    await expect(keep).toBeEnabled();
    await bench.getByRole('button', { name: 'Close the workbench' }).click();
    await expect(app.pane('Source')).toBeVisible();
    await app.press('w');
    await expect(app.pane('Workbench').getByRole('textbox', { name: 'Program' })).toContainText('w3 = 3');
    await expect(keep).toBeEnabled();

    // Shared, and kept as a program of its own.
    const shared = await driver.saved(() => bench.getByRole('button', { name: 'Share…' }).click());
    await expect.poll(() => readFileSync(shared).subarray(0, 2).toString()).toBe('PK');
    await keep.click();
    await expect(page.getByText('is kept as a program of its own')).toBeVisible();
    await expect(keep).toBeDisabled();
    await app.press('w');
    await driver.open(shared);
    await app.expectVerdict('accepted');
    await expect(app.pane('Source')).toContainText('w3 = 3');
  });

  it('the workbench: assembly by keys alone', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await expect(app.terminalText).toContainText('~/sandbox $');
    await app.type('asm r0 = 1 ; exit');
    await app.expectVerdict('accepted');
    await app.press('w');
    const bench = app.pane('Workbench');
    const program = bench.getByRole('textbox', { name: 'Program' });
    await expect(program).toBeFocused();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('r1 = 2\n', { delay: 20 });
    const told = bench.getByRole('group', { name: 'What the verifier says' });
    await expect(told).toContainText('3 instructions');
    await page.keyboard.press('Escape');
    await expect(program).not.toBeFocused();
    await page.keyboard.press('w');
    await expect(bench).toHaveCount(0);
    await expect(app.pane('Exploration')).toBeVisible();
  });
}

/** An editor's text by its lines. */
const textOf = async (editor: Locator): Promise<string> =>
  (await editor.locator('.cm-line').allTextContents()).join('\n');
