import fc from 'fast-check';
import { zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Zippable } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../core/base/errors.ts';
import { packFrom, PACK_LIMITS, packZip, readPack } from '../../core/lesson/pack.ts';
import { Dice } from '../../core/base/dice.ts';
import type { Engine } from '../../core/engine/index.ts';
import { repositoryEngine } from '../protocol/repository.ts';
import { goodPack, lessonText, PACK_JSON, packText } from './fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = encode(JSON.stringify(PACK_JSON));
const lesson = encode(lessonText('first'));
const good: Zippable = { 'pack.json': json, 'first/lesson.md': lesson };
const zip = (more: Zippable, less: readonly string[] = []): Uint8Array =>
  zipSync(
    Object.fromEntries([...Object.entries(good), ...Object.entries(more)].filter(([name]) => !less.includes(name))),
  );
const described = (facts: object): Uint8Array =>
  zip({ 'pack.json': encode(JSON.stringify({ ...PACK_JSON, ...facts })) });

/** The same archive with every place of one text replaced by another of its length. */
function patched(archive: Uint8Array, from: string, to: string, which: 'all' | 'first' = 'all'): Uint8Array {
  const out = archive.slice();
  const [old, now] = [encode(from), encode(to)];
  for (let at = 0; at + old.length <= out.length; at++)
    if (old.every((byte, i) => out[at + i] === byte)) {
      out.set(now, at);
      if (which === 'first') break;
    }
  return out;
}
/** Sets a flag in the table of contents and in the entry itself. */
function flagged(archive: Uint8Array, flag: number): Uint8Array {
  const out = archive.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at + 30 <= out.length; at++) {
    const magic = view.getUint32(at, true);
    if (magic === 0x04034b50) view.setUint16(at + 6, flag, true);
    if (magic === 0x02014b50) view.setUint16(at + 8, flag, true);
  }
  return out;
}
const many = (count: number, name: (i: number) => string, bytes: Uint8Array): Zippable =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), bytes]));
/** Bytes that pack to about a sixth. */
function loose(size: number, seed: number): Uint8Array {
  const dice = new Dice(seed);
  return Uint8Array.from({ length: size }, (_, i) => (i % 12 === 0 ? dice.below(256) : 0));
}

