import { expect } from '@playwright/test';
import { join } from 'node:path';
import { serve } from '../../../scripts/serve.mjs';
import { test } from '../parts/browser.ts';
import { root } from '../parts/driver.ts';
import { classFolder, expectLiveReload, packFolder, takePacks } from '../parts/packs.ts';
import { MainWindow } from '../parts/window.ts';

takePacks(test);

test('a folder that is served is read anew while it is written', async ({ driver }) => {
  const pack = packFolder('served');
  const server = await serve({ folder: join(root, 'dist/renderer'), open: [pack] });
  const page = await driver.page.context().newPage();
  await page.goto(server.url);
  await expectLiveReload(page, pack);
  await page.close();
  await server.close();
});

test('folders are dropped on the window: lessons, and a class', async ({ driver }) => {
  const { page } = driver;
  const lessons = new MainWindow(page).pane('Lesson');
  await expect(lessons.getByRole('region', { name: 'Track 1: First steps' })).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  const drop = async (folder: string): Promise<void> => {
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  };
  await drop(packFolder('dropped'));
  await expect(lessons.getByRole('region', { name: 'Night school' })).toContainText('0 of 2');
  await drop(classFolder());
  const rows = page.getByRole('region', { name: 'Summary of a class' }).getByRole('table').getByRole('rowheader');
  await expect(rows).toHaveText(['ada', 'brian', 'Done by']);
});
