import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven, root, sample } from './driver.ts';
import { MainWindow, picture } from './window.ts';

/** The panes of an iterator program that is read. */
class ReadingWindow extends MainWindow {
  get position(): Locator {
    return this.page.getByRole('slider', { name: 'Event', exact: true });
  }
  async expectAt(position: number, words: RegExp | string): Promise<void> {
    await expect(this.position).toHaveAttribute('aria-valuenow', String(position));
    await expect(this.position).toHaveAttribute('aria-valuetext', words instanceof RegExp ? words : new RegExp(words));
  }
  async events(): Promise<number> {
    return Number(await this.position.getAttribute('aria-valuemax'));
  }
  reads(): Locator {
    return this.pane('Seq file').getByRole('group', { name: 'Reads' }).getByRole('listitem');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'iterscope-world-'));
function written(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}
const TWO = {
  title: 'two processes',
  tasks: [
    { pid: 1, tgid: 1, ppid: 0, comm: 'init' },
    { pid: 7, tgid: 7, ppid: 1, comm: 'worker' },
  ],
};
const inTests = (name: string): string => `${root}tests/iter/${name}`;

/** An iterator program is attached and read, paused in the middle of its buffer, and stepped back. */
export function readIterators<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a read stops in mid-buffer; a step back takes it back', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    await driver.open(sample('task_lines.bpf.o'));
    await app.expectVerdict('accepted');
    await expect(app.pane('Seq file')).toHaveCount(0);
    await app.pane('Exploration').getByRole('tab', { name: 'Seq file' }).click();
    const [world, file] = [app.pane('World'), app.pane('Seq file')];
    await app.expectAt(0, /opened; nothing has been read/);
    await expect(world).toContainText('1 systemd');
    await expect(file).toContainText('0 of 32\u202f768 bytes');

    await app.button('Step forward').click();
    await app.expectAt(1, /call 1, seq_num 0, task 1 systemd: wrote/);
    await expect(world.getByRole('button', { name: '1 systemd, now' })).toBeVisible();
    await expect(file.getByRole('group', { name: 'What is in the buffer' })).toContainText('1 systemd');

    await app.button('Next event').click();
    await app.expectAt(Number(await app.position.getAttribute('aria-valuenow')), /read\(1024\) = 1024: calls 1 to/);
    const paused = Number(await app.position.getAttribute('aria-valuenow'));
    await expect(file).toContainText('read() took 1\u202f024 bytes to here');
    const left = /^(\d+) of/.exec(await file.locator('.aside, .mono').first().innerText())?.[1];
    expect(Number(left)).toBeGreaterThan(0);
    await expect(app.reads().nth(0)).toHaveAttribute('aria-current', 'step');
    await picture(driver.page, `${driver.name}-seq-file-paused`);

    await app.button('Step back').click();
    await app.expectAt(paused - 1, /wrote/);
    await expect(file).not.toContainText('read() took');
    await expect(file).toContainText(`${1024 + Number(left)}`.replace(/(\d)(\d{3})$/, '$1\u202f$2'));
    // The next read gives what is left, and calls nobody.
    await app.press('Shift+ArrowRight');
    await app.press('ArrowRight');
    await app.expectAt(paused + 1, `read\\(1024\\) = ${left}: no call`);
  });

  it('a parameter leaves most of the world out; what the kernel refuses is told', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    await driver.open(sample('task_lines.bpf.o'));
    await app.expectVerdict('accepted');
    await app.press('s');
    const world = app.pane('World');
    const calls = world.getByLabel('Calls of the program');
    await expect(calls).toContainText('calls');
    const all = Number(/(\d+) calls/.exec(await calls.innerText())?.[1]);
    await world.getByLabel('pid').fill('600');
    await driver.page.keyboard.press('Enter');
    await expect(calls).toContainText('without either');
    await expect(calls).toContainText(`${all} calls`);
    await expect(world.getByRole('list', { name: 'What has become' })).toContainText('not visited');
    await world.getByLabel('tid').fill('600');
    await world.getByRole('button', { name: 'Attach and read' }).click();
    await expect(world.getByRole('alert')).toContainText('not attached: EINVAL');
    await world.getByLabel('tid').fill('x');
    await driver.page.keyboard.press('Enter');
    await expect(world.getByRole('alert').first()).toContainText('tid takes a whole number');
  });

  it('a world of one’s own is opened and read, here and in the terminal, and left again', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    await driver.open(sample('task_lines.bpf.o'));
    await app.expectVerdict('accepted');
    await app.press('s');
    const world = app.pane('World');
    await expect(world).toContainText('a small server');
    await driver.open(written('two.json', TWO));
    await expect(world.getByRole('heading')).toContainText('two processes');
    await expect(world).toContainText('3 calls');
    await app.press('ArrowRight');
    await app.expectAt(1, /task 1 init: wrote/);
    await picture(driver.page, `${driver.name}-world-own`);
    await app.type('ps');
    await expect(app.terminalText).toContainText('worker');

    // A wrong one is a problem, in one line; what stands goes on standing.
    const wrong = { ...TWO, tasks: [{ pid: 1, tgid: 1, ppid: 9, comm: 'init' }] };
    await driver.open(written('wrong.json', wrong));
    await expect(driver.page.getByRole('alert')).toContainText('wrong.json: world.tasks[0].ppid: no process has pid 9');
    await expect(world.getByRole('heading')).toContainText('two processes');
    await app.expectAt(1, /task 1 init: wrote/);

    await driver.killEngine();
    await expect(world).toHaveCount(0);
    await app.expectVerdict('accepted');
    await app.type('world');
    await expect(app.terminalText).toContainText('2 tasks');
    await app.press('s');
    await expect(world.getByRole('heading')).toContainText('two processes');

    await world.getByRole('button', { name: 'Default world' }).click();
    await expect(world.getByRole('heading')).toContainText('a small server');
    await expect(world.getByRole('button', { name: '1 systemd, to come' })).toBeVisible();
    // The terminal goes there, and the program on show with it.
    await app.type('world two.json');
    await expect(world.getByRole('heading')).toContainText('two processes');
    await app.command('Back to the default world');
    await expect(world.getByRole('heading')).toContainText('a small server');
  });

  it('a parameter and a filter inside the program, counted side by side', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    await driver.open(sample('one_process.bpf.o'));
    await app.expectVerdict('accepted');
    await app.press('s');
    const world = app.pane('World');
    await expect(world.getByLabel('compare a filter by')).toHaveValue('only_pid');
    await world.getByLabel('pid', { exact: true }).fill('600');
    await driver.page.keyboard.press('Enter');
    const calls = world.getByLabel('Calls of the program');
    await expect(calls).toContainText('by parameter pid 600');
    await expect(calls).toContainText('inside the program only_pid = 600');
    const counts = [...(await calls.innerText()).matchAll(/(\d+) calls/g)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(3);
    expect(counts[1]).toBe(counts[2]);
    expect(counts[0]).toBeLessThan(counts[1]! / 5);
    await expect(world).toContainText(/prints the same, with \d+ calls more/);
    await picture(driver.page, `${driver.name}-world-counts`);
  });

  it('what does not fit is taken back and called again; what never fits ends the reading', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    const [world, file] = [app.pane('World'), app.pane('Seq file')];
    const readAll = async (name: string): Promise<void> => {
      await driver.open(inTests(name));
      await expect(driver.page.getByRole('banner').getByText(`${name} · tracing`)).toBeVisible();
      await app.press('s');
      await expect(app.position).toBeVisible();
      await world.getByLabel('read size').fill('131072');
      await driver.page.keyboard.press('Enter');
      await expect(file).toContainText('131072');
    };
    await readAll('long-lines.bpf.o');
    await app.press('Shift+ArrowRight');
    await app.expectAt(29, /task 301 systemd-network: did not fit, taken back/);
    await expect(file.getByRole('status')).toContainText('The next read() calls task 301 systemd-network again');
    await expect(world.getByRole('button', { name: '301 systemd-network, now, taken back' })).toBeVisible();
    await picture(driver.page, `${driver.name}-seq-file-overflow`);
    await app.press('ArrowRight');
    await app.expectAt(30, /calls 1 to 29; the last did not fit/);
    await app.press('ArrowRight');
    await app.expectAt(31, /call 30, seq_num 28, task 301 systemd-network: wrote/);

    await readAll('too-long.bpf.o');
    await expect(world.getByRole('alert')).toContainText(
      'read() failed: E2BIG (errno -7): what task 151 systemd-journal alone writes does not fit into the buffer',
    );
    await app.press('End');
    await app.press('ArrowLeft');
    await expect(file.getByRole('status')).toContainText('does not fit into the whole buffer');
    await app.press('ArrowRight');
    await expect(app.reads().last()).toContainText('-7 E2BIG');
  });

  it('by keyboard alone, to the last call with NULL, and back to the verification', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    await driver.open(sample('task_files.bpf.o'));
    await app.expectVerdict('accepted');
    await app.press('s');
    await app.expectAt(0, /opened/);
    const end = await app.events();
    await app.press('End');
    await app.expectAt(end, /read\(1024\) = 0: .*the end/);
    await app.press('Shift+ArrowLeft');
    await app.press('Shift+ArrowLeft');
    await app.expectAt(end - 2, /last call, with NULL: wrote nothing/);
    await expect(app.pane('Seq file').locator('td.null')).toHaveCount(2);
    await expect(app.pane('World')).toContainText('last call: no object, NULL');
    await app.position.focus();
    await driver.page.keyboard.press('PageUp');
    await driver.page.keyboard.press('Home');
    await driver.page.keyboard.press('ArrowRight');
    await app.expectAt(1, /call 1/);
    await app.press(' ');
    await expect(app.button('Pause')).toBeVisible();
    await expect(async () =>
      expect(Number(await app.position.getAttribute('aria-valuenow'))).toBeGreaterThan(2),
    ).toPass();
    await app.press(' ');
    await expect(app.button('Play')).toBeVisible();
    await app.press('s');
    await expect(app.slider).toBeVisible();
    await expect(app.pane('Registers')).toBeVisible();
    await expect(app.pane('World')).toHaveCount(0);
  });

  it('axe finds nothing, in dark and in light', async ({ driver }) => {
    const app = new ReadingWindow(driver.page);
    for (const file of ['task_lines.bpf.o', 'task_files.bpf.o']) {
      await driver.open(sample(file));
      await app.expectVerdict('accepted');
      await expect(app.verdict).toBeVisible();
      await app.pane('Exploration').getByRole('tab', { name: 'Seq file' }).click();
      await app.expectAt(0, /opened/);
      await app.press('Shift+ArrowRight');
      await expect(app.pane('Seq file')).toContainText('read() took');
      for (const theme of ['one theme', 'the other']) {
        await driver.page.waitForTimeout(300);
        await expectAccessible(driver.page, `${file}, ${theme}`);
        await app.command('Light or dark');
      }
    }
  });
}
