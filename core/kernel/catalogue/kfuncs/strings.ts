import { E2BIG, EFAULT, ENOENT, ERANGE } from '../../../base/errno.ts';
import type { Machine } from '../../machine/machine.ts';
import type { KfuncDescriptor } from '../descriptor.ts';
import { probeByte, probeErrno } from '../helpers/probe.ts';
import { argument, giveNumber } from '../helpers/registers.ts';

/** Longest string that is looked through (XATTR_SIZE_MAX), its end not counted. */
const LONGEST = 65_536;

/** The text could not be read, or goes on too long: what the function returns. */
class Unreadable {
  constructor(readonly errno: number) {}
}

/** Bytes of a string as far as they are asked for; past its end zeros. */
class Text {
  private ended = Infinity;
  private readonly bytes: number[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly address: bigint,
  ) {}

  /** An address outside of the kernel's is refused before anything is read. */
  mustBeKernel(): void {
    if (probeErrno(this.address) === ERANGE) throw new Unreadable(ERANGE);
  }

  at(index: number): number {
    if (index > this.ended) return 0;
    if (index >= LONGEST) throw new Unreadable(E2BIG);
    while (this.bytes.length <= index) {
      const byte = probeByte(this.machine, this.address + BigInt(this.bytes.length));
      if (byte < 0) throw new Unreadable(EFAULT);
      this.bytes.push(byte);
      if (byte === 0) this.ended = Math.min(this.ended, this.bytes.length - 1);
    }
    return this.bytes[index]!;
  }
}

/** Letters of the kernel's character table, which is Latin-1. */
const lower = (c: number): number => ((c >= 65 && c <= 90) || (c >= 192 && c <= 222 && c !== 215) ? c + 32 : c);

function compare(a: Text, b: Text, as: (c: number) => number): number {
  for (let i = 0; ; i++) {
    const [x, y] = [as(a.at(i)), as(b.at(i))];
    if (x !== y) return x < y ? -1 : 1;
    if (x === 0) return 0;
  }
}

/** Place of a character among the first `count`; the end counts as one. `missing` at the end without. */
function find(text: Text, count: number, wanted: number, missing: (length: number) => number): number {
  for (let i = 0; i < count; i++) {
    const c = text.at(i);
    if (c === wanted) return i;
    if (c === 0) return missing(i);
  }
  return missing(count);
}

function findLast(text: Text, wanted: number): number {
  let last: number = ENOENT;
  for (let i = 0; ; i++) {
    const c = text.at(i);
    if (c === wanted) last = i;
    if (c === 0) return last;
  }
}

function length(text: Text, count: number): number {
  let i = 0;
  while (i < count && text.at(i) !== 0) i++;
  return i;
}

/** Length of the part whose characters are, or are not, among others. */
function span(text: Text, others: Text, among: boolean): number {
  for (let i = 0; ; i++) {
    const c = text.at(i);
    if (c === 0) return i;
    let found = false;
    for (let j = 0; !found && others.at(j) !== 0; j++) found = others.at(j) === c;
    if (found !== among) return i;
  }
}

/** Place of a text in the first `count` characters of another. */
function search(text: Text, wanted: Text, count: number): number {
  for (let i = 0; ; i++) {
    for (let j = 0; ; j++) {
      const c = wanted.at(j);
      if (c === 0) return i;
      if (i + j >= count || text.at(i + j) === 0) return ENOENT;
      if (text.at(i + j) !== c) break;
    }
  }
}

const none = (): number => ENOENT;

/** What a function makes of its strings (as many first arguments) and the numbers behind them. */
type Function = (texts: readonly Text[], numbers: readonly bigint[]) => number;

const text = (name: string, doc: string, strings: 1 | 2, run: Function): KfuncDescriptor => ({
  name: `bpf_${name}`,
  flags: 0,
  doc,
  run(machine, regs) {
    const texts = Array.from({ length: strings }, (_, i) => new Text(machine, argument(regs, 1 + i)));
    const numbers = Array.from({ length: 3 - strings }, (_, i) => argument(regs, 1 + strings + i));
    try {
      for (const one of texts) one.mustBeKernel();
      giveNumber(regs, run(texts, numbers));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      giveNumber(regs, error.errno);
    }
  },
});

const character = (n: bigint): number => Number(BigInt.asUintN(8, n));
const limit = (n: bigint): number => (n > BigInt(LONGEST) ? Infinity : Number(n));

/** String functions: they read by probing, so any value will do as an address. */
export const STRINGS: readonly KfuncDescriptor[] = [
  text('strcmp', 'Compares two strings.', 2, ([a, b]) => compare(a!, b!, (c) => c)),
  text('strcasecmp', 'Compares two strings, upper and lower case alike.', 2, ([a, b]) => compare(a!, b!, lower)),
  text('strchr', 'Position of a character.', 1, ([s], [c]) => find(s!, Infinity, character(c!), none)),
  text('strchrnul', 'Position of a character, or of the end.', 1, ([s], [c]) =>
    find(s!, Infinity, character(c!), (end) => end),
  ),
  text('strnchr', 'Position of a character within a length.', 1, ([s], [count, c]) =>
    find(s!, limit(count!), character(c!), none),
  ),
  text('strrchr', 'Position of the last such character.', 1, ([s], [c]) => findLast(s!, character(c!))),
  text('strlen', 'Length of a string.', 1, ([s]) => length(s!, Infinity)),
  text('strnlen', 'Length of a string within a length.', 1, ([s], [count]) => length(s!, limit(count!))),
  text('strspn', 'Length of the part that consists of accepted characters.', 2, ([s, of]) => span(s!, of!, true)),
  text('strcspn', 'Length of the part before a rejected character.', 2, ([s, of]) => span(s!, of!, false)),
  text('strstr', 'Position of a string in another.', 2, ([s, of]) => search(s!, of!, Infinity)),
  text('strnstr', 'Position of a string in another, within a length.', 2, ([s, of], [count]) =>
    search(s!, of!, limit(count!)),
  ),
];
