import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from './driver.ts';
import { driven, root, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-work-'));
/** Two nested loops: some 2,000 instructions are processed for each round of the outer one. */
function loops(name: string, rounds: number): string {
  const path = join(folder, `${name}.asm`);
  const text = ['r6 = 0', 'outer:', 'r7 = 0', 'inner:', 'r7 += 1', 'if r7 < 1000 goto inner', 'r6 += 1'];
  writeFileSync(path, [...text, `if r6 < ${rounds} goto outer`, 'r0 = 0', 'exit', ''].join('\n'));
  return path;
}
const unsupported = (): string => {
  const path = join(folder, 'odd.asm');
  writeFileSync(path, 'call bpf_no_such_function\nexit\n');
  return path;
};

/** What must not break when it gets much, takes long, or is left and come back to. */
export function doWork<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a long log is read by lines, stays at the playhead, and is saved whole', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(loops('long', 30));
    const steps = await app.expectVerdict('accepted');
    expect(steps).toBeGreaterThan(50_000);
    const source = app.pane('Source');
    await source.getByRole('tab', { name: 'Log' }).click();
    await source.getByRole('button', { name: 'level 2' }).click();
    const current = source.locator('[aria-current=step]').filter({ visible: true });
    await expect(current).toContainText('r6 = 0', { timeout: 30_000 });
    await app.press('End');
    await expect(current).toContainText('exit');
    expect(Number(await current.locator('.number').innerText())).toBeGreaterThan(50_000);
    expect(await source.locator('.line').count()).toBeLessThan(200);
    await picture(driver.page, `${driver.name}-long-log`);
    // A line leads to its step; what tells none leads nowhere.
    await source.getByRole('tab', { name: 'Log' }).focus();
    await driver.page.keyboard.press('/');
    await driver.page.getByRole('searchbox', { name: 'Search the log' }).fill('processed ');
    await driver.page.keyboard.press('Enter');
    await expect(source.locator('.line.found')).toContainText(`processed ${steps} insns`);
    await source.locator('.line.found').click();
    await app.expectStep(steps);
    await driver.page.keyboard.press('Escape');
    const saved = await driver.saved(() => source.getByRole('button', { name: 'Save…' }).click());
    await expect.poll(() => statSync(saved, { throwIfNoEntry: false })?.size ?? 0).toBeGreaterThan(2_000_000);
    expect(readFileSync(saved, 'utf8').split('\n').length).toBeGreaterThan(50_000);
  });

  it('of many programs the first is there at once, and the rest can be cancelled', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(sample('num_sum.bpf.o'), ...Array.from({ length: 12 }, (_, i) => loops(`many${i}`, 300)));
    await app.expectVerdict('accepted');
    await expect(driver.page.locator('header')).toContainText('sum_to_ten');
    const cancel = driver.page.getByRole('button', { name: 'Cancel' });
    await expect(cancel).toBeVisible();
    await app.press('ArrowRight');
    await app.expectStep(2);
    await cancel.click();
    const said = driver.page.getByRole('status').filter({ hasText: /^Cancelled: \d+ programs? (is|are) open, \d+ w/ });
    await expect(said).toBeVisible({ timeout: 2000 });
    await picture(driver.page, `${driver.name}-cancelled`);
    const open = Number(/(\d+) program/.exec(await said.innerText())![1]);
    await driver.page.getByRole('button', { name: 'Traces' }).click();
    await expect(driver.page.getByRole('region', { name: 'Traces' }).getByRole('rowheader')).toHaveCount(open);
  });

  it('a terminal command is ended by Ctrl C', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(loops('forever', 450));
    await app.expectVerdict('accepted');
    await app.type('verify forever.asm --log-level 2');
    await driver.page.waitForTimeout(500);
    await driver.page.keyboard.press('Control+c');
    await expect(app.terminalText).toContainText('^C');
    await app.type('help');
    await expect(app.terminalText).toContainText('To begin', { timeout: 3000 });
  });

  it('what was open comes back with the window, and where one was', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.page.getByRole('button', { name: 'Sandbox' }).first().click();
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await driver.open(sample('unchecked.bpf.o'));
    const steps = await app.expectVerdict('rejected');
    await app.press('ArrowLeft');
    await app.expectStep(steps - 1);
    const theme = driver.page.getByRole('button', { name: /^(Light|Dark) theme$/ });
    await theme.click();
    const chosen = await driver.page.locator('html').getAttribute('data-theme');
    const resizer = driver.page.getByRole('separator', { name: 'Resize source and exploration' });
    await resizer.focus();
    await driver.page.keyboard.press('ArrowDown');
    const size = await resizer.getAttribute('aria-valuenow');
    await driver.page.waitForTimeout(1000);
    await driver.page.reload();
    await app.expectVerdict('rejected');
    await app.expectStep(steps - 1);
    await expect(driver.page.locator('html')).toHaveAttribute('data-theme', chosen!);
    await expect(resizer).toHaveAttribute('aria-valuenow', size!);
    await driver.page.getByRole('button', { name: 'Traces' }).click();
    await expect(driver.page.getByRole('region', { name: 'Traces' }).getByRole('rowheader')).toHaveCount(2);
  });

  it('an exercise says what is missing, and keeps what was typed', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const lesson = app.pane('Lesson');
    await lesson.getByRole('button', { name: /Why does this loop end/ }).click();
    const next = lesson.getByRole('button', { name: 'Next page' });
    while (!(await next.isDisabled())) await next.click();
    const editor = app.pane('Exercise').locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('w0 = 45\nexit');
    // It is verified as one types.
    await expect(app.pane('Exercise')).toContainText('accepted, 2 instructions');
    // Escape leaves the editor, and then the exercise: the source is there again.
    await page.keyboard.press('Escape');
    await expect(editor).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(app.pane('Source')).toBeVisible();
    await lesson.getByRole('button', { name: 'Back to the editor' }).click();
    await expect(editor).toContainText('w0 = 45');
    await lesson.getByRole('button', { name: 'Check', exact: true }).click();
    await expect(lesson.locator('.said.no')).toContainText('no num iterator is constructed');
    await expect(lesson.getByRole('button', { name: 'Why?' })).toHaveCount(0);
    await picture(page, `${driver.name}-exercise-failed`);
    await lesson.getByRole('button', { name: 'Previous page' }).click();
    await next.click();
    await expect(editor).toContainText('w0 = 45');
    await page.waitForTimeout(500);
    await page.reload();
    await expect(editor).toContainText('w0 = 45');
    await lesson.getByRole('button', { name: 'Start over' }).click();
    await expect(editor).toContainText('bpf_iter_num_new');
    await lesson.getByRole('button', { name: 'Undo start over' }).click();
    await expect(editor).toContainText('w0 = 45');
    await expect(editor).not.toContainText('bpf_iter_num_new');
    // A text that can't be assembled is no reason to ask about the program before it.
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('r0 = what');
    await lesson.getByRole('button', { name: 'Check', exact: true }).click();
    await expect(lesson.locator('.said.no')).toContainText('It does not assemble');
    await expect(lesson.getByRole('button', { name: 'Why?' })).toHaveCount(0);
  });

  it('problems are listed, and dismissed together', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    const broken = join(folder, 'broken.bpf.o');
    writeFileSync(broken, 'not an object');
    await driver.open(broken, unsupported());
    const terminal = app.pane('Terminal');
    const tab = terminal.getByRole('tab', { name: /Problems/ });
    await expect(tab).toContainText('2');
    await tab.click();
    await expect(terminal).toContainText('broken.bpf.o');
    await picture(driver.page, `${driver.name}-problems`);
    await terminal.getByRole('button', { name: 'Dismiss all' }).click();
    await expect(terminal).toContainText('Nothing is wrong');
  });

  it('globals are set before loading', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(`${root}core/elf/fixtures/globals/globals.bpf.o`);
    await expect(app.verdict).toBeVisible({ timeout: 30_000 });
    await app.button('Globals…').click();
    const dialog = driver.page.getByRole('dialog', { name: 'Set globals before loading' });
    await dialog.getByRole('textbox', { name: /^limit\b/ }).fill('a lot');
    await dialog.getByRole('button', { name: 'Verify with them' }).click();
    await expect(dialog.getByRole('alert')).toContainText("'a lot' is not a number");
    await dialog.getByRole('textbox', { name: /^limit\b/ }).fill('31');
    await dialog.getByRole('button', { name: 'Verify with them' }).click();
    await expect(dialog).toBeHidden();
    await app.type('run');
    await expect(app.terminalText).toContainText('returns 31');
  });

  it('keys go where they belong', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    // After a click on a tab arrows step on.
    await app.pane('Exploration').getByRole('tab', { name: 'Envelope' }).click();
    await page.keyboard.press('ArrowRight');
    await app.expectStep(2);
    await expect(app.pane('Exploration').getByRole('tab', { name: 'Envelope' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await app.press('Shift+ArrowRight');
    await app.expectStep(7);
    // A line without code leads nowhere.
    await app
      .pane('Source')
      .locator('.cm-line')
      .filter({ hasText: /^\/\*|^\s*\/\// })
      .first()
      .click();
    await app.expectStep(7);
    const lesson = app.pane('Lesson');
    await page.getByRole('button', { name: 'Lesson', exact: true }).click();
    await lesson.getByRole('button', { name: /Why does this loop end/ }).click();
    await lesson.getByRole('button', { name: 'Next page' }).click();
    const radio = lesson.getByRole('radio').first();
    await radio.focus();
    await page.keyboard.press('Space');
    await expect(radio).toBeChecked();
    await expect(app.button('Play')).toBeVisible();
  });
}
