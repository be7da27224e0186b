import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { root } from './driver.ts';

export type PaneName =
  | 'Lesson'
  | 'Source'
  | 'Exploration'
  | 'Registers'
  | 'Stack'
  | 'Iterator'
  | 'Terminal'
  | 'Exercise'
  | 'World'
  | 'Seq file'
  | 'Laboratory'
  | 'Registration check'
  | 'Workbench'
  | 'Both walks';

/** The main window by its landmarks. */
export class MainWindow {
  constructor(readonly page: Page) {}

  pane(name: PaneName): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }
  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
  get slider(): Locator {
    return this.page.getByRole('slider', { name: 'Step', exact: true });
  }
  get verdict(): Locator {
    return this.page.getByRole('status').filter({ hasText: /accepted|rejected|unsupported/ });
  }
  async step(): Promise<number> {
    return Number(await this.slider.getAttribute('aria-valuenow'));
  }
  async steps(): Promise<number> {
    return Number(await this.slider.getAttribute('aria-valuemax'));
  }
  async expectStep(step: number): Promise<void> {
    await expect(this.slider).toHaveAttribute('aria-valuenow', String(step));
    // The instruments follow: what this step does is said only once its view has arrived.
    await expect(this.slider).toHaveAttribute('aria-valuetext', new RegExp(`^step ${step} of [^,]+, `));
  }
  /** The verdict once it is there, with the number of processed instructions in it. */
  async expectVerdict(word: 'accepted' | 'rejected'): Promise<number> {
    await expect(this.verdict).toContainText(word, { timeout: 30_000 });
    const text = (await this.verdict.textContent()) ?? '';
    const number = /(\d{1,3}(?:[\s\u00a0\u202f,]\d{3})*|\d+) instruction/.exec(text)?.[1]?.replace(/[^\d]/g, '');
    expect(number, `instructions in "${text}"`).toBeTruthy();
    return Number(number);
  }
  /** Keys reach the app, not a control that has the focus. */
  async press(key: string): Promise<void> {
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.page.keyboard.press(key);
  }
  /** Types a line in the terminal. */
  async type(line: string): Promise<void> {
    const input = this.pane('Terminal').locator('textarea').first();
    await input.focus();
    await this.page.keyboard.type(line, { delay: 5 });
    await this.page.keyboard.press('Enter');
  }
  /** What the terminal shows, as a screen reader gets it. */
  get terminalText(): Locator {
    return this.pane('Terminal').locator('.xterm-accessibility-tree, .xterm-rows').first();
  }
  /** Runs a command of the palette. */
  async command(words: string): Promise<void> {
    await this.press('Control+k');
    const palette = this.page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette).toBeVisible();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Enter');
    await expect(palette).toBeHidden();
  }
}

/** A picture for people, kept with the run's results. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = `${root}artifacts/screenshots`;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
  // The page of the old runtime that tests have (Electron 22) crashes when a large script, such as axe, follows at once.
  if (name.startsWith('electron-')) await page.waitForTimeout(500);
}
