import { expect } from '@playwright/test';
import type { TestType } from '@playwright/test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-own-'));
function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const LEAKS = ['r1 = r10', 'r1 += -8', 'r2 = 0', 'r3 = 3', 'call bpf_iter_num_new', 'r0 = 0', 'exit', ''].join('\n');
const TRIPLES = { name: 'triples', element: 'int', generator: { kind: 'range', to: 30, step: 3 } };

/** Iterators of one's own, contracts that they break, and rules that are switched off. */
export function makeOwn<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('an iterator is defined, breaks its contract, and is caught', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await expect(app.terminalText).toContainText('~/sandbox $');
    await app.type('model evens.json');
    await expect(app.terminalText).toContainText('Even numbers from one on');
    await app.type('open sum_evens.asm');
    await app.expectVerdict('accepted');
    const exploration = app.pane('Exploration');
    await exploration.getByRole('tab', { name: 'Run', exact: true }).click();
    await exploration.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(exploration.getByRole('status')).toContainText('returned 20');
    await expect(exploration.getByText('contract')).toHaveCount(0);

    await app.type('model evens_break.json');
    await expect(app.terminalText).toContainText('Broken on purpose (resurrects)');
    await app.type('open sum_evens.asm');
    // What is opened is shown from its beginning.
    await expect(exploration.getByRole('tab', { name: 'Exploration', exact: true })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await exploration.getByRole('tab', { name: 'Run', exact: true }).click();
    await exploration.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(exploration).toContainText(
      'bpf_iter_evens_next gave an element of iter_evens (reference 1) after NULL',
    );
    await picture(driver.page, `${driver.name}-own-contract`);
  });

  it('a definition that is opened, and what is wrong with one', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    await driver.open(
      written('triples.json', JSON.stringify(TRIPLES)),
      written('wrong.json', JSON.stringify({ ...TRIPLES, size: 12 })),
    );
    await expect(app.terminalText).toContainText('~/sandbox $');
    await app.type('model triples.json');
    await expect(app.terminalText).toContainText('triples');
    await app.type('help bpf_iter_triples_next');
    await expect(app.terminalText).toContainText('Gives a pointer to the next element, a int');
    await app.type('model wrong.json');
    await expect(app.terminalText).toContainText('wrong.json: size: 12 bytes');
  });

  it('a rule is switched off: what it kept out is accepted, marked, and does its damage', async ({ driver }) => {
    const app = new MainWindow(driver.page);
    const leaks = written('leaks.asm', LEAKS);
    await driver.open(leaks);
    await app.expectVerdict('rejected');
    await expect(driver.page.getByText("not the kernel's rules")).toHaveCount(0);
    await app.type('model no_destroy.json');
    await expect(app.terminalText).toContainText("NOT THE KERNEL'S BEHAVIOUR");
    await driver.open(leaks);
    await app.expectVerdict('accepted');
    await expect(driver.page.getByText("not the kernel's rules")).toBeVisible();
    const exploration = app.pane('Exploration');
    await exploration.getByRole('tab', { name: 'Run', exact: true }).click();
    await exploration.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(exploration).toContainText('was never released');
    await picture(driver.page, `${driver.name}-own-rule-off`);
  });
}
