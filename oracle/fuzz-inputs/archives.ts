import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Dice } from '../../core/base/dice.ts';
import type { Region, Spoilt } from './bytes.ts';
import { HUGE, spoilBytes } from './bytes.ts';
import { spoilObject } from './elf.ts';

type Entries = Record<string, Uint8Array<ArrayBufferLike>>;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Headers of a zip: where its sizes, names, methods and offsets are. */
function headersOf(bytes: Uint8Array): Region[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const regions: Region[] = [];
  for (let at = 0; at + 22 <= bytes.length; at++) {
    const word = view.getUint32(at, true);
    if (word === LOCAL) regions.push(['local header', at, at + 30]);
    else if (word === CENTRAL) regions.push(['directory', at, Math.min(bytes.length, at + 46)]);
    else if (word === END) regions.push(['end', at, at + 22]);
  }
  return regions;
}

/** A value of JSON that is not what was there. */
function otherJson(dice: Dice): unknown {
  return dice.of<unknown>([
    null,
    -1,
    1e300,
    '',
    'x'.repeat(100_000),
    '\u001b[2J\u0007',
    '../../etc/passwd',
    [],
    {},
    [[[[[[]]]]]],
    true,
    '\ud800',
    ['a', 'b', 'c'],
    Array.from({ length: 1000 }, (_, i) => `s${i}.c`),
    dice.next(),
  ]);
}

function spoilManifest(entries: Entries, dice: Dice): string {
  const manifest = JSON.parse(strFromU8(entries['manifest.json']!)) as Record<string, unknown>;
  const key = dice.of(Object.keys(manifest));
  const way = dice.below(6);
  if (way === 0) {
    const text = dice.of(['', '{', '['.repeat(100_000), '{"a":'.repeat(50_000), 'null', '"x"', '\u001b]0;x\u0007']);
    entries['manifest.json'] = strToU8(text);
    return `manifest is ${text.slice(0, 10)}`;
  }
  if (way === 1) delete manifest[key];
  else manifest[key] = otherJson(dice);
  entries['manifest.json'] = strToU8(JSON.stringify(manifest));
  return way === 1 ? `manifest without ${key}` : `manifest with another ${key}`;
}

/** Blocks of records.bin: a tag of four letters, a length, the contents. */
function blocksOf(records: Uint8Array): Region[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const regions: Region[] = [['records header', 0, 8]];
  for (let at = 8; at + 8 <= records.length;) {
    const length = view.getUint32(at + 4, true);
    const tag = strFromU8(records.subarray(at, at + 4));
    regions.push([`head of ${tag}`, at, at + 8], [tag, at + 8, at + 8 + length]);
    at += 8 + length;
  }
  return regions.filter(([, start, end]) => end > start);
}

/** A trace spoilt in its zip, its manifest, its records, its input or its list of entries. */
export function spoilArchive(original: Uint8Array, name: string, dice: Dice): Spoilt {
  const way = dice.below(10);
  if (way <= 2) return { name, ...spoilBytes(original, headersOf(original), dice) };
  const entries: Entries = unzipSync(original);
  let what: string;
  if (way <= 4) what = spoilManifest(entries, dice);
  else if (way <= 7) {
    const spoilt = spoilBytes(entries['records.bin']!, blocksOf(entries['records.bin']!), dice);
    entries['records.bin'] = spoilt.bytes;
    what = `records: ${spoilt.what}`;
  } else if (way === 8) {
    const spoilt = spoilObject(entries['input']!, name, dice);
    entries['input'] = spoilt.bytes;
    what = `input: ${spoilt.what}`;
  } else {
    const kind = dice.below(5);
    if (kind === 0) {
      const key = dice.of(Object.keys(entries));
      delete entries[key];
      what = `without ${key}`;
    } else if (kind === 1) {
      for (let i = 0; i < 100; i++) entries[`more/${i}`] = new Uint8Array(1);
      what = 'a hundred entries more';
    } else if (kind === 2) {
      const key = dice.of(['manifest.json', 'records.bin', 'input', 'source/x.c']);
      entries[key] = new Uint8Array(dice.of([70_000, 9_000_000, 70_000_000]));
      what = `${key} of ${entries[key].length} zeros`;
    } else if (kind === 3) {
      entries[dice.of(['../x', '/etc/passwd', 'source/../../x', '__proto__', '\u001b[31m'])] = strToU8('x');
      what = 'an entry with an evil name';
    } else {
      entries['records.bin'] = new Uint8Array(dice.below(64)).fill(dice.of(HUGE));
      what = 'other records';
    }
  }
  return { name, bytes: zipSync(entries, { level: 1 }), what };
}