const HOSTILE: readonly [what: string, archive: () => Uint8Array, reason: RegExp][] = [
  ['no zip', () => encode('PK, I am no zip'), /^x\.zip: not a readable zip: it has no table of contents$/],
  ['an empty zip', () => zipSync({}), /^x\.zip: not a readable zip/],
  ['a zip that was cut', () => zip({}).subarray(0, 200), /^x\.zip: not a readable zip/],
  ['a way out', () => zip({ '../first/up.c': lesson }), /^x\.zip: \.\.\/first\/up\.c: its name leads out of the pack/],
  [
    'a way out in the middle',
    () => zip({ 'first/../../up.c': lesson }),
    /first\/\.\.\/\.\.\/up\.c: its name leads out/,
  ],
  ['an absolute name', () => zip({ '/etc/pack.c': lesson }), /^x\.zip: \/etc\/pack\.c: its name begins at the root$/],
  ['a drive', () => zip({ 'C:/pack.c': lesson }), /C:\/pack\.c: its name begins with a drive/],
  ['a backslash', () => zip({ 'first\\up.c': lesson }), /its name has a backslash/],
  [
    'a name of controls',
    () => zip({ 'first/\u001b[2J.c': lesson }),
    /its name has characters that not every system allows/,
  ],
  ['an empty part', () => zip({ 'first//up.c': lesson }), /its name has an empty part/],
  ['a very long name', () => zip({ [`${'n'.repeat(300)}.c`]: lesson }), /its name has more than 200 characters/],
  ['folders without end', () => zip({ 'a/b/c/d/e/f.c': lesson }), /lies deeper than 5 folders/],
  [
    'names that differ by case',
    () => zip({ 'First/Lesson.md': lesson }),
    /First\/Lesson\.md: its name differs from first\/lesson\.md by case alone/,
  ],
  [
    'a symbolic link',
    () => zip({ 'first/l.c': [encode('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }),
    /^x\.zip: first\/l\.c: it is a symbolic link$/,
  ],
  ['an encrypted entry', () => flagged(zip({}), 1), /it is encrypted/],
  [
    'another table of contents',
    () => patched(zip({ 'first/a.c': lesson }), 'first/a.c', '../aaaa.c', 'first'),
    /the table of contents does not list it/,
  ],
  [
    'a file too large',
    () => zip({ 'first/big.c': new Uint8Array(3 << 20) }),
    /first\/big\.c: unpacked it has more than 1 MB/,
  ],
  [
    'a lesson too large',
    () => zip({ 'first/lesson.md': loose(300 << 10, 1) }),
    /first\/lesson\.md: unpacked it has more than 256 kB/,
  ],
  [
    'a bomb',
    () => zip(many(8, (i) => `first/${i}.o`, new Uint8Array(4_000_000))),
    /\d\.o: unpacked it is more than 100 times as large/,
  ],
  [
    'too much in all',
    () => zip(many(9, (i) => `first/${i}.o`, loose(4_000_000, 2))),
    /unpacked they have more than 32 MB in all/,
  ],
  [
    'too many files',
    () => zip(many(2100, (i) => `first/${i}.c`, encode('x'))),
    /^x\.zip: 2102 entries, at most 2000 are read$/,
  ],
  ['an archive too large', () => new Uint8Array(PACK_LIMITS.archive + 1), /^x\.zip: it has more than 32 MB/],
  [
    'nothing that says what it is',
    () => zip({ 'second/lesson.md': lesson }, ['pack.json']),
    /there is no pack\.json in it/,
  ],
  ['no lesson', () => zip({}, ['first/lesson.md']), /there is no lesson in it/],
  ['no JSON', () => zip({ 'pack.json': encode('{') }), /^x\.zip: pack\.json/],
  ['another format', () => described({ format: 2 }), /^x\.zip: pack\.json: format: expected one of 1, got 2$/],
  ['an id that leads elsewhere', () => described({ id: '../course' }), /pack\.json: id: .*must be lower-case words/],
  ['no title', () => described({ title: '' }), /pack\.json: title: it is empty/],
  [
    'a title that turns text around',
    () => described({ title: 'a\u202eb' }),
    /pack\.json: title: it has characters that cannot be shown/,
  ],
  ['a field that is none', () => described({ script: 'x.js' }), /pack\.json: script: there is no such field/],
];

const open = (archive: Uint8Array): string => {
  try {
    readPack(archive, 'x.zip');
    return 'taken';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.inFile('x.zip').message;
  }
};

describe('packs', () => {
  test('one is read, also where all lies in a folder more; what lessons do not use is left out', () => {
    const files = goodPack();
    const pack = readPack(packZip(files), 'x.zip');
    expect(pack).toMatchObject({ id: 'night-school', title: 'Night school', author: 'A teacher', ignored: [] });
    expect(pack.files.map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name).sort());
    const within = packZip([
      ...files.map(({ name, bytes }) => ({ name: `night/${name}`, bytes })),
      packText('night/setup.sh', 'rm -rf /'),
      packText('night/.git/config.c', ''),
    ]);
    const again = readPack(within, 'x.zip');
    expect(again.files.length).toBe(files.length);
    expect([...again.ignored].sort()).toEqual(['night/.git/config.c', 'night/setup.sh']);
  });

  test('a lesson’s folder alone is a pack that is called as its file', () => {
    const pack = readPack(zipSync({ 'lesson.md': lesson }), 'My Lesson (2).zip');
    expect(pack).toMatchObject({
      id: 'my-lesson-2',
      title: 'My Lesson (2)',
      files: [{ name: 'my-lesson-2/lesson.md' }],
    });
  });

  test('files of a folder are held to the same rules', () => {
    expect(() => packFrom([packText('../a.c', ''), ...goodPack()], 'x')).toThrow(/leads out of the pack/);
    expect(() => packFrom([{ name: 'first/a.c', bytes: new Uint8Array(2 << 20) }, ...goodPack()], 'x')).toThrow(
      /first\/a\.c: it has more than 1 MB/,
    );
    expect(packFrom(goodPack(), 'x').id).toBe('night-school');
  });

  test.each(HOSTILE)('%s is refused in one line, with place and reason', (_what, archive, reason) => {
    const said = open(archive());
    expect(said).toMatch(reason);
    expect(said).not.toContain('\n');
  });

  test('whatever bytes there are: a pack, or one line', () => {
    const whole = zip({ 'first/a.c': encode('int x;') });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(whole.length),
        fc.uint8Array({ maxLength: 64 }),
        (changes, cut, tail) => {
          const bytes = Uint8Array.from([...whole.subarray(0, changes.length % 3 === 0 ? cut : whole.length), ...tail]);
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          expect(open(bytes)).not.toContain('\n');
        },
      ),
      { numRuns: 400, seed: 20261129 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(open(bytes)).toMatch(/^x\.zip: /);
      }),
      { numRuns: 200, seed: 20261129 },
    );
  });
});

