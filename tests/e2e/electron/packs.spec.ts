import { expect } from '@playwright/test';
import { launch, test } from '../parts/electron.ts';
import { expectLiveReload, packFolder, packZipFile, takePacks } from '../parts/packs.ts';
import { MainWindow } from '../parts/window.ts';

takePacks(test);

test('a folder of the command line is read anew while it is written, and comes back', async ({ profile }) => {
  const pack = packFolder('opened');
  const app = await launch(profile, [pack]);
  await expectLiveReload(await app.firstWindow(), pack);
  await app.close();
  // What was read last is there again at the next start.
  const again = await launch(profile);
  await expect(new MainWindow(await again.firstWindow()).pane('Lesson')).toContainText('And mended.');
  await again.close();
});

test('a link of a pack leaves the app only by a person’s word, who sees the host', async ({ app, driver }) => {
  const { page } = driver;
  await driver.open(packZipFile());
  const lessons = new MainWindow(page).pane('Lesson');
  await lessons
    .getByRole('region', { name: 'Night school' })
    .getByRole('button', { name: /^1\.1 / })
    .click();
  const asked = async (response: number): Promise<string> => {
    await app.evaluate(({ dialog, shell }, answer) => {
      const state = globalThis as { asked?: string; left?: string };
      delete state.asked;
      dialog.showMessageBox = (async (options: { detail: string }) => {
        state.asked = options.detail;
        return { response: answer, checkboxChecked: false };
      }) as unknown as typeof dialog.showMessageBox;
      shell.openExternal = async (url) => void (state.left = url);
    }, response);
    await lessons.getByRole('link', { name: 'a page of somebody’s' }).click();
    const said = (): Promise<string> => app.evaluate(() => (globalThis as { asked?: string }).asked ?? '');
    await expect.poll(said).not.toBe('');
    return said();
  };
  const left = (): Promise<string> => app.evaluate(() => (globalThis as { left?: string }).left ?? '');
  expect(await asked(1)).toContain('example.org');
  expect(await left()).toBe('');
  await asked(0);
  await expect.poll(left).toBe('https://example.org/on/packs');
});
