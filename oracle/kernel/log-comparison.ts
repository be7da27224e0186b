import type { LogSink } from '../../core/verifier/index.ts';
import type { Difference } from './log-text.ts';
import { normalizeLog } from './log-text.ts';

const CHUNK = 256 * 1024;
/** Characters at the end of the model's log that are kept: the message stands there. */
const TAIL = 16 * 1024;
const NEWLINE = 10;

/** Compares the model's log, as it is written, with the kernel's: line by line, in bounded memory. */
export class LogComparison implements LogSink {
  #pieces: string[] = [];
  #size = 0;
  #at = 0;
  #line = 1;
  #difference: Difference | null = null;
  #tail = '';
  readonly #kernel: Buffer;

  /** @param context lines before the first difference that are kept */
  constructor(
    kernel: Uint8Array,
    private readonly context = 6,
  ) {
    this.#kernel = Buffer.from(kernel.buffer, kernel.byteOffset, kernel.byteLength);
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#size += text.length;
    if (this.#size >= CHUNK) this.#compare(false);
  }

  /** The first difference, when the model's log has ended; null when there is none. */
  end(): Difference | null {
    this.#compare(true);
    return this.#difference;
  }

  /** The end of the model's log. */
  get tail(): string {
    return this.#tail;
  }

  #compare(last: boolean): void {
    const text = this.#pieces.join('');
    const cut = last ? text.length : text.lastIndexOf('\n') + 1;
    this.#pieces = cut < text.length ? [text.slice(cut)] : [];
    this.#size = text.length - cut;
    const whole = text.slice(0, cut);
    this.#tail = (this.#tail + whole).slice(-TAIL);
    if (this.#difference !== null) return;
    const bytes = Buffer.from(whole);
    if (!last && this.#kernel.subarray(this.#at, this.#at + bytes.length).equals(bytes)) {
      for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) this.#line++;
      this.#at += bytes.length;
      return;
    }
    const lines = whole.split('\n');
    if (!last) lines.pop();
    this.#byLine(lines, last);
  }

  #byLine(lines: readonly string[], last: boolean): void {
    for (const right of lines) {
      const left = this.#next();
      if (left === undefined || normalizeLog(left) !== normalizeLog(right)) {
        const before = this.#before(left);
        const shown = left === undefined ? undefined : normalizeLog(left);
        this.#difference = { line: this.#line, left: shown, right: normalizeLog(right), before };
        return;
      }
      this.#line++;
    }
    if (!last) return;
    const left = this.#next();
    if (left !== undefined)
      this.#difference = { line: this.#line, left: normalizeLog(left), right: undefined, before: this.#before(left) };
  }

  /** The kernel's next line, times left out; undefined at the end. The text after the last end of line counts as one, as `split` has it. */
  #next(): string | undefined {
    for (;;) {
      if (this.#at > this.#kernel.length) return undefined;
      const found = this.#kernel.indexOf(NEWLINE, this.#at);
      const end = found < 0 ? this.#kernel.length : found;
      const line = this.#kernel.subarray(this.#at, end).toString('utf8');
      this.#at = end + 1;
      if (found < 0 || !/^verification time \d+ usec$/.test(line)) return line;
    }
  }

  // The lines before the one just read: they were the same on both sides.
  #before(read: string | undefined): string[] {
    let end = this.#at - 1 - (read === undefined ? 0 : Buffer.byteLength(read) + 1);
    const lines: string[] = [];
    while (lines.length < Math.min(this.context, this.#line - 1) && end >= 0) {
      const start = end === 0 ? 0 : this.#kernel.lastIndexOf(NEWLINE, end - 1) + 1;
      lines.unshift(normalizeLog(this.#kernel.subarray(start, end).toString('utf8')));
      end = start - 1;
    }
    return lines;
  }
}
