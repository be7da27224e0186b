import { expect } from '@playwright/test';
import type { Locator, Page, TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** Everything that the page says: to the eye, and to a screen reader. */
async function everything(page: Page): Promise<string> {
  return page.evaluate(() => {
    const said = [document.title];
    const NAMES = ['aria-label', 'aria-valuetext', 'aria-valuemax', 'aria-description', 'title', 'placeholder', 'alt'];
    const read = (element: Element): void => {
      // The titles of lessons are the same whatever is on show.
      if (getComputedStyle(element).display === 'none' || element.matches('.track')) return;
      for (const name of NAMES) said.push(element.getAttribute(name) ?? '');
      if (element instanceof HTMLInputElement) said.push(element.value);
      for (const child of element.childNodes) {
        if (child instanceof Element) read(child);
        else if (child instanceof Text) said.push(child.data);
      }
    };
    read(document.body);
    return said.filter((text) => text.trim() !== '').join('\n');
  });
}

class FogWindow extends MainWindow {
  get future(): Locator {
    return this.pane('Exploration').getByRole('switch', { name: 'Show the future', exact: true });
  }
  get open(): Locator {
    return this.page.getByRole('status').filter({ hasText: 'verdict: at the end of the walk' });
  }
  get key(): Locator {
    return this.page.getByRole('button', { name: 'Press →', exact: true });
  }
  async at(step: number): Promise<void> {
    await expect(this.slider).toHaveAttribute('aria-valuenow', String(step));
    await expect(this.slider).toHaveAttribute('aria-valuetext', new RegExp(`^step ${step}, before `));
  }
  async goTo(step: number): Promise<void> {
    await this.press('Home');
    for (let at = 1; at < step; at++) await this.press('ArrowRight');
    await this.at(step);
  }
  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true });
  }
}

