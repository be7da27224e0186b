import { expect } from '@playwright/test';
import type { Page, TestType } from '@playwright/test';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packZip } from '../../../core/lesson/pack.ts';
import { goodPack, lessonText, packText } from '../../packs/fixture.ts';
import { expectAccessible } from './axe.ts';
import type { Driver } from './driver.ts';
import { driven } from './driver.ts';
import { MainWindow, picture } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-packs-'));
function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** A pack as a folder that can be written to; its path. */
export function packFolder(name: string): string {
  for (const one of goodPack()) file(`${name}/${one.name}`, one.bytes);
  return join(folder, name);
}
/** A pack as a zip; its path. */
export const packZipFile = (): string => file('plain.zip', packZip(goodPack()));
/** Writes the text of a folder's first lesson anew, more of it or something broken. */
export const writeLesson = (pack: string, more: string): void =>
  writeFileSync(join(pack, 'first/lesson.md'), lessonText('first', more));

/** Walks a folder that is being written: each change is read at once, and what cannot be read is told with its line. */
export async function expectLiveReload(page: Page, pack: string): Promise<void> {
  const app = new MainWindow(page);
  const lessons = app.pane('Lesson');
  await lessons
    .getByRole('region', { name: 'Night school' })
    .getByRole('button', { name: /^1\.1 / })
    .click();
  await expect(lessons).toContainText('The verifier processes 35 instructions');
  // What stands behind a question is told when it was answered.
  await lessons.getByRole('radio', { name: 'Yes' }).check();
  await lessons.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(lessons.locator('.said.ok')).toBeVisible();
  writeLesson(pack, '\nWritten just now.\n');
  await expect(lessons).toContainText('Written just now.');
  writeLesson(pack, '\n# \n');
  const problems = page.getByRole('alert').filter({ hasText: /first\/lesson\.md: line 28: / });
  await expect(problems).toBeVisible();
  await expect(lessons).toContainText('Written just now.');
  writeLesson(pack, '\nAnd mended.\n');
  await expect(lessons).toContainText('And mended.');
  await expect(problems).toHaveCount(0);
}

const progress = (name: string, pages: readonly number[], right: boolean): string =>
  file(
    `class/${name}.json`,
    JSON.stringify({
      version: 2,
      name: '',
      lessons: [{ lesson: 'number-loop', page: 0, done: pages }],
      exercises: [],
      predictions: [{ lesson: 'number-loop', page: 0, bet: 'Twice', right, tries: 1 }],
      help: [{ lesson: 'number-loop', page: 3, hints: 2, solution: true }],
    }),
  );
/** A folder with the progress of two; its path. */
export const classFolder = (): string => dirname([progress('ada', [0], false), progress('brian', [0, 1, 2], true)][0]!);

