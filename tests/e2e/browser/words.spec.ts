import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { serve } from '../../../scripts/serve.mjs';
import { test } from '../parts/browser.ts';
import { buildPseudo } from '../parts/pseudo-build.ts';
import { watchPage } from '../parts/watch.ts';

/** Where the window shows what is no text of its own. */
const NOT_OURS = [
  // Code and names.
  'code, kbd, pre, .mono, .cm-editor, .xterm, .place, header .about',
  // Lessons, samples, programs, what core can export.
  '.track .head b, .track .title, .track .goal, .stop, .two, .row, .list .what, .actions, .inner tbody',
  // Core's words: of a step, of registers and slots, of an iterator's contract, of compared states.
  '.transport .words, .scrubber, .cards .dim, .pane-body > ul > li',
  '[data-body] td, [data-body] li > .name, [data-body] li > .words',
  '.tab td, .tab th, .tab caption, .tab .verdict, .tab .where, .tab .words',
].join(', ');

/** Texts in sight that are not of the catalogue: those outside of ⟦ and ⟧. */
const undisguised = (page: Page): Promise<string[]> =>
  page.evaluate((notOurs) => {
    const found: string[] = [];
    const isText = (text: string): boolean => /\p{L}{2,}/u.test(text);
    let depth = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode() !== null) {
      const node = texts.currentNode as Text;
      const parent = node.parentElement;
      if (parent === null || !parent.checkVisibility()) continue;
      let bare = '';
      for (const sign of node.data) {
        if (sign === '⟦') depth++;
        else if (sign === '⟧') depth--;
        else if (depth === 0) bare += sign;
      }
      if (isText(bare) && parent.closest(notOurs) === null) found.push(bare.trim());
    }
    for (const element of document.querySelectorAll('[title], [aria-label], [placeholder], [aria-valuetext]'))
      for (const name of ['title', 'aria-label', 'placeholder', 'aria-valuetext']) {
        const text = element.getAttribute(name) ?? '';
        const said = element.checkVisibility() && element.closest(notOurs) === null;
        if (said && isText(text) && !text.includes('⟦')) found.push(`${name}: ${text}`);
      }
    return depth === 0 ? found : [...found, 'a text begins that does not end'];
  }, NOT_OURS);

test('in another language every text is of its catalogue, and everything works', async ({ browser }) => {
  test.setTimeout(240_000);
  const server = await serve({ folder: await buildPseudo() });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  const page = await context.newPage();
  const complaints = watchPage(page);
  const expectAll = (place: string): Promise<void> =>
    expect.poll(() => undisguised(page), { message: place, timeout: 10_000 }).toEqual([]);
  const press = async (key: string): Promise<void> => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press(key);
  };
  const mode = (name: string): Promise<void> => page.getByRole('navigation').getByRole('button', { name }).click();
  const slider = page.getByRole('slider', { name: 'Step' });

  await page.goto(server.url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
  await expect(slider).toHaveAttribute('aria-valuenow', '1', { timeout: 30_000 });
  await expectAll('a first start');
  await mode('Sandbox');
  await press('End');
  await expectAll('the end of a walk');
  for (const tab of ['⟦Pruning', '⟦Difference', '⟦Envelope', '⟦Run']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectAll(tab);
  }
  await page.getByRole('tabpanel').getByRole('button', { name: '⟦Run' }).click();
  await expect(page.getByRole('listbox', { name: 'Steps of the run' })).toBeVisible();
  await expectAll('a run');
  await page.getByRole('tab', { name: '⟦Exploration' }).click();
  for (const [key, place] of [
    ['?', 'the keys'],
    ['Control+k', 'the command palette'],
    ['/', 'the search'],
    ["'", 'the marks'],
  ] as const) {
    await press(key);
    await expectAll(place);
    await page.keyboard.press('Escape');
  }
  await press('w');
  await expect(page.getByRole('region', { name: 'Both walks' })).toBeVisible();
  await expectAll('the workbench');
  await press('w');
  for (const name of ['Traces', 'Laboratory', 'Lesson']) {
    await mode(name);
    await expectAll(name);
  }
  await context.close();
  await server.close();
  complaints.expectNone();
});