/** What is not told while the future is hidden, the first window, and the bet of a lesson's question. */
export function tellFog<T extends { driver: Driver }, W extends object>(
  test: TestType<T, W>,
  options: { axe: boolean },
): void {
  const it = driven(test);

  it('in fog no word of the window tells the verdict, the total, or what comes later', async ({ driver }) => {
    const { page } = driver;
    const app = new FogWindow(page);
    await driver.open(sample('num_sum.bpf.o'));
    const total = await app.expectVerdict('accepted');
    await app.future.click();
    await app.goTo(9);
    const later = [
      /accepted|rejected/i,
      new RegExp(`\\b${total} (instructions|insns|steps)|of ${total}\\b|/ ?${total}\\b`),
      /\d states?\b/,
      /NULL first|then non-NULL|covered|every later round/,
      /\bat 1[0-9]\b|\bcheckpoint at (?!8\b)/,
      /\bsteps? [123]\d\b/,
      /state=drained|processed \d/,
    ];
    const expectNothing = async (where: string): Promise<string> => {
      const said = await everything(page);
      for (const words of later) expect(said.match(words)?.[0], `${where}: ${words}`).toBeUndefined();
      return said;
    };
    // Beside the list of lessons: other programs' verdicts are told in the sandbox.
    await page.getByRole('button', { name: 'Lesson', exact: true }).click();
    for (const tab of ['Pruning', 'Envelope', 'Run', 'Exploration']) {
      await app.tab(tab).click();
      await page.waitForTimeout(300);
      const said = await expectNothing(tab);
      // The number alone is nowhere either.
      expect(said).not.toMatch(new RegExp(`\\b${total}\\b`));
      await picture(page, `${driver.name}-fog-${tab.toLowerCase()}`);
    }
    await app.button('As tree').click();
    await expectNothing('the tree');
    await app.button('As timeline').click();
    await app.tab('Log').click();
    const log = app.pane('Source').getByRole('group', { name: 'Verifier log' });
    await expect(log).toContainText('The log ends at the playhead here');
    await expect(log).toContainText('7: (bf) r1 = r7');
    await expect(log).not.toContainText('8: (85) call bpf_iter_num_next#64245 ;');
    await expectNothing('the log');
    await app.tab('C ⇄ instructions').click();
    await app
      .pane('Terminal')
      .getByRole('tab', { name: /Problems/ })
      .click();
    await expectNothing('problems');
    await app.tab('Terminal').click();
    await app.press('w');
    await expect(app.pane('Workbench')).toBeVisible();
    await expect(app.pane('Both walks')).toContainText('This walk is not at its end.');
    await expectNothing('the workbench');
    await app.press('w');
    await app.press('Control+k');
    await page.keyboard.type('sum_to_ten · num_sum');
    await expectNothing('the palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Traces' }).click();
    await expectNothing('traces');
    await page.getByRole('button', { name: 'Sandbox' }).click();
    const programs = app.pane('Lesson').getByRole('list', { name: 'Programs' });
    await expect(programs.getByRole('listitem')).toContainText('verdict at the end of the walk');
    await expect(programs).not.toContainText(/accepted|✓/);
    if (options.axe) await expectAccessible(page, 'fog in the whole window');
    // An instruction that was not walked is chosen, and not gone to.
    await app.pane('Source').getByRole('textbox', { name: 'Instructions' }).getByText('exit').click();
    await app.at(9);
    // At its end everything is told.
    await app.press('End');
    await app.expectVerdict('accepted');
    await expect(app.slider).toHaveAttribute('aria-valuemax', String(total));
    const all = await everything(page);
    for (const words of later.slice(0, 4)) expect(all, `at the end: ${words}`).toMatch(words);
    await app.press('Home');
    await expect(app.open).toBeVisible();
  });

  it('in fog a rejected program is walked like any other, and explained only when asked for', async ({ driver }) => {
    const { page } = driver;
    const app = new FogWindow(page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.future.click();
    await driver.open(sample('first_even.bpf.o'));
    await expect(page.locator('header')).toContainText('first_even');
    await app.at(1);
    await expect(app.open).toBeVisible();
    const why = page.getByRole('region', { name: 'Why it was rejected' });
    await app.press('e');
    await expect(why).toHaveCount(0);
    await app.at(1);
    await expect(page.locator('.line-error, .line-blamed')).toHaveCount(0);
    await app.press('End');
    await app.expectVerdict('rejected');
    await expect(why).toHaveCount(0);
    await expect(page.locator('.line-error').first()).toBeVisible();
    await app.press('e');
    await expect(why).toBeVisible();
  });

  it('the first window stands before a first step, and says what to press and what to watch', async ({ driver }) => {
    const { page } = driver;
    const app = new FogWindow(page);
    await expect(app.key).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('header')).toContainText('sum_to_ten');
    await expect(app.open).toBeVisible();
    await app.at(1);
    const invitation = app.pane('Exploration').getByRole('group', { name: 'To begin' });
    await expect(invitation).toContainText('Watch fp-8.');
    await expect(invitation).toContainText('After seven of them the eight bytes at fp-8 are an iterator.');
    await expect(page.locator('svg.line .dots')).toBeVisible();
    await picture(page, `${driver.name}-first-window`);
    if (options.axe) await expectAccessible(page, 'the first window');
    await app.press('ArrowRight');
    await app.at(2);
    await expect(invitation).toHaveCount(0);
    for (let step = 2; step <= 7; step++) await app.press('ArrowRight');
    await app.at(8);
    await expect(app.pane('Stack')).toContainText('iter_num');
    await app.press('Home');
    await app.at(1);
    await expect(app.key).toHaveCount(0);
    // It is remembered, and so is that this walk is in fog until somebody wants to see all of it.
    await page.waitForTimeout(600);
    await page.reload();
    await app.at(1);
    await expect(app.key).toHaveCount(0);
    await app.future.click();
    await app.expectVerdict('accepted');
  });

  it('whoever wants no movement gets none, and whoever opens something else finds that alone', async ({ driver }) => {
    const { page } = driver;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const app = new FogWindow(page);
    await expect(app.key).toBeVisible({ timeout: 30_000 });
    await driver.open(sample('nested.bpf.o'));
    await app.expectVerdict('accepted');
    const programs = app.pane('Lesson').getByRole('list', { name: 'Programs' });
    await expect(programs.getByRole('listitem')).toHaveCount(1);
    // Two iterators: what is watched is the one that is constructed first.
    await app.future.click();
    await expect(app.key).toBeVisible();
    await app.key.click();
    await app.at(2);
    expect(await app.key.count(), 'it is gone at once').toBe(0);
  });

  it('a bet stands on the axis as a flag until it is seen what came', async ({ driver }) => {
    const { page } = driver;
    const app = new FogWindow(page);
    const lesson = app.pane('Lesson');
    await lesson.getByRole('button', { name: /next is a fork/ }).click();
    const next = lesson.getByRole('button', { name: 'Next page' });
    await next.click();
    await app.at(11);
    await expect(lesson).toContainText('Bet, then watch');
    const flag = app.pane('Exploration').getByRole('note');
    await lesson.getByRole('radio').nth(1).check();
    await expect(flag).toHaveAccessibleName('your bet: An element first');
    await expect(lesson).toContainText('Your flag stands on the axis. The walk begins when you press Watch, or →.');
    await lesson.getByRole('radio').nth(0).check();
    await expect(flag).toHaveAccessibleName('your bet: NULL first');
    await picture(page, `${driver.name}-bet`);
    if (options.axe) await expectAccessible(page, 'a bet');
    await lesson.getByRole('button', { name: 'Watch it' }).click();
    await expect(flag).toHaveAccessibleName('your bet was right: NULL first', { timeout: 3000 });
    await expect(lesson.locator('.said.ok')).toBeVisible();
    await app.at(12);

    // Skipped by Escape; what came was something else.
    await next.click();
    await expect(flag).toHaveCount(0);
    await lesson.getByRole('radio').nth(0).check();
    await lesson.getByRole('button', { name: 'Watch it' }).click();
    await page.keyboard.press('Escape');
    await expect(flag).toHaveAccessibleName(/^your bet was The one in the body; what came: /);
    await expect(lesson.locator('.said.no')).toBeVisible();
    await picture(page, `${driver.name}-bet-wrong`);

    // Stepping there by the key, with the focus still on the answer, is watching it too.
    await lesson.getByRole('button', { name: 'Previous page' }).click();
    await app.at(11);
    await lesson.getByRole('radio').nth(1).check();
    await page.keyboard.press('ArrowRight');
    await app.at(12);
    await expect(flag).toHaveAccessibleName('your bet was An element first; what came: it: NULL first');
    await expect(lesson.locator('.said.no')).toBeVisible();
  });
}