/** Packs by others, and the summary of a class. */
export function takePacks<T extends { driver: Driver }, W extends object>(test: TestType<T, W>): void {
  const it = driven(test);

  it('a pack by others is read, comes back, and is taken away; a hostile one is refused with its reason', async ({
    driver,
  }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    const lessons = app.pane('Lesson');
    const pack = lessons.getByRole('region', { name: 'Night school' });
    await expect(lessons.getByRole('region', { name: 'Track 1: First steps' })).toBeVisible();
    await driver.open(
      file('night.zip', packZip([...goodPack(), packText('third/lesson.md', '---\nid: third\n---\n')])),
    );
    await expect(pack).toContainText('0 of 2');
    await expect(pack).toContainText('by A teacher');
    await expect(lessons).toContainText('third/lesson.md: line 1: front matter: minutes is missing');
    await expect(lessons).toContainText(/0 of \d+ done/);
    await picture(page, `${driver.name}-pack`);
    await expectAccessible(page, 'map with a pack');

    await pack.getByRole('button', { name: /^1\.1 / }).focus();
    await page.keyboard.press('Enter');
    await expect(lessons).toContainText('From “Night school” by A teacher');
    await expect(lessons).toContainText('The verifier processes 35 instructions');
    await expect(lessons).toContainText('a page of somebody’s (example.org)');
    await lessons.getByRole('link', { name: 'bell', exact: true }).click();
    await expect(lessons.getByRole('complementary', { name: 'Glossary: bell' })).toContainText('What ends the lesson.');
    await page.keyboard.press('Escape');
    await lessons.getByRole('radio', { name: 'Yes' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await expect(lessons.locator('.said.ok')).toContainText('It is.');
    await lessons.getByRole('link', { name: 'two', exact: true }).click();
    await expect(lessons).toContainText('Lesson 1.2');
    await lessons.getByRole('button', { name: 'All lessons' }).click();
    await expect(pack.getByRole('button', { name: /^1\.1 .*, done$/ })).toBeVisible();
    await expect(lessons).toContainText(/0 of \d+ done/);

    const saved = await driver.saved(() => lessons.getByRole('button', { name: 'Save progress…' }).click());
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({
      version: 2,
      predictions: [{ lesson: 'night-school/first', page: 0, bet: 'Yes', right: true, tries: 1 }],
    });

    await page.reload();
    await expect(pack.getByRole('button', { name: /^1\.1 .*, done$/ })).toBeVisible();
    await driver.open(file('hostile.zip', packZip([...goodPack(), packText('../up.c', 'int x;')])));
    await expect(
      page.getByRole('alert').filter({ hasText: 'hostile.zip: ../up.c: its name leads out of the pack (..)' }),
    ).toBeVisible();
    await expect(pack).toBeVisible();
    await pack.getByRole('button', { name: 'Take away Night school' }).click();
    await expect(pack).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(pack.getByRole('button', { name: /^1\.1 .*, done$/ })).toBeVisible();
    await driver.killEngine();
    await expect(page.getByRole('alert').filter({ hasText: 'It is being started again' })).toBeVisible();
    await pack.getByRole('button', { name: /^1\.2 / }).click();
    await expect(lessons).toContainText('The verifier processes 35 instructions');
  });

  it('a class: several files of progress are a table, sorted and saved; what is none is named', async ({ driver }) => {
    const { page } = driver;
    const app = new MainWindow(page);
    await app.pane('Lesson').getByRole('button', { name: 'Summary of a class…' }).focus();
    await page.keyboard.press('Enter');
    const summary = page.getByRole('region', { name: 'Summary of a class' });
    await expect(summary).toContainText('No files are here yet.');
    await expectAccessible(page, 'a class without files');
    await driver.open(file('class/odd.json', '{"a": 1}'));
    await expect(summary).toContainText('None of these files is one of progress.');
    await driver.open(progress('ada', [0], false), progress('brian', [0, 1, 2], true));
    await expect(summary.getByRole('group', { name: 'No progress' })).toContainText('odd.json: version');
    const rows = summary.getByRole('table').getByRole('rowheader');
    await expect(rows).toHaveText(['ada', 'brian', 'Done by']);
    await expect(summary.getByRole('row', { name: /^brian/ })).toContainText(
      /3 of \d pages, 2 hints, 1 solution shown/,
    );
    await expect(summary.getByRole('row', { name: /^brian/ })).toContainText('1 of 1');
    await picture(page, `${driver.name}-class`);
    await expectAccessible(page, 'a class');
    await summary.getByRole('button', { name: 'Pages', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(rows).toHaveText(['brian', 'ada', 'Done by']);
    await expect(summary.getByRole('columnheader', { name: 'Pages' })).toHaveAttribute('aria-sort', 'descending');
    const saved = await driver.saved(() => summary.getByRole('button', { name: 'Save as CSV…' }).click());
    const [head = '', brian = '', ada = ''] = readFileSync(saved, 'utf8').split('\r\n');
    expect(head).toMatch(/^learner,1\.1 .*,right at once$/);
    expect([brian.split(',')[0], ada.split(',')[0]]).toEqual(['brian', 'ada']);
    await summary.getByRole('button', { name: 'Back to the map' }).click();
    await expect(app.pane('Lesson').getByRole('region', { name: 'Track 1: First steps' })).toBeVisible();
    await expect(app.pane('Lesson')).toContainText(/0 of \d+ done/);
  });
}
