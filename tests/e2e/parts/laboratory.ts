import { expect } from '@playwright/test';
import type { Locator, TestType } from '@playwright/test';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-laboratory-'));
function written(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const LEAKS = ['r1 = r10', 'r1 += -8', 'r2 = 0', 'r3 = 3', 'call bpf_iter_num_new', 'r0 = 0', 'exit', ''].join('\n');
const TRIPLES = { name: 'triples', element: 'int', generator: { kind: 'range', to: 30, step: 3 } };

/** The page Laboratory, and the bar across the window. */
class LaboratoryWindow extends MainWindow {
  get lab(): Locator {
    return this.pane('Laboratory');
  }
  get check(): Locator {
    return this.pane('Registration check');
  }
  get bar(): Locator {
    return this.page.getByRole('region', { name: 'Not the kernel’s behaviour' });
  }
  async enter(): Promise<void> {
    // A window that has just come up takes no keys before its head is there.
    await expect(this.button('Command palette')).toBeVisible();
    await this.command('Laboratory: an iterator');
    await expect(this.lab).toBeVisible();
  }
  async begin(title: RegExp): Promise<void> {
    await this.lab.getByRole('group', { name: 'Definition' }).getByRole('button', { name: title }).click();
    await expect(this.check.getByRole('status')).toHaveText('Would be registered');
  }
  field(name: string): Locator {
    return this.lab.getByRole('form', { name: 'Iterator' }).getByLabel(name, { exact: true });
  }
  rule(id: string): Locator {
    return this.lab.getByRole('checkbox', { name: new RegExp(`^${id}`) });
  }
  async run(): Promise<void> {
    const exploration = this.pane('Exploration');
    await exploration.getByRole('tab', { name: 'Run', exact: true }).click();
    await exploration.getByRole('button', { name: 'Run', exact: true }).click();
  }
}

/** Iterators of one's own are written in the window, checked as one writes, broken and caught; rules are switched off. */
export function workInTheLaboratory<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('an iterator is defined in the form, verified and run; its contract is broken, and that is caught', async ({
    driver,
  }) => {
    const app = new LaboratoryWindow(driver.page);
    await app.enter();
    await app.begin(/^Even numbers/);
    await expect(app.check.getByRole('group', { name: 'C header' })).toContainText('struct bpf_iter_evens {');
    await app.field('name').fill('threes');
    await app.field('step').fill('3');
    await expect(app.check.getByRole('group', { name: 'C header' })).toContainText('bpf_iter_threes_next');
    await expect(app.bar).toHaveCount(0);
    await driver.page.getByRole('button', { name: 'Use it and open a program over it' }).click();
    await app.expectVerdict('accepted');
    await expect(app.bar).toContainText('threes');
    await app.run();
    // 0 + 3 + 6 + 9
    await expect(app.pane('Exploration').getByRole('status')).toContainText('returned 18');
    await expect(app.pane('Exploration').getByText('contract')).toHaveCount(0);

    await app.bar.getByRole('button', { name: 'Open the laboratory' }).click();
    await app.lab.getByRole('checkbox', { name: /^resurrects/ }).check();
    await expect(app.lab.getByRole('button', { name: 'Use this model' })).toBeEnabled();
    await driver.page.getByRole('button', { name: 'Use it and open a program over it' }).click();
    await expect(app.pane('Exploration').getByRole('tab', { name: 'Exploration', exact: true })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await app.run();
    await expect(app.pane('Exploration')).toContainText('bpf_iter_threes_next gave an element');
    await expect(app.pane('Exploration')).toContainText('after NULL');
    await picture(driver.page, `${driver.name}-laboratory-contract`);

    // Back: what is opened is the kernel's again, and what is on show still says what it is.
    await app.bar.getByRole('button', { name: 'Back to Linux 6.18' }).click();
    await expect(app.bar).toContainText('What is on show was verified by Linux 6.18 with threes');
    await expect(app.bar.getByRole('button', { name: 'Back to Linux 6.18' })).toHaveCount(0);
    await app.type('open num_sum.bpf.o');
    await expect(app.bar).toHaveCount(0);
  });

  it('messages stand beside the fields as one types, and nothing wrong is used', async ({ driver }) => {
    const app = new LaboratoryWindow(driver.page);
    await app.enter();
    await app.begin(/^Even numbers/);
    const use = app.lab.getByRole('button', { name: 'Use this model' });
    await expect(use).toBeEnabled();
    await app.field('name').fill('Evens');
    await expect(app.field('name')).toHaveAttribute('aria-invalid', 'true');
    await expect(app.field('name')).toHaveAccessibleDescription(/'Evens' is no name: small letters/);
    await expect(use).toBeDisabled();
    await app.field('name').fill('num');
    await expect(app.field('name')).toHaveAccessibleDescription('the kernel has a struct bpf_iter_num already');
    await app.field('name').fill('evens');
    await app.field('type of argument 2').fill('strange_t');
    await expect(app.field('type of argument 2')).toHaveAccessibleDescription("the kernel has no type 'strange_t'");
    await app.field('type of argument 2').fill('long');
    await app.field('from').fill('elsewhere');
    await expect(app.field('from')).toHaveAccessibleDescription(/new has no parameter 'elsewhere'/);
    await app.field('from').fill('0');
    await expect(use).toBeEnabled();
    // What only the registration finds: a state of 28 bytes, unless the rule is off.
    await app.lab.getByRole('checkbox', { name: /^odd-size/ }).check();
    await expect(app.check.getByRole('status')).toHaveText('Refused: 1 rule broken');
    await expect(app.check).toContainText('no positive multiple of 8');
    await expect(use).toBeDisabled();
    await picture(driver.page, `${driver.name}-laboratory-refused`);
    await app.rule('size').uncheck();
    await expect(app.check.getByRole('status')).toHaveText('Would be registered');
    await expect(use).toBeEnabled();
    // What it was written to is there again in another window of the page.
    await app.lab.getByRole('button', { name: 'Close' }).click();
    await app.enter();
    await expect(app.field('name')).toHaveValue('evens');
  });

  it('it is saved as JSON, and loaded; what is opened otherwise is offered', async ({ driver }) => {
    const app = new LaboratoryWindow(driver.page);
    await driver.open(written('triples.json', TRIPLES));
    const note = driver.page.getByRole('status').filter({ hasText: 'triples.json is in the sandbox' });
    await expect(note).toBeVisible();
    await driver.page.getByRole('button', { name: 'Open in the laboratory' }).click();
    await expect(note).toHaveCount(0);
    await expect(app.field('name')).toHaveValue('triples');
    await app.field('longest').fill('100');
    await expect(app.check.getByRole('status')).toHaveText('Would be registered');
    const saved = await driver.saved(() => app.lab.getByRole('button', { name: 'Save JSON…' }).click());
    expect(saved).toMatch(/triples\.json$/);
    const model = JSON.parse(readFileSync(saved, 'utf8')) as { iterators: (typeof TRIPLES)[] };
    expect(model).toEqual({ iterators: [{ ...TRIPLES, generator: { ...TRIPLES.generator, longest: 100 } }] });

    await app.lab.getByRole('button', { name: 'Start anew' }).click();
    await expect(app.lab).toContainText('Begin with one of these');
    await driver.open(written('again.json', model));
    await expect(app.field('name')).toHaveValue('triples');
    await app.check.getByRole('tab', { name: 'JSON' }).click();
    const json = app.check.getByLabel('Model as JSON');
    await json.fill('{ "iterators": [');
    await expect(app.check.getByRole('status')).toContainText('no JSON');
    await expect(app.lab.getByRole('button', { name: 'Use this model' })).toBeDisabled();
    await json.fill(JSON.stringify({ rulesOff: ['depth'] }));
    await expect(app.check.getByRole('status')).toHaveText('Nothing to register');
    await expect(app.rule('depth')).not.toBeChecked();
  });

  it('a rule is switched off in the window: a leak is accepted, and seen', async ({ driver }) => {
    const app = new LaboratoryWindow(driver.page);
    const leaks = written('leaks.asm', LEAKS);
    await driver.open(leaks);
    await app.expectVerdict('rejected');
    await app.enter();
    await app.rule('destroy').uncheck();
    await expect(app.lab).toContainText('leave one behind');
    await app.lab.getByRole('button', { name: 'Use this model' }).click();
    await expect(app.bar).toContainText('without the verifier’s rule destroy');
    await driver.open(leaks);
    await app.expectVerdict('accepted');
    await app.run();
    await expect(app.pane('Exploration')).toContainText('was never released');
    await expect(app.bar).toBeVisible();
    await picture(driver.page, `${driver.name}-laboratory-rule-off`);
    // The engine dies: what stood stands again.
    await driver.killEngine();
    await expect(app.bar).toContainText('destroy');
    await app.expectVerdict('accepted');
  });

  it('by keyboard alone, and axe finds nothing in any of its states', async ({ driver }) => {
    const app = new LaboratoryWindow(driver.page);
    await app.enter();
    const look = async (what: string): Promise<void> => {
      for (const theme of ['one theme', 'the other']) {
        await driver.page.waitForTimeout(300);
        await expectAccessible(driver.page, `${what}, ${theme}`);
        await app.command('Light or dark');
      }
    };
    await look('empty');
    await app.lab
      .getByRole('group', { name: 'Definition' })
      .getByRole('button', { name: /^Processes/ })
      .focus();
    await driver.page.keyboard.press('Enter');
    await expect(app.check.getByRole('status')).toHaveText('Would be registered');
    await app.lab.getByRole('checkbox', { name: /^endless/ }).focus();
    await driver.page.keyboard.press('Space');
    await app.rule('type').focus();
    await driver.page.keyboard.press('Space');
    await expect(app.rule('type')).not.toBeChecked();
    await app.lab.getByRole('button', { name: 'Use this model' }).focus();
    await driver.page.keyboard.press('Enter');
    await expect(app.bar).toContainText('late_tasks');
    await look('in use');
    await app.field('element').fill('strange');
    await expect(app.check.getByRole('status')).toContainText('Refused');
    await look('refused');
    await app.check.getByRole('tab', { name: 'JSON' }).click();
    await look('JSON');
  });
}
