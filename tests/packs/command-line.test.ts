import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { goodPack, lessonText } from './fixture.ts';
import { cli } from '../../cli/fixture.ts';
import { watchLessons } from '../../cli/commands/lesson-packs.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
function write(name: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), bytes);
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iterscope-packs-'));
  for (const { name, bytes } of goodPack()) write(`night/${name}`, bytes);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('lessons of a folder and of the zip that is made of it', async () => {
  const listed = await cli('lesson', 'list', at('night'));
  expect(listed.out).toMatch(/^night-school\/first +1\.1 +A pack’s own lesson \(5 min, 1 pages\)\n/);
  expect(listed.status).toBe(0);
  const refused = await cli('lesson', 'pack', at('night'), '-o', at('out.zip'));
  expect(refused.out).toContain('first/lesson.md: it has no exercise');
  expect(refused.out).toContain('no pack is made: there are 4 complaints');
  expect(refused.status).toBe(1);
  const made = await cli('lesson', 'pack', at('night'), '-o', at('out.zip'), '--anyway');
  expect(made.status).toBe(0);
  expect(readFileSync(at('out.zip')).subarray(0, 2).toString()).toBe('PK');
  expect((await cli('lesson', 'list', at('out.zip'))).out).toBe(listed.out);
  expect((await cli('lesson', 'lint', at('out.zip'))).status).toBe(1);
});

test('an exercise of a pack is checked', async () => {
  const exercise = readFileSync('lessons/forgotten/lesson.md', 'utf8');
  write('lone/lesson.md', exercise.replace(/^id: .*/m, 'id: lone'));
  for (const name of readdirSync('lessons/forgotten').filter((one) => /\.(o|json)$/.test(one)))
    copyFileSync(`lessons/forgotten/${name}`, at(`lone/${name}`));
  write('empty.asm', 'r0 = 0\nexit\n');
  const page = exercise.split('```exercise')[0]!.split(/^# /m).length - 1;
  const { out, status } = await cli(
    'lesson',
    'check',
    'lone',
    at('empty.asm'),
    '--pack',
    at('lone'),
    '--page',
    String(page),
    '--json',
  );
  expect(JSON.parse(out)).toMatchObject({ lesson: 'lone/lone', ok: false });
  expect(status).toBe(1);
});

test('hostile folders are refused: links, names, what is too large', async () => {
  symlinkSync('/etc/passwd', at('night/first/secret.c'));
  const link = await cli('lesson', 'list', at('night'));
  expect(link.err).toBe(`${at('night')}: first/secret.c: it is a symbolic link\n`);
  expect(link.status).toBe(2);
  rmSync(at('night/first/secret.c'));
  write('night/first/big.c', new Uint8Array(2 << 20));
  expect((await cli('lesson', 'list', at('night'))).err).toContain(
    'first/big.c: it is larger than what a pack may hold',
  );
});

test('watching tells of each change, what cannot be read too, and when all is well again', async () => {
  const said: string[] = [];
  let finish = (): void => {};
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const until = async (text: string): Promise<void> => {
    for (let i = 0; i < 100 && !said.join('').includes(text); i++) await new Promise((done) => setTimeout(done, 50));
    expect(said.join('')).toContain(text);
  };
  let bad = 1;
  const lint = async (): Promise<number> => {
    if (readFileSync(at('night/first/lesson.md'), 'utf8') === '') bad = 0;
    return bad;
  };
  const done = watchLessons(at('night'), lint, { out: (text) => said.push(text) }, ended);
  await until('night: 1 complaint; waiting for changes');
  write('night/first/lesson.md', '');
  await until('night: good; waiting for changes');
  bad = 2;
  write('night/first/lesson.md', lessonText('first'));
  await until('night: 2 complaints');
  finish();
  expect(await done).toBe(0);
});

test('schemas are printed, and a class is a table', async () => {
  expect((await cli('lesson', 'schema')).out).toMatch(/^front-matter +front matter of a lesson/);
  const pack = JSON.parse((await cli('lesson', 'schema', 'pack')).out) as { required: string[] };
  expect(pack.required).toEqual(['format', 'id', 'title']);
  expect((await cli('lesson', 'schema', 'nothing')).err).toMatch(
    /^there is no schema 'nothing'; there are front-matter, /,
  );
  const progress = { version: 1, name: '', lessons: [{ lesson: 'number-loop', page: 0, done: [0] }], exercises: [] };
  write('class/ada.json', JSON.stringify(progress));
  write('class/odd.json', '{}');
  const { out, status } = await cli('lesson', 'summary', at('class'), '--csv');
  expect(out.split('\r\n')[1]).toMatch(/^ada,.*,1 of \d+,.*,0,1,1,0,0,0,0$/);
  expect(status).toBe(1);
  expect((await cli('lesson', 'summary', at('class'))).out).toMatch(
    /odd\.json: no progress: version: is of another version/,
  );
});
