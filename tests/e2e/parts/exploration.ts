import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** A number that nothing is known of decides each of `count` branches, and what it decided is kept: no path covers another, so there are 2^count. */
const branches = (count: number): string =>
  [
    'r6 = 0',
    ...Array.from({ length: count }, (_, i) => [
      'call bpf_get_prandom_u32',
      `if r0 == 0x0 goto l${i}`,
      `r6 += ${2 ** i}`,
      `l${i}:`,
    ]).flat(),
    'r1 = r10',
    'r1 += r6',
    'r0 = 0',
    'exit',
    '',
  ].join('\n');

/** The exploration by its names. */
class ExplorationPane extends MainWindow {
  get region(): Locator {
    return this.pane('Exploration');
  }
  get strip(): Locator {
    return this.region.getByRole('scrollbar', { name: 'Paths in view' });
  }
  get paths(): Locator {
    return this.region.getByRole('tree', { name: 'Explored paths' });
  }
  get future(): Locator {
    return this.region.getByRole('switch', { name: 'Show the future', exact: true });
  }
  async row(): Promise<number> {
    return Number(await this.strip.getAttribute('aria-valuenow'));
  }
}

/** The lanes of walks of every size, in the same words in every host. */
export function tellExploration<T extends { driver: Driver }, W extends object>(
  test: TestType<T, W>,
  options: { axe: boolean },
): void {
  const it = driven(test);
  let folder = '';
  it.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'iterscope-lanes-'));
    for (const count of [7, 17]) writeFileSync(join(folder, `branches${count}.asm`), branches(count));
  });
  it.afterAll(() => rmSync(folder, { recursive: true }));

  it.describe('lanes', () => {
    it('fit without scrolling where there are few, and say where they lead', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(sample('nested.bpf.o'));
      await app.expectVerdict('accepted');
      await expect(app.strip).toHaveCount(0);
      await app.paths.focus();
      await driver.page.keyboard.press('End');
      await expect(app.paths.locator('[aria-selected=true]')).toContainText('path 16 of 16');
      await expect(app.paths.locator('[aria-selected=true]')).toContainText('covered by the checkpoint');
      await picture(driver.page, `${driver.name}-lanes-nested`);
    });

    it('scroll where they are many, with a strip that follows the playhead', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(join(folder, 'branches7.asm'));
      const last = await app.expectVerdict('accepted');
      await expect(app.strip).toHaveAttribute('aria-valuemax', '128');
      await expect(app.strip).toHaveAttribute('aria-valuetext', /the playhead is on path 1$/);
      expect(await app.row()).toBe(1);
      await app.press('End');
      await app.expectStep(last);
      await expect(app.strip).toHaveAttribute('aria-valuetext', /to 128 of 128; the playhead is on path 128$/);
      const bottom = await app.row();
      expect(bottom).toBeGreaterThan(1);
      // By keys, and by the pointer.
      await app.strip.focus();
      await driver.page.keyboard.press('Home');
      await expect.poll(() => app.row()).toBe(1);
      await driver.page.keyboard.press('ArrowDown');
      await expect.poll(() => app.row()).toBe(2);
      const box = (await app.strip.boundingBox())!;
      await driver.page.mouse.click(box.x + box.width / 2, box.y + box.height - 6);
      await expect.poll(() => app.row()).toBe(bottom);
      await driver.page.mouse.click(box.x + box.width / 2, box.y + 6);
      await expect.poll(() => app.row()).toBe(1);
      await picture(driver.page, `${driver.name}-lanes-many`);
      if (options.axe) await expectAccessible(driver.page, 'lanes that scroll');
    });

    it('of a walk of a million steps are found from its shape', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(join(folder, 'branches17.asm'));
      const last = await app.expectVerdict('accepted');
      expect(last).toBeGreaterThan(900_000);
      await expect(app.slider).toHaveAttribute('aria-valuemax', String(last), { timeout: 60_000 });
      await expect(app.strip).toHaveCount(0);
      await picture(driver.page, `${driver.name}-lanes-million`);
      await app.button('this path').click();
      await expect(app.strip).toHaveAttribute('aria-valuetext', /the playhead is on path 1$/);
      await app.press('End');
      await app.expectStep(last);
      await expect(app.strip).toHaveAttribute('aria-valuetext', /the playhead is on path 131.072$/);
      await app.button('all').click();
      await expect(app.strip).toHaveCount(0);
    });

    it('of a rejected walk stand at its error', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(sample('first_even.bpf.o'));
      const last = await app.expectVerdict('rejected');
      await app.expectStep(last);
      await app.paths.focus();
      await expect(app.paths.locator('[aria-selected=true]')).toContainText('is rejected here');
    });
  });

  it.describe('the future', () => {
    it('is not told where the switch is off, and the choice is remembered', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(sample('num_sum.bpf.o'));
      const last = await app.expectVerdict('accepted');
      await app.expectStep(1);
      const items = app.paths.getByRole('treeitem');
      await expect(app.future).toHaveAttribute('aria-checked', 'true');
      await expect(items).toHaveCount(3);
      await app.future.click();
      await expect(app.future).toHaveAttribute('aria-checked', 'false');
      await expect(items).toHaveText(/^path 1: from the start, steps 1 to 1 so far\s*$/);
      await expect(app.region).not.toContainText(`/ ${last}`);
      // Up to the fork: one path waits, and which is taken first is not said.
      for (let step = 2; step <= 9; step++) await app.press('ArrowRight');
      await expect(app.region).toContainText('1 path, 1 fork, 0 pruned, 1 path waits');
      await expect(app.region).toContainText('next may return NULL or an element');
      await expect(app.region).not.toContainText('NULL first');
      await picture(driver.page, `${driver.name}-fog-fork`);
      if (options.axe) await expectAccessible(driver.page, 'fog');
      await app.press('ArrowRight');
      await expect(app.region).toContainText('NULL first');
      await app.press('End');
      await expect(items).toHaveCount(3);
      await expect(items.last()).toContainText('covered by the checkpoint');
      await driver.page.reload();
      await expect(app.future).toHaveAttribute('aria-checked', 'false');
      await app.future.click();
    });

    it('is not told in a lesson', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await app
        .pane('Lesson')
        .getByRole('button', { name: /^4\.2 / })
        .click();
      await expect(app.slider).toBeVisible({ timeout: 30_000 });
      await expect(app.future).toHaveAttribute('aria-checked', 'false');
      await expect(app.future).toBeDisabled();
      const step = Number(await app.slider.getAttribute('aria-valuenow'));
      await expect(app.paths.getByRole('treeitem').last()).toContainText(`${step} so far`);
      await picture(driver.page, `${driver.name}-fog-lesson`);
    });
  });

  it.describe('the tree', () => {
    it('shows the same forks, and lets the same things be chosen', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.open(sample('nested.bpf.o'));
      const last = await app.expectVerdict('accepted');
      await expect(app.button('As timeline')).toHaveAttribute('aria-pressed', 'true');
      await app.button('As tree').click();
      await expect(app.button('As tree')).toHaveAttribute('aria-pressed', 'true');
      await app.press('End');
      await app.expectStep(last);
      // The text twin is the same in both.
      await app.paths.focus();
      await driver.page.keyboard.press('ArrowUp');
      await driver.page.keyboard.press('Enter');
      await expect.poll(() => app.step()).toBeLessThan(last);
      await expect(app.paths.locator('[aria-selected=true]')).toContainText('path 15 of 16');
      await app.paths.evaluate((tree) => (tree as HTMLElement).blur());
      await picture(driver.page, `${driver.name}-tree-nested`);
      if (options.axe) await expectAccessible(driver.page, 'the tree');
      await app.button('As timeline').click();
      await expect(app.button('As timeline')).toHaveAttribute('aria-pressed', 'true');
    });

    it('of a million steps, and of a rejected walk, without movement for who asked for none', async ({ driver }) => {
      const app = new ExplorationPane(driver.page);
      await driver.page.emulateMedia({ reducedMotion: 'reduce' });
      await driver.open(join(folder, 'branches17.asm'));
      const last = await app.expectVerdict('accepted');
      await expect(app.slider).toHaveAttribute('aria-valuemax', String(last), { timeout: 60_000 });
      await app.button('As tree').click();
      await app.press('End');
      await app.expectStep(last);
      await picture(driver.page, `${driver.name}-tree-million`);
      await driver.open(sample('first_even.bpf.o'));
      await app.expectVerdict('rejected');
      await picture(driver.page, `${driver.name}-tree-rejected`);
    });
  });
}
