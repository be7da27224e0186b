import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** The reference, and the search over the whole course. */
export function takeReference<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a message is searched, read and shown by keyboard alone', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const pane = app.pane('Lesson');
    const button = pane.getByRole('button', { name: 'Reference' });
    await button.focus();
    await page.keyboard.press('Enter');
    const search = pane.getByRole('combobox', { name: 'Search the course' });
    await expect(search).toBeFocused();
    await expect(pane.getByRole('button', { name: /^bpf_iter_num / })).toBeVisible();
    await picture(page, `${driver.name}-reference`);
    await expectAccessible(page, 'the reference');
    await page.keyboard.type('iterator');
    await expect(pane.getByRole('option').nth(3)).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(pane.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
    await expectAccessible(page, 'what was found');
    await page.keyboard.press('Escape');
    await expect(search).toHaveValue('');
    await page.keyboard.type('would lead to reference leak');
    await expect(pane.getByRole('option').first()).toContainText('iterator still alive');
    await page.keyboard.press('Enter');
    const entry = pane.getByRole('article');
    await expect(entry).toContainText('BPF_EXIT instruction in main prog would lead to reference leak');
    await picture(page, `${driver.name}-reference-entry`);
    await expectAccessible(page, 'an entry');
    const show = entry.getByRole('button', { name: 'Show it' });
    for (let i = 0; i < 4 && !(await show.evaluate((one) => one === document.activeElement)); i++)
      await page.keyboard.press('Tab');
    await expect(show).toBeFocused();
    await page.keyboard.press('Enter');
    await app.expectVerdict('rejected');
    await app.expectStep(await app.steps());
    await expect(entry).toBeVisible();
  });

  it('entries lead on to each other, to lessons, and back', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const pane = app.pane('Lesson');
    await expect(pane).toContainText(/of \d+ done/);
    await app.press('Control+k');
    await page.keyboard.type('KF_RCU_PROTECTED');
    await expect(page.getByRole('option', { name: /KF_RCU_PROTECTED/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(pane.getByRole('article', { name: 'KF_RCU_PROTECTED' })).toBeVisible();
    await pane.getByRole('button', { name: 'bpf_iter_css_new' }).click();
    const entry = pane.getByRole('article', { name: 'bpf_iter_css_new' });
    await expect(entry).toContainText('int bpf_iter_css_new(struct bpf_iter_css *it');
    await entry.getByRole('button', { name: 'bpf_iter_css', exact: true }).click();
    await expect(pane.getByRole('article', { name: 'bpf_iter_css', exact: true })).toContainText('24 bytes');
    await pane.getByRole('button', { name: '← Back' }).click();
    await expect(entry).toBeVisible();
    await pane.getByRole('combobox').fill('bpf_iter_task');
    await page.keyboard.press('Enter');
    await pane
      .getByRole('article')
      .getByRole('button', { name: /^3\.6 / })
      .click();
    await expect(pane).toContainText('Lesson 3.6');
  });

  it('a lesson’s link looks an entry up, and leads back to the page', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const pane = app.pane('Lesson');
    await expect(pane).toContainText(/of \d+ done/);
    await app.press('Control+k');
    await page.keyboard.type('Part of the interface');
    await expect(page.getByRole('option', { name: /^Part of the interface · .* 3\.2, page \d$/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await pane.getByRole('link', { name: 'refused there' }).click();
    await expect(pane.getByRole('article')).toContainText('expected pointer to an iterator on stack');
    await pane.getByRole('button', { name: 'Back to the lesson' }).click();
    await expect(pane).toContainText('Lesson 3.2');
  });

  it('the explanation of a rejection leads to its entry', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await expect(app.pane('Lesson')).toContainText(/of \d+ done/);
    await app.press('Control+k');
    await page.keyboard.type('first_even');
    await expect(page.getByRole('option', { name: /^first_even · .* sample$/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await app.expectVerdict('rejected');
    const why = page.getByRole('region', { name: 'Why it was rejected' });
    await why.getByRole('button', { name: 'Reference', exact: true }).click();
    await expect(app.pane('Lesson').getByRole('article')).toContainText('unreleased-reference');
  });
}
