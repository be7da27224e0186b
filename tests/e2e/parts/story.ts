import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** Solves the exercise of the number loop: as it is it leaks the iterator, with the call of destroy it is accepted. */
async function repair(app: MainWindow): Promise<void> {
  const lesson = app.pane('Lesson');
  const check = lesson.getByRole('button', { name: 'Check', exact: true });
  await expect(check).toBeEnabled();
  await check.click();
  await app.expectVerdict('rejected');
  await expect(lesson.locator('.said.no')).toBeVisible();
  await lesson.getByRole('button', { name: /hint/ }).click();
  const line = app.pane('Exercise').locator('.cm-line').filter({ hasText: 'w0 = w6' });
  await line.click();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.type('r1 = r10\nr1 += -8\ncall bpf_iter_num_destroy\n');
  await check.click();
  await expect(lesson.locator('.said.ok')).toBeVisible();
  await app.expectVerdict('accepted');
}

/**
 * The whole walk through the app, the same in every host: a real iterator program opened, verified, stepped, run,
 * explained and exported; a lesson followed.
 */
export function tellStory<T extends { driver: Driver }, W extends object>(
  test: TestType<T, W>,
  options: { axe: boolean },
): void {
  const it = driven(test);

  it.describe('an accepted program', () => {
    it.beforeEach(async ({ driver }) => {
      await driver.open(sample('num_sum.bpf.o'));
    });

    it('is opened and verified', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const processed = await app.expectVerdict('accepted');
      await expect(app.verdict).toContainText('state');
      expect(await app.steps()).toBe(processed);
      for (const name of ['Lesson', 'Source', 'Exploration', 'Registers', 'Stack', 'Iterator', 'Terminal'] as const)
        await expect(app.pane(name)).toBeVisible();
      await expect(app.pane('Source')).toContainText('bpf_iter_num_next');
      await picture(driver.page, `${driver.name}-accepted-1440`);
    });

    it('is stepped forwards and backwards, by steps and by events', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const last = await app.expectVerdict('accepted');
      await app.expectStep(1);
      await app.button('Step forward').click();
      await app.button('Step forward').click();
      await app.expectStep(3);
      const registers = await app.pane('Registers').innerText();
      await app.button('Step back').click();
      await app.expectStep(2);
      await app.button('Step forward').click();
      await app.expectStep(3);
      expect(await app.pane('Registers').innerText()).toBe(registers);

      await app.press('End');
      await app.expectStep(last);
      await app.press('ArrowLeft');
      await app.expectStep(last - 1);
      await app.press('Home');
      await app.expectStep(1);
      await app.press('Shift+ArrowRight');
      await expect.poll(() => app.step()).toBeGreaterThan(1);
      const event = await app.step();
      await app.button('Next event').click();
      await expect.poll(() => app.step()).toBeGreaterThan(event);
      await app.button('Previous event').click();
      await app.expectStep(event);
      await app.button('Last step').click();
      await app.expectStep(last);
      await app.button('First step').click();
      await app.expectStep(1);
    });

    it('plays to its end, and can be paused', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const last = await app.expectVerdict('accepted');
      await app.button('Play').click();
      await expect.poll(() => app.step()).toBeGreaterThan(2);
      await app.button('Pause').click();
      const paused = await app.step();
      await driver.page.waitForTimeout(700);
      expect(await app.step()).toBe(paused);
      await driver.page.getByLabel('Speed').selectOption({ label: '64×' });
      await app.press('Space');
      await expect.poll(() => app.step(), { timeout: 20_000 }).toBe(last);
      await expect(app.button('Play')).toBeVisible();
    });

    it('forks at next: NULL first, then the element', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      await app.expectVerdict('accepted');
      const paths = app.pane('Exploration').getByRole('tree', { name: 'Explored paths' }).getByRole('treeitem');
      await expect(paths.first()).toContainText('NULL');
      const words = await paths.allInnerTexts();
      expect(words.length).toBeGreaterThan(2);
      // The fork's own lane goes on with NULL; what waited is taken up later, with an element.
      expect(words[0]).toMatch(/NULL/);
      expect(words.slice(1).join('\n')).toMatch(/non-NULL/);
      expect(words.join('\n')).toMatch(/waited since the fork/);
    });

    it('converges: a path is pruned, and says by which state', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      await app.expectVerdict('accepted');
      const paths = app.pane('Exploration').getByRole('treeitem');
      await expect(paths.filter({ hasText: /covered/ }).first()).toBeAttached();
      await app.press('End');
      await app.press('p');
      await expect(app.pane('Exploration').getByRole('tab', { name: /Pruning/ })).toHaveAttribute(
        'aria-selected',
        'true',
      );
      // The stored and the current state, side by side.
      const table = app.pane('Exploration').getByRole('table').first();
      await expect(table).toContainText('r6');
      await expect(table.getByRole('row', { name: /^r6/ })).toContainText('fits');
      await expect(table.getByRole('row', { name: /^r1\b/ })).toContainText('needs exact, and is');
      await expect(table.getByRole('row', { name: /^r0/ })).toContainText('nobody reads it');
      await picture(driver.page, `${driver.name}-pruning`);
    });

    it('shows the iterator change from active to drained', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const last = await app.expectVerdict('accepted');
      const seen = new Set<string>();
      for (let step = 1; step <= last; step++) {
        await app.expectStep(step);
        const text = await app.pane('Stack').innerText();
        for (const state of ['active', 'drained']) if (text.includes(state)) seen.add(state);
        if (step < last) await app.press('ArrowRight');
      }
      expect([...seen].sort()).toEqual(['active', 'drained']);
    });

    it('runs in the terminal', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      await app.expectVerdict('accepted');
      await app.type('run');
      await expect(app.terminalText).toContainText('returns 45');
      await app.type('goto 5');
      await app.expectStep(5);
      await picture(driver.page, `${driver.name}-terminal`);
    });

    it('is exported as a trace, and opened again', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const processed = await app.expectVerdict('accepted');
      const before = await app.verdict.innerText();
      const file = await driver.saved(() => app.command('export trace'));
      expect(file).toMatch(/\.iterscope$/);
      await driver.page.reload();
      await expect(app.pane('Terminal')).toBeVisible();
      await driver.open(file);
      expect(await app.expectVerdict('accepted')).toBe(processed);
      expect(await app.verdict.innerText()).toBe(before);
      await app.press('End');
      await app.expectStep(processed);
    });

    it('comes back when the engine was killed', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const processed = await app.expectVerdict('accepted');
      await app.press('End');
      await app.expectStep(processed);
      await app.press('ArrowLeft');
      await app.expectStep(processed - 1);
      const registers = await app.pane('Registers').innerText();
      await driver.killEngine();
      await expect(app.pane('Terminal').getByRole('tab', { name: /Problems/ })).toContainText('1');
      await app.expectVerdict('accepted');
      await app.expectStep(processed - 1);
      await expect.poll(() => app.pane('Registers').innerText()).toBe(registers);
      await app.press('ArrowRight');
      await app.expectStep(processed);
    });
  });

  it.describe('a rejected program', () => {
    it('opens at its error and says why', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      await driver.page
        .getByRole('button', { name: 'Sandbox' })
        .or(driver.page.getByRole('tab', { name: 'Sandbox' }))
        .first()
        .click();
      await driver.open(sample('unchecked.bpf.o'));
      const processed = await app.expectVerdict('rejected');
      expect(await app.steps()).toBe(processed);
      await app.expectStep(processed);
      await expect(
        app
          .pane('Lesson')
          .or(driver.page.getByRole('region', { name: /Why/ }))
          .first(),
      ).toContainText(/NULL/);
      await expect(
        driver.page
          .getByText("invalid mem access 'mem_or_null'")
          .or(driver.page.getByText(/invalid mem access/))
          .first(),
      ).toBeVisible();
      await picture(driver.page, `${driver.name}-rejected-1440`);
    });
  });

  it.describe('the lesson', () => {
    it('is followed: predicted, watched, repaired', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      const lesson = app.pane('Lesson');
      await lesson.getByRole('button', { name: /Why does this loop end/ }).click();
      const next = lesson.getByRole('button', { name: 'Next page' });
      await expect(next).toBeVisible();
      for (let page = 0; page < 20; page++) {
        const form = lesson.getByRole('radio').first();
        if (await form.isVisible()) {
          // A prediction: whichever answer is wrong says so kindly, the right one is among them.
          const choices = await lesson.getByRole('radio').count();
          let right = false;
          for (let i = 0; i < choices && !right; i++) {
            await lesson.getByRole('radio').nth(i).check();
            await lesson.getByRole('button', { name: /Watch it|Answer/ }).click();
            await expect(lesson.locator('.said')).toBeVisible();
            right = (await lesson.locator('.said.ok').count()) > 0;
          }
          expect(right).toBe(true);
          await picture(driver.page, `${driver.name}-lesson`);
        }
        if (await lesson.getByRole('button', { name: 'Check', exact: true }).isVisible()) await repair(app);
        if (await next.isDisabled()) break;
        await next.click();
      }
      expect(await lesson.locator('.said.ok').count(), 'the exercise is solved').toBe(1);
      await picture(driver.page, `${driver.name}-exercise`);
    });
  });

  it.describe('the window', () => {
    it('has a palette and a list of keys', async ({ driver }) => {
      const app = new MainWindow(driver.page);
      await app
        .button('Command palette')
        .or(driver.page.getByRole('button', { name: /Command palette/ }))
        .first()
        .click();
      const palette = driver.page.getByRole('dialog', { name: 'Command palette' });
      await expect(palette).toBeVisible();
      await driver.page.keyboard.press('Escape');
      await expect(palette).toBeHidden();
      await app.press('?');
      const keys = driver.page.getByRole('dialog', { name: /keys/i });
      await expect(keys).toContainText(/next event/i);
      await driver.page.keyboard.press('Escape');
      await expect(keys).toBeHidden();
    });

    for (const theme of ['dark', 'light'] as const)
      it(`fits small and large screens, ${theme}`, async ({ driver }) => {
        const { page } = driver;
        await page.emulateMedia({ colorScheme: theme });
        const app = new MainWindow(page);
        await driver.open(sample('num_sum.bpf.o'));
        await app.expectVerdict('accepted');
        for (let i = 0; i < 3; i++) await app.press('Shift+ArrowRight');
        for (const [width, height] of [
          [1280, 800],
          [1440, 900],
          [1920, 1080],
        ] as const) {
          await driver.resize(width, height);
          await page.waitForTimeout(300);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
          await picture(page, `${driver.name}-${theme}-${width}x${height}`);
          if (options.axe) await expectAccessible(page, `${theme} ${width}x${height}`);
        }
        await driver.resize(1440, 900);
        await driver.open(sample('unchecked.bpf.o'));
        await app.expectVerdict('rejected');
        await picture(page, `${driver.name}-${theme}-rejected`);
        if (options.axe) await expectAccessible(page, `${theme} rejected`);
      });
  });
}
