import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** The window for a room, and for whoever asks for more contrast. */
export function projectPrograms<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('the projector: exploration and one instrument in 18 px, with subtitles', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await driver.open(sample('num_sum.bpf.o'));
    await app.expectVerdict('accepted');
    await app.button('Projector').click();
    await expect(app.button('Projector')).toHaveAttribute('aria-pressed', 'true');
    await expect(app.pane('Source')).toBeHidden();
    await expect(app.pane('Terminal')).toBeHidden();
    const subtitles = page.getByRole('group', { name: 'Subtitles' });
    await expect(subtitles).toContainText('r7 = r10');
    // Keys and buttons walk as they do anywhere.
    await app.press('Shift+ArrowRight');
    await app.expectStep(7);
    await expect(subtitles).not.toContainText('r7 = r10');
    await expect(subtitles).toContainText('bpf_iter_num_new(&it, 0, 10);');
    const size = await app
      .pane('Registers')
      .getByText('never written')
      .first()
      .evaluate((element) => {
        // Boxes are told with or without zoom, by the browser's age.
        let zoom = 1;
        for (let at: Element | null = element; at !== null; at = at.parentElement)
          zoom *= Number(getComputedStyle(at).getPropertyValue('zoom')) || 1;
        return zoom * parseFloat(getComputedStyle(element).fontSize);
      });
    expect(size).toBeGreaterThanOrEqual(18);
    await picture(page, `${driver.name}-projector`);
    await expectAccessible(page, 'projector');
    await page.getByRole('group', { name: 'Instrument' }).getByRole('button', { name: 'Iterator' }).click();
    await expect(app.pane('Iterator')).toBeVisible();
    await expect(app.pane('Registers')).toBeHidden();
    await app.press('Escape');
    await expect(app.pane('Source')).toBeVisible();
    await expect(app.button('Projector')).toHaveAttribute('aria-pressed', 'false');
  });

  it('more contrast: text stands out by 7 to 1 and axe finds nothing', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ contrast: 'more', colorScheme: scheme });
      if (scheme === 'light') await driver.open(sample('num_sum.bpf.o'));
      await app.expectVerdict('accepted');
      await app.press('End');
      await picture(page, `${driver.name}-contrast-${scheme}`);
      await expectAccessible(page, `more contrast, ${scheme}`);
      const ratios = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        const light = (hex: string): number => {
          const part = (at: number): number => {
            const value = parseInt(hex.slice(at, at + 2), 16) / 255;
            return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          };
          return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
        };
        const pane = light(style.getPropertyValue('--pane').trim());
        return ['text', 'dim', 'active', 'drained', 'prune', 'bad', 'ok', 'scalar', 'ptr'].map((name) => {
          const own = light(style.getPropertyValue(`--${name}`).trim());
          return [name, (Math.max(own, pane) + 0.05) / (Math.min(own, pane) + 0.05)] as const;
        });
      });
      for (const [name, ratio] of ratios) expect(ratio, `${name}, ${scheme}`).toBeGreaterThan(7);
    }
  });
}