describe('packs in the engine', () => {
  let engine: Engine;
  beforeAll(() => (engine = repositoryEngine()));
  const file = (bytes: Uint8Array, name = 'night.zip') => ({ name, bytes });

  test('its lessons stand beside the course’s, and take nothing’s place', async () => {
    const course = await engine.lessons();
    const words = await engine.glossary();
    const info = await engine.openPack(file(packZip(goodPack())));
    expect(info).toEqual({
      id: 'night-school',
      title: 'Night school',
      author: 'A teacher',
      lessons: 2,
      problems: [],
      ignored: [],
    });
    const all = await engine.lessons();
    expect(all.slice(0, course.length)).toEqual(course);
    expect(all.slice(course.length).map(({ id, track, pack }) => [id, track, pack?.title])).toEqual([
      ['night-school/first', 'After dark', 'Night school'],
      ['night-school/second', 'After dark', 'Night school'],
    ]);
    const now = await engine.glossary();
    expect(now.slice(0, words.length)).toEqual(words);
    expect(now.slice(words.length).map(({ id }) => id)).toEqual(['night-school/bell', 'night-school/fork']);
    const { pages } = await engine.lesson('night-school/first');
    expect(pages[0]?.markdown).toMatch(/processes \d+ instructions/);
    const { sessions } = await engine.openPage('night-school/first', 0);
    expect(sessions).toHaveLength(1);
    expect((await engine.answer('night-school/first', 0, 0)).ok).toBe(true);
    const complaints = (await engine.lintLesson('night-school/first')).map(({ what }) => what);
    expect(complaints).toEqual([
      'it has no exercise',
      'the last page links no document of the kernel (https://docs.kernel.org/…)',
    ]);
  });

  test('a file of its name takes no sample’s place', async () => {
    const object = goodPack().find(({ name }) => name === 'first/own.bpf.o')!.bytes;
    const twin = [...goodPack(), { name: 'first/unchecked.bpf.o', bytes: object }];
    await engine.openPack(file(packZip(twin)));
    const { sessions } = await engine.openSample('unchecked.bpf.o');
    expect(sessions.map(({ program }) => program)).not.toContain('sum_to_ten');
  });

  test('a broken lesson is listed with its line, and the others are read', async () => {
    const broken = [...goodPack(), packText('third/lesson.md', '---\nid: third\nnumber: 1.3\n---\n')];
    const info = await engine.openPack(file(packZip(broken)));
    expect(info.lessons).toBe(2);
    expect(info.problems).toEqual(['third/lesson.md: line 1: front matter: minutes is missing']);
    const third = (await engine.lessons()).find(({ id }) => id === 'night-school/third');
    expect(third?.problem).toMatch(/minutes is missing/);
    await expect(engine.lesson('night-school/third')).rejects.toThrow(/minutes is missing/);
  });

  test('what one may ask for is bounded', async () => {
    const asking = [...goodPack(), packText('third/lesson.md', lessonText('third', '{{processed}} '.repeat(600)))];
    expect((await engine.openPack(file(packZip(asking)))).problems).toEqual([
      'third/lesson.md: line 1: 601 facts, at most 500 are read',
    ]);
    const long = [
      ...goodPack().filter(({ name }) => name !== 'glossary.md'),
      packText('third/lesson.md', lessonText('third', 'word '.repeat(5000))),
      packText('glossary.md', `## word\n\n${'word '.repeat(5000)}`),
    ];
    expect((await engine.openPack(file(packZip(long)))).problems).toEqual([
      'glossary.md: word: a text has more than 20000 characters',
      'third/lesson.md: line 9: a text has more than 20000 characters',
    ]);
  });

  test('a refused one leaves what was open; another version closes what it changes; one taken away is gone', async () => {
    await engine.openPack(file(packZip(goodPack())));
    const [first] = (await engine.openPage('night-school/first', 0)).sessions;
    await expect(engine.openPack(file(encode('no')))).rejects.toThrow(/^night\.zip: not a readable zip/);
    expect((await engine.packs()).map(({ id }) => id)).toEqual(['night-school']);
    await engine.openPack(file(packZip(goodPack())));
    expect((await engine.sessions()).map(({ session }) => session)).toContain(first!.session);
    const other = goodPack().map((one) =>
      one.name === 'first/own.bpf.o' ? { ...one, bytes: Uint8Array.of(...one.bytes, 0) } : one,
    );
    await engine.openPack(file(packZip(other)));
    expect((await engine.sessions()).map(({ session }) => session)).not.toContain(first!.session);
    await engine.closePack('night-school');
    expect((await engine.lessons()).filter(({ pack }) => pack !== undefined)).toEqual([]);
    await expect(engine.lesson('night-school/first')).rejects.toThrow(/there is no lesson night-school\/first/);
  });

  test('its text is given up when nobody waits for it', async () => {
    await engine.openPack(file(packZip(goodPack())));
    await expect(
      engine.lesson('night-school/second', { signal: { aborted: true, addEventListener: () => {} } }),
    ).rejects.toThrow('cancelled');
  });

  test('one that asks for heavy work is ended while it works', async () => {
    const heavy = new Uint8Array(readFileSync(`${root}lessons/a-million/cost.bpf.o`));
    const pages = Array.from(
      { length: 20 },
      (_, i) => `# ${i}\n\n\`\`\`open\nfile: ${i}.bpf.o\nprogram: by_bound\n\`\`\`\n\n{{processed}}\n`,
    );
    const text = `---\nid: heavy\nnumber: 1.1\ntitle: Heavy\nminutes: 1\ngoal: You wait.\n---\n\n${pages.join('\n')}`;
    const objects = Array.from({ length: 20 }, (_, i) => ({ name: `heavy/${i}.bpf.o`, bytes: heavy }));
    const facts = packText('pack.json', JSON.stringify({ ...PACK_JSON, id: 'heavy' }));
    await engine.openPack(file(packZip([facts, packText('heavy/lesson.md', text), ...objects])));
    // Ended after some turns, whatever the clock says.
    let turns = 0;
    const signal = {
      get aborted() {
        return ++turns > 5;
      },
      addEventListener: () => {},
    };
    await expect(engine.lesson('heavy/heavy', { signal })).rejects.toThrow('cancelled');
    expect(turns).toBe(6);
    await engine.closePack('heavy');
  });

  test('whatever a lesson of one says, it is read, or told with its file', async () => {
    const text = lessonText('first', readFileSync(`${root}lessons/forgotten/lesson.md`, 'utf8'));
    for (let seed = 0; seed < 150; seed++) {
      const dice = new Dice(seed);
      let spoilt = text;
      for (let i = 0; i <= dice.below(4); i++) {
        const at = dice.below(spoilt.length);
        const more = ['```', '\n---\n', '# ', '{{', '}}', ' => ', '\u0000', '\n  - ', ': |', '\ud800', 'open', '[x]('][
          dice.below(12)
        ]!;
        spoilt = spoilt.slice(0, at) + more + spoilt.slice(at + dice.below(30));
      }
      const { problems } = await engine.openPack(
        file(packZip([...goodPack().slice(0, 3), packText('first/lesson.md', spoilt)])),
      );
      for (const problem of problems) expect(problem).toMatch(/^first\/lesson\.md: line \d+: /);
    }
  });
});
