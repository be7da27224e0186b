import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { kernelRefusal } from '../../../oracle/kernel/load.ts';
import { expectAccessible } from '../parts/axe.ts';
import { sample } from '../parts/driver.ts';
import { test } from '../parts/electron.ts';
import { MainWindow, picture } from '../parts/window.ts';

const refusal = kernelRefusal();
const is618 = release().startsWith('6.18.');

test('the machine’s kernel is asked, and said to be equal, or why it can’t be asked', async ({ driver }) => {
  const { page } = driver;
  const app = new MainWindow(page);
  await driver.open(sample('num_sum.bpf.o'));
  await app.expectVerdict('accepted');
  const compare = app.button('Compare with this kernel');
  await compare.click();
  const told = page.getByRole('region', { name: 'This kernel' });
  if (refusal !== null) {
    await expect(told).toContainText(`It can’t be asked: ${refusal}`);
    return;
  }
  await expect(told).toContainText(release(), { timeout: 60_000 });
  await expect(told).toContainText('the kernel');
  if (is618) await expect(told).toContainText('Equal to the letter');
  else await expect(told).toContainText(/accepted|rejected/);
  await picture(page, 'electron-kernel');
  await expectAccessible(page, 'compare with this kernel');
  await told.getByRole('button', { name: 'Close the comparison' }).click();
  await expect(told).toHaveCount(0);

  // A program that was changed is asked as it was changed.
  await app.press('w');
  const bench = app.pane('Workbench');
  const program = bench.getByRole('textbox', { name: 'Program' });
  await expect(program).toContainText('w3 = 10');
  const text = (await program.locator('.cm-line').allTextContents()).join('\n');
  await program.fill(text.replace(/^ *call bpf_iter_num_destroy$/m, ''));
  await bench.getByRole('button', { name: 'Keep' }).click();
  await app.expectVerdict('rejected');
  await app.press('w');
  await compare.click();
  await expect(told).toContainText('rejected (EINVAL)', { timeout: 60_000 });
  if (is618) await expect(told).toContainText('Equal to the letter');
});

test('where two kernels part, the first differing line is shown', async ({ driver, app: electron }) => {
  const { page } = driver;
  const app = new MainWindow(page);
  await driver.open(sample('num_sum.bpf.o'));
  await app.expectVerdict('accepted');
  // What a Linux 6.12 said of this program, as the process that asked it there sent it.
  const answer = JSON.parse(
    readFileSync(new URL('../parts/linux-6.12-answer.json', import.meta.url), 'utf8'),
  ) as unknown;
  await electron.evaluate(({ ipcMain }, given) => {
    ipcMain.removeHandler('iterscope:askKernel');
    ipcMain.handle('iterscope:askKernel', () => given);
  }, answer);
  await app.button('Compare with this kernel').click();
  const told = page.getByRole('region', { name: 'This kernel' });
  await expect(told).toContainText('First differing line: 2');
  await expect(told.getByRole('group', { name: 'First differing line' })).toContainText('kernel');
  await picture(page, 'electron-kernel-differs');
});
