import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { InputError } from './errors.ts';
import { parseJson } from './json.ts';
import { unzip } from './unzip.ts';

const limits = { entries: 3, total: 4000, entry: (name: string) => (name.startsWith('skip') ? null : 3000) };

test('what is wanted comes out, the rest is left alone', () => {
  const files = unzip(
    zipSync({ a: strToU8('one'), 'dir/b': strToU8('x'.repeat(2000)), skipped: new Uint8Array(100_000) }),
    limits,
  );
  expect([...files.keys()]).toEqual(['a', 'dir/b']);
  expect(files.get('dir/b')).toHaveLength(2000);
});

test('entries whose sizes stand behind them', () => {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((_error, chunk) => chunks.push(chunk));
  const entry = new ZipDeflate('late');
  zip.add(entry);
  entry.push(strToU8('said later'), true);
  zip.end();
  expect(unzip(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])), limits).get('late')).toEqual(
    strToU8('said later'),
  );
});

/** A zip whose entry declares another size than it has, before and in the directory. */
function lying(size: number): Uint8Array {
  const zip = zipSync({ bomb: new Uint8Array(200 * 1024 * 1024) }, { level: 9 });
  const view = new DataView(zip.buffer, zip.byteOffset);
  view.setUint32(22, size, true);
  const directory = view.getUint32(zip.length - 6, true);
  view.setUint32(directory + 24, size, true);
  return zip;
}

test.each([
  ['too many', zipSync({ a: strToU8(''), b: strToU8(''), c: strToU8(''), d: strToU8('') }), 'd: more than 3 entries'],
  ['too large', zipSync({ a: new Uint8Array(3001) }), 'a: unpacked it has more than 3 kB'],
  [
    'too large in all',
    zipSync({ a: new Uint8Array(2500), b: new Uint8Array(2500) }),
    'b: unpacked they have more than 4 kB in all',
  ],
  ['an entry that declares nothing and has 200 MB', lying(0), 'bomb: unpacked it has more than 3 kB'],
  ['an entry that declares little and has 200 MB', lying(100), 'bomb: unpacked it has more than 3 kB'],
  ['no zip', strToU8('no zip at all'), 'not a readable zip: there is nothing in it'],
  ['nothing', new Uint8Array(), 'not a readable zip: there is nothing in it'],
])('%s', (_name, bytes, message) => {
  const begun = performance.now();
  expect(() => unzip(bytes, limits)).toThrow(message);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('cut short anywhere, it is refused', () => {
  const zip = zipSync({ a: strToU8('some text that is long enough to be cut') });
  for (const length of [31, 40, 50]) expect(() => unzip(zip.slice(0, length), limits)).toThrow(InputError);
});

test.each([
  ['nested', '['.repeat(40), /deeper than 32/],
  ['nested objects', '{"a":'.repeat(40), /deeper than 32/],
  ['too many values', `[${'0,'.repeat(1_000_001)}0]`, /more than 1000000 values/],
  ['large', `"${'x'.repeat(5_000_000)}"`, /bytes of JSON/],
  ['none', 'nope', /JSON/],
])('JSON that is %s', (_name, text, reason) => expect(() => parseJson(strToU8(text), 4_000_000)).toThrow(reason));

test('brackets in strings do not nest', () => {
  const value = { text: '[[[[{{{{"\\'.repeat(50) };
  expect(parseJson(strToU8(JSON.stringify(value)), 10_000)).toEqual(value);
});
