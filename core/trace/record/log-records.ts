import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import type { LogSink } from '../../verifier/index.ts';
import { U32List } from './u32-list.ts';

/*
 * A log as records. One word a piece:
 *
 *     bit 31 set    number of a text that comes again and again
 *     bit 31 clear  bytes of a text of its own, next in the arena
 *
 * The arena is a list of blocks; a piece lies whole in one of them. Every MARK lines a mark says where they begin.
 */
const SHARED = 0x8000_0000;
const BLOCK = 1 << 20;
const MARK = 256;
const NEWLINE = 10;

/** Bytes that the records of one log may take; what comes after is only counted. */
const LARGEST = 256 * 1024 * 1024;

/** Lines of a log. */
export interface LogPage {
  /** Number of the first line, from 1. */
  readonly from: number;
  readonly lines: readonly string[];
  /** For each line the step that it tells, 0 for none. */
  readonly steps: readonly number[];
  /** Lines of the whole log. */
  readonly total: number;
}

/** A verifier's log, kept as records from which any of its lines is made on demand. */
export class LogRecords implements LogSink {
  readonly #words = new U32List(1 << 14);
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** What each id stood for last. */
  readonly #ids: { readonly text: string; readonly number: number; readonly newlines: number }[] = [];
  readonly #blocks: Uint8Array[] = [];
  readonly #fills: number[] = [];
  #block = 0;
  /** Line, word, block and place in it, of every mark. */
  readonly #marks = new U32List(1024);
  readonly #steps = new U32List(1024);
  readonly #stepLines = new U32List(1024);
  #newlines = 0;
  #marked = -MARK;
  #fresh = true;
  #size = 0;
  #kept = -1;

  constructor(private readonly largest = LARGEST) {}

  /** Lines of the whole log. */
  get total(): number {
    return this.#newlines + (this.#fresh ? 0 : 1);
  }

  /** Lines that can be made from the records. */
  get kept(): number {
    return this.#kept < 0 ? this.total : this.#kept;
  }

  /** Bytes of the whole log's text, about (exact where it is ASCII). */
  get size(): number {
    return this.#size;
  }

  step(step: number): void {
    this.#steps.push(step);
    this.#stepLines.push(this.#newlines + 1);
  }

