import { expect } from '@playwright/test';
import type { Locator, Page, TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** A lesson of each track, read and solved as somebody would who asks for every hint. */
const LESSONS = ['1.2', '2.1', '3.4', '4.3', '5.2', '6.1', '7.4', '8.1'];
/** Of which this one asks for a definition. */
const DEFINED = '7.4';

/** Bets on one answer after the other, until it is the right one. */
async function bet(lessons: Locator): Promise<void> {
  const choices = lessons.getByRole('radio');
  const right = lessons.locator('form .said.ok');
  for (let i = 0; (await right.count()) === 0; i++) {
    await choices.nth(i).check();
    await lessons.getByRole('button', { name: /^(Watch it|Answer)$/ }).click();
    await expect(lessons.locator('form .said')).toBeVisible({ timeout: 20_000 });
  }
}

/** Goes to something by the Tab key. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await target.evaluate((element) => element.contains(document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there');
}

/** The course: its map, and lessons solved. */
export function takeCourse<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('the map: tracks, what is next, and where to go on', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const lessons = app.pane('Lesson');
    await expect(lessons.getByRole('region', { name: 'Track 1: First steps' })).toBeVisible();
    await expect(lessons).toContainText(/0 of \d+ done/);
    await picture(page, `${driver.name}-map`);
    await expectAccessible(page, 'map of the course');
    await lessons.getByRole('button', { name: 'Begin' }).click();
    await expect(lessons).toContainText('Lesson 1.1');
    await lessons.getByRole('button', { name: 'Next page' }).click();
    await lessons.getByRole('button', { name: 'All lessons' }).click();
    await expect(lessons.getByRole('button', { name: 'Continue' })).toBeVisible();
    await expect(lessons.getByRole('button', { name: /^1\.1 .*, begun$/ })).toBeVisible();
    await lessons.getByRole('button', { name: 'Forget it', exact: true }).click();
    await expect(lessons.getByRole('button', { name: 'Begin' })).toBeVisible();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(lessons.getByRole('button', { name: 'Continue' })).toBeVisible();
    // One key goes on, from wherever one is.
    await page.getByRole('button', { name: 'Sandbox', exact: true }).click();
    await app.press('l');
    await expect(lessons).toContainText('Lesson 1.1');
  });

  it('while a lesson asks what a reading gives, nothing tells it', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const lessons = app.pane('Lesson');
    await lessons.getByRole('button', { name: /^6\.3 / }).click();
    const next = lessons.getByRole('button', { name: 'Next page' });
    const choices = lessons.getByRole('radio');
    while (!(await choices.first().isVisible())) {
      await next.click();
      await page.waitForTimeout(150);
    }
    const tab = app.pane('Exploration').getByRole('tab', { name: 'Seq file' });
    await expect(tab).toHaveCount(0);
    await app.press('s');
    await expect(app.pane('Seq file')).toHaveCount(0);
    await choices.first().check();
    await lessons.getByRole('button', { name: 'Answer', exact: true }).click();
    await expect(lessons.locator('.said')).toBeVisible();
    await expect(tab).toBeVisible();
  });

  for (const number of LESSONS)
    it(`lesson ${number}: its words are explained, its exercise refuses what it begins with and takes its solution`, async ({
      driver,
    }) => {
      const { page } = driver;
      const app = new MainWindow(page);
      const lessons = app.pane('Lesson');
      const track = lessons.getByRole('region', { name: new RegExp(`^Track ${number.split('.')[0]}:`) });
      await track.getByRole('button', { name: new RegExp(`^${number.replace('.', '\\.')} `) }).click();
      await expect(lessons).toContainText(`Lesson ${number}`);
      const next = lessons.getByRole('button', { name: 'Next page' });
      const check = lessons.getByRole('button', { name: 'Check', exact: true });
      const word = lessons.locator('a.own.glossary').first();
      let explained = false;
      while (!(await check.isVisible())) {
        if (!explained && (await word.isVisible())) {
          await word.click();
          await expect(lessons.getByRole('complementary', { name: /^Glossary: / })).toBeVisible();
          await page.keyboard.press('Escape');
          await expect(lessons.getByRole('complementary')).toHaveCount(0);
          explained = true;
        }
        if (await lessons.getByRole('radio').first().isVisible()) await bet(lessons);
        await next.click();
        await page.waitForTimeout(150);
      }
      await check.click();
      await expect(lessons.locator('.said.no').last()).toBeVisible({ timeout: 20_000 });
      const hint = lessons.getByRole('button', { name: /hint$/ });
      while (await hint.isVisible()) await hint.click();
      await lessons.getByRole('button', { name: 'Show a solution' }).click();
      const solution = (await lessons.locator('details pre').textContent()) ?? '';
      expect(solution).toContain(number === DEFINED ? '"generator"' : 'exit');
      const editor = app.pane('Exercise').getByRole('textbox').first();
      await editor.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(solution);
      await check.click();
      await expect(lessons.locator('.said.ok')).toBeVisible({ timeout: 20_000 });
      if (number === '3.4') {
        await picture(page, `${driver.name}-lesson-solved`);
        await expectAccessible(page, 'a lesson solved');
      }
    });

  it('a lesson by keyboard alone, from the map to the exercise that is solved', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const lessons = app.pane('Lesson');
    const next = lessons.getByRole('button', { name: 'Next page' });
    await expect(lessons.getByRole('button', { name: 'Begin' })).toBeVisible();
    await page.keyboard.press('l');
    await expect(lessons).toContainText('Lesson 1.1');
    const editor = app.pane('Exercise').getByRole('textbox').first();
    const radio = lessons.getByRole('radio').first();
    const right = lessons.locator('form .said.ok');
    for (let pages = 0; !(await editor.isVisible()); pages++) {
      expect(pages).toBeLessThan(10);
      if (await radio.isVisible()) {
        await reach(page, radio);
        await page.keyboard.press('Space');
        for (let tries = 0; tries < 6; tries++) {
          await page.keyboard.press('Enter');
          await expect(lessons.locator('form .said')).toBeVisible({ timeout: 20_000 });
          if ((await right.count()) > 0) break;
          await page.keyboard.press('ArrowDown');
        }
        await expect(right).toBeVisible();
      }
      await reach(page, next);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(150);
    }
    await reach(page, editor);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('call bpf_get_smp_processor_id\nr6 = r0\nr6 += 7\nr0 = r6\nexit');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(lessons.locator('.said.ok')).toContainText('it returns 7');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(app.pane('Source')).toBeVisible();
    await reach(page, next);
    await page.keyboard.press('Enter');
    await reach(page, lessons.getByRole('button', { name: 'All lessons' }));
    await page.keyboard.press('Enter');
    await expect(lessons.getByRole('button', { name: /^1\.1 /, exact: false }).first()).toBeVisible();
  });
}
