import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** An exercise, written in each of the ways that it has. */
export function writeExercise<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  /** Opens the exercise of lesson 4.2. */
  async function exercise(driver: Driver): Promise<MainWindow> {
    const app = new MainWindow(driver.page);
    const lesson = app.pane('Lesson');
    await lesson.getByRole('button', { name: /Why does this loop end/ }).click();
    const next = lesson.getByRole('button', { name: 'Next page' });
    await expect(next).toBeVisible();
    while (!(await next.isDisabled())) await next.click();
    await expect(app.pane('Exercise')).toContainText('rejected at line 18');
    return app;
  }

  it('pieces of C are put in order, by keyboard alone', async ({ driver }) => {
    const { page } = driver;
    const app = await exercise(driver);
    const desk = app.pane('Exercise');
    await desk.getByRole('button', { name: 'Pieces of C' }).focus();
    await page.keyboard.press('Enter');
    const pieces = desk.getByRole('list', { name: 'Pieces', exact: true });
    const program = desk.getByRole('list', { name: 'Your program' });
    const put = async (c: string): Promise<void> => {
      await pieces.getByRole('button', { name: c, exact: true }).focus();
      await page.keyboard.press('Enter');
    };
    for (const c of ['int sum = 0;', 'bpf_iter_num_new(&it, 0, 10);', 'while ((v = bpf_iter_num_next(&it))) {'])
      await put(c);
    await expect(desk).toContainText('The braces don’t match');
    for (const c of ['sum += *v;', '}', 'return sum;']) await put(c);
    await expect(desk).toContainText('rejected, 12 instructions');
    await expect(program.locator('.rejected')).toContainText('return sum;');
    await put('bpf_iter_num_destroy(&it);');
    await page.keyboard.press('Tab');
    await program.getByRole('button', { name: 'bpf_iter_num_destroy(&it);', exact: true }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(desk).toContainText('accepted');
    await picture(page, `${driver.name}-pieces`);
    await expectAccessible(page, 'pieces of C');
    await app.pane('Lesson').getByRole('button', { name: 'Check', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(app.pane('Lesson').locator('.said.ok')).toContainText('returns 45');
  });

  it('C is compiled where there is a compiler, and read where there is none', async ({ driver }) => {
    const { page } = driver;
    const app = await exercise(driver);
    const desk = app.pane('Exercise');
    await desk.getByRole('button', { name: 'C', exact: true }).click();
    await expect(desk).toContainText('Adds up the numbers 0 to 9');
    const check = app.pane('Lesson').getByRole('button', { name: 'Check', exact: true });
    if (driver.name !== 'electron') {
      await expect(desk).toContainText('a web page can’t start a compiler');
      await expect(check).toBeDisabled();
      return;
    }
    const named = desk.getByText(/^(clang|zig) \d/);
    await expect(named.or(desk.getByText(/can only be read here: there is no compiler/))).toBeVisible({
      timeout: 20_000,
    });
    if (!(await named.isVisible())) {
      console.log('C is not compiled in the window: this machine has no compiler for it');
      return;
    }
    await expect(desk).toContainText('rejected at line 16', { timeout: 20_000 });
    await picture(page, `${driver.name}-c`);
    await desk.locator('.cm-line').filter({ hasText: 'return sum;' }).click();
    await page.keyboard.press('Home');
    await page.keyboard.type('bpf_iter_num_destroy(it);');
    await expect(desk).toContainText('incompatible type', { timeout: 20_000 });
    await picture(page, `${driver.name}-c-error`);
    for (let i = 0; i < 'it);'.length; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('&it);');
    await expect(desk).toContainText('accepted', { timeout: 20_000 });
    await page.keyboard.press('Control+Enter');
    await expect(app.pane('Lesson').locator('.said.ok')).toContainText('returns 45');
    // What was compiled is what the instruments show, with its source.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(app.pane('Source')).toContainText('bpf_iter_num_destroy(&it);');
    await expectAccessible(page, 'an exercise solved in C');
  });
}