  write(text: string, id: number): void {
    this.#size += text.length;
    if (this.#kept >= 0) {
      this.#count(text);
      return;
    }
    if (this.#fresh && this.#newlines - this.#marked >= MARK) this.#mark();
    if (id !== 0) {
      const known = this.#known(text, id);
      this.#words.push((SHARED | known.number) >>> 0);
      this.#newlines += known.newlines;
      this.#fresh = text.endsWith('\n');
      return;
    }
    const bytes = encodeUtf8(text);
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#block + bytes.length > block.length) {
      if (this.#blocks.length > 0) this.#fills.push(this.#block);
      block = new Uint8Array(Math.max(BLOCK, bytes.length));
      this.#blocks.push(block);
      this.#block = 0;
    }
    block.set(bytes, this.#block);
    this.#block += bytes.length;
    this.#words.push(bytes.length);
    this.#count(text);
    if (this.#blocks.length * BLOCK + this.#words.length * 4 > this.largest && this.#fresh) this.#kept = this.#newlines;
  }

  /**
   * Lines of the log.
   * @param from  number of the first one, from 1
   * @param count how many at most
   */
  page(from: number, count: number): LogPage {
    const first = Math.max(1, from);
    const end = Math.min(this.kept, first + count - 1);
    const lines = end < first ? [] : this.#text(first, end);
    return { from: first, lines, steps: this.stepsOf(first, lines.length), total: this.total };
  }

  /** The whole text. */
  text(): string {
    return this.total === 0 ? '' : `${this.#text(1, this.kept).join('\n')}${this.#fresh ? '\n' : ''}`;
  }

  /** The step that each of these lines tells, 0 for none. */
  stepsOf(from: number, count: number): number[] {
    const steps = new Array<number>(count).fill(0);
    for (let i = lowerBound(this.#stepLines, from); i < this.#stepLines.length; i++) {
      const line = this.#stepLines.at(i);
      if (line >= from + count) break;
      steps[line - from] = this.#steps.at(i);
    }
    return steps;
  }

  /** Number of the line that tells a step, or the nearest one before it that tells one; 0 if there is none. */
  lineOf(step: number): number {
    const at = lowerBound(this.#steps, step + 1) - 1;
    return at < 0 ? 0 : this.#stepLines.at(at);
  }

  #text(first: number, end: number): string[] {
    let low = 0;
    let high = this.#marks.length / 4;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#marks.at(middle * 4) <= first - 1) low = middle;
      else high = middle;
    }
    const [line, word, blockAt, placeAt] = [0, 1, 2, 3].map((k) => this.#marks.at(low * 4 + k)) as [
      number,
      number,
      number,
      number,
    ];
    let block = blockAt;
    let place = placeAt;
    let newlines = line;
    let rest = '';
    const lines: string[] = [];
    for (let w = word; w < this.#words.length && newlines < end; w++) {
      const head = this.#words.at(w);
      let text: string;
      if (head >= SHARED) text = this.#texts[head - SHARED]!;
      else {
        if (place + head > this.#filled(block)) {
          block++;
          place = 0;
        }
        text = decodeUtf8(this.#blocks[block]!, place, place + head);
        place += head;
      }
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      for (const part of parts) {
        newlines++;
        if (newlines >= first && newlines <= end) lines.push(part);
      }
    }
    if (newlines < end && rest !== '' && newlines + 1 >= first) lines.push(rest);
    return lines;
  }

  // Bytes of a block that are used: the last one's count goes on growing.
  #filled(block: number): number {
    return block === this.#blocks.length - 1 ? this.#block : this.#fills[block]!;
  }

  #mark(): void {
    this.#marks.push(this.#newlines);
    this.#marks.push(this.#words.length);
    this.#marks.push(Math.max(0, this.#blocks.length - 1));
    this.#marks.push(this.#block);
    this.#marked = this.#newlines;
  }

  #known(text: string, id: number): { readonly number: number; readonly newlines: number } {
    const last = this.#ids[id];
    if (last !== undefined && last.text === text) return last;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.length;
      this.#texts.push(text);
      this.#numbers.set(text, number);
    }
    const newlines = text.split('\n').length - 1;
    const known = { text, number, newlines };
    this.#ids[id] = known;
    return known;
  }

  #count(text: string): void {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === NEWLINE) this.#newlines++;
    if (text !== '') this.#fresh = text.endsWith('\n');
  }
}

/** Index of the first word that is not below `value`; the words go up. */
function lowerBound(words: U32List, value: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words.at(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes some lines out of a log as it is written, for those that are not kept as records. */
export class LogWindow implements LogSink {
  readonly lines: string[] = [];
  #line = 1;
  #rest = '';

  constructor(
    private readonly from: number,
    private readonly count: number,
  ) {}

  /** All that was wanted is there. */
  get full(): boolean {
    return this.lines.length >= this.count;
  }

  write(text: string): void {
    if (this.full) return;
    const parts = text.split('\n');
    parts[0] = this.#rest + parts[0]!;
    this.#rest = parts.pop()!;
    for (const part of parts) {
      if (this.#line >= this.from && !this.full) this.lines.push(part);
      this.#line++;
    }
  }
}

/** Looks for a text (in lower case) in a log as it is written, from a line on. */
export class LogFinder implements LogSink {
  /** Number of the first line that contains it, 0 for none so far. */
  found = 0;
  #line = 1;
  #rest = '';

  constructor(
    private readonly from: number,
    private readonly wanted: string,
  ) {}

  write(text: string): void {
    if (this.found > 0) return;
    const parts = text.split('\n');
    parts[0] = this.#rest + parts[0]!;
    this.#rest = parts.pop()!;
    for (const part of parts) {
      if (this.#line >= this.from && this.found === 0 && part.toLowerCase().includes(this.wanted))
        this.found = this.#line;
      this.#line++;
    }
  }
}
