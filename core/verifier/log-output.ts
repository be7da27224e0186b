import { InputError } from '../base/errors.ts';
import { jsonText, printable } from '../base/printable.ts';
import { encodeUtf8 } from '../base/utf8.ts';

/** Takes a log as it is written, piece by piece and in order. */
export interface LogSink {
  /**
   * @param text one piece; a line may come in several, a piece may have several lines
   * @param id   a small number for pieces that come again and again (an instruction's text), so that what is made of them can be kept by it; the text
   *             of an id may change. 0 for all others
   */
  write(text: string, id: number): void;
  /** The line that begins with the next piece tells this step (processed instructions, from 1). */
  step?(step: number): void;
}

/** Characters of text that one string is made of at most; whoever needs more takes it piece by piece. */
export const LONGEST_TEXT = 510 * 1024 * 1024;

/** Characters of the failing path's log that are kept while it is not certain that they stay; past that the walk is done twice. */
const KEPT = 32 * 1024 * 1024;
/** Pieces that are joined into one string, so that a long log is not a list of millions. */
const JOINED = 4096;

/**
 * The log as it grows. At level 2 nothing is ever taken back, and every piece is handed on at once. At level 1 paths that turned out safe are cut
 * off again, and nothing is certain before the end: the text is kept up to a bound, and which parts of all that was written survived is known
 * in any case (`survivors`), so that a second walk can hand on just those.
 */
export class Log {
  #chunks: string[] = [];
  #size = 0;
  /** The last line, while its end may still be taken back: as it stands, and with the end of line. */
  #held = '';
  #heldLine = '';
  #heldId = 0;
  /** Characters handed to `#emit` in all, also those cut off again. */
  #written = 0;
  /** Pairs of `from, to` in that count: what has not been cut off. */
  readonly #spans: number[] = [];
  #lost = false;
  #next = 0;
  /** While true nothing is written: the kernel refuses some programs before it has a log to write to. */
  silent = false;
  readonly #streams: boolean;
  /** States and instructions are logged (levels 1 and 2). */
  readonly states: boolean;
  /** Every path stays in the log (level 2). */
  readonly everything: boolean;

  /**
   * @param level     level bits: 1 the failing path, 2 everything, 4 statistics only
   * @param sink      who gets the text; null to keep it for `text`
   * @param survivors what to hand on of all that is written, as an earlier walk found out; null for a first walk
   * @param kept      characters of the failing path's log that are kept at most
   */
  constructor(
    readonly level: number,
    private readonly sink: LogSink | null = null,
    private readonly survivors: readonly number[] | null = null,
    private readonly kept = KEPT,
  ) {
    this.states = (level & 3) !== 0;
    this.everything = (level & 2) !== 0;
    this.#streams = sink !== null && (survivors !== null || (level & 1) === 0);
    // Steps are told while walking, so a sink that asks for them gets the failing path's log from a second walk.
    this.#lost = sink?.step !== undefined && !this.#streams;
  }

  /** Length so far, in UTF-16 units (the log is ASCII but for source lines). */
  get length(): number {
    return this.#size;
  }

  /** Where what is left lies among all that was written, when the text itself was not kept; else null. */
  get lost(): readonly number[] | null {
    return this.#lost ? this.#spans : null;
  }

  write(text: string, id = 0): void {
    if (this.level === 0 || this.silent || text === '') return;
    if (this.#heldLine !== '') this.#release();
    this.#size += text.length;
    this.#emit(text, id);
  }

  /**
   * Writes a line whose end `joinNext` may take back.
   * @param line the line with its end, `bare` the same without it
   * @param id   of the line; the next number is the bare line's
   */
  writeLine(bare: string, line: string, id: number): void {
    if (this.level === 0) return;
    if (this.#heldLine !== '') this.#release();
    this.#held = bare;
    this.#heldLine = line;
    this.#heldId = id;
    this.#size += line.length;
  }

  /** Takes back the last character of the line that `writeLine` wrote: what comes next goes on in it. */
  joinNext(): void {
    // Cut back to just behind that line after it was gone on with: its last character is then the first of what followed.
    if (this.#heldLine === '') return this.reset(Math.max(0, this.#size - 1));
    this.#size -= 1;
    this.#emit(this.#held, this.#heldId + 1);
    this.#held = this.#heldLine = '';
  }

  /** The line that comes next tells this step. */
  step(step: number): void {
    if (this.sink?.step === undefined || !this.#streams) return;
    if (this.#heldLine !== '') this.#release();
    if (this.survivors === null || this.#survives()) this.sink.step(step);
  }

  /** Cuts the log back to `length`. */
  reset(length: number): void {
    if (length >= this.#size) return;
    if (this.#heldLine !== '') {
      const before = this.#size - this.#heldLine.length;
      if (length > before) this.#release();
      else {
        this.#size = before;
        this.#held = this.#heldLine = '';
      }
    }
    let drop = this.#size - length;
    this.#size = length;
    if (this.#streams) return;
    for (let left = drop; left > 0;) {
      const to = this.#spans.pop()!;
      const from = this.#spans.pop()!;
      if (to - from > left) this.#spans.push(from, to - left);
      left -= to - from;
    }
    while (drop > 0 && this.#chunks.length > 0) {
      const last = this.#chunks.pop()!;
      if (last.length > drop) this.#chunks.push(last.slice(0, last.length - drop));
      drop -= last.length;
    }
  }

  /** Hands on what is left to be handed on. */
  end(): void {
    if (this.#heldLine !== '') this.#release();
    if (this.sink === null || this.#streams || this.#lost) return;
    for (const chunk of this.#chunks) this.sink.write(chunk, 0);
    this.#chunks = [];
  }

  /** The whole log, where there is no sink. @throws InputError when it is longer than one text may be */
  text(): string {
    if (this.#heldLine !== '') this.#release();
    return this.#chunks.join('');
  }

  #release(): void {
    const line = this.#heldLine;
    this.#held = this.#heldLine = '';
    this.#emit(line, this.#heldId);
  }

  // The next character that is written belongs to what survives.
  #survives(): boolean {
    const { survivors } = this;
    if (survivors === null) return true;
    while (this.#next < survivors.length && survivors[this.#next + 1]! <= this.#written) this.#next += 2;
    return this.#next < survivors.length && survivors[this.#next]! <= this.#written;
  }

  #emit(text: string, id: number): void {
    if (this.#streams) {
      if (this.survivors === null) this.sink!.write(text, id);
      else this.#emitSurviving(text, id, this.survivors);
      return;
    }
    const from = this.#written;
    this.#written += text.length;
    const last = this.#spans.length - 1;
    if (last > 0 && this.#spans[last] === from) this.#spans[last] = this.#written;
    else this.#spans.push(from, this.#written);
    if (this.#lost) return;
    this.#chunks.push(text);
    if (this.#chunks.length % JOINED === 0) this.#compact();
    if (this.#size <= (this.level & 1 ? this.kept : LONGEST_TEXT)) return;
    if ((this.level & 1) === 0)
      throw new InputError(`the log is longer than ${LONGEST_TEXT >> 20} MB: it can only be had piece by piece`);
    this.#lost = true;
    this.#chunks = [];
  }

  // Short pieces become one string; those that were joined before stay as they are.
  #compact(): void {
    let from = this.#chunks.length;
    while (from > 0 && this.#chunks[from - 1]!.length < 65_536) from--;
    const joined = this.#chunks.splice(from).join('');
    if (joined !== '') this.#chunks.push(joined);
  }

  #emitSurviving(text: string, id: number, survivors: readonly number[]): void {
    const from = this.#written;
    const to = from + text.length;
    while (this.#survives() || (this.#next < survivors.length && survivors[this.#next]! < to)) {
      const start = Math.max(this.#written, survivors[this.#next]!);
      const end = Math.min(to, survivors[this.#next + 1]!);
      if (start >= to) break;
      const whole = start === from && end === to;
      this.sink!.write(whole ? text : text.slice(start - from, end - from), whole ? id : 0);
      this.#written = end;
      if (end === to) break;
    }
    this.#written = to;
  }
}

/** How a log's text is turned into what is written. */
export interface LogEncoding {
  /** A piece of text as it is to be written. */
  readonly text: (piece: string) => string;
  /** Characters of ASCII, by code, that `text` leaves as they are: 1, else 0. */
  readonly plain: Uint8Array;
}

const plainExcept = (...codes: readonly number[]): Uint8Array => {
  const plain = new Uint8Array(128).fill(1, 0x20, 0x7f);
  for (const code of codes) plain[code] = 0;
  return plain;
};
const printableAscii = plainExcept();
printableAscii[10] = 1;

/** Text for people: what a terminal would obey is shown. */
export const AS_TEXT: LogEncoding = { text: printable, plain: printableAscii };
/** The inside of a JSON string. */
export const AS_JSON: LogEncoding = {
  text: (piece) => jsonText(piece).slice(1, -1),
  plain: plainExcept(0x22, 0x5c),
};
/** As it is, to the byte. */
export const AS_IS: LogEncoding = { text: (piece) => piece, plain: new Uint8Array(128).fill(1) };

const CHUNK = 512 * 1024;
/** Longer pieces are encoded by themselves. */
const LONG = 4096;

/** Makes UTF-8 of a log's pieces, in chunks. Pieces with an id are encoded once. */
export class LogBytes implements LogSink {
  readonly #buffer = new Uint8Array(CHUNK);
  #at = 0;
  readonly #texts: string[] = [];
  readonly #bytes: Uint8Array[] = [];

  /** @param take gets each chunk; it is used again once `take` has returned */
  constructor(
    private readonly take: (chunk: Uint8Array) => void,
    private readonly encoding: LogEncoding = AS_TEXT,
  ) {}

  write(text: string, id = 0): void {
    if (id === 0) return this.#unique(text);
    if (this.#texts[id] !== text) {
      this.#texts[id] = text;
      this.#bytes[id] = encodeUtf8(this.encoding.text(text));
    }
    this.#put(this.#bytes[id]!);
  }

  #unique(text: string): void {
    const { length } = text;
    if (length > LONG) {
      for (let at = 0; at < length; at += LONG) this.#part(text.slice(at, at + LONG));
      return;
    }
    this.#part(text);
  }

  #part(text: string): void {
    const { length } = text;
    if (this.#at + length > CHUNK) this.flush();
    const buffer = this.#buffer;
    const { plain } = this.encoding;
    const at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || plain[code] === 0) return this.#put(encodeUtf8(this.encoding.text(text)));
      buffer[at + i] = code;
    }
    this.#at = at + length;
  }

  #put(bytes: Uint8Array): void {
    if (this.#at + bytes.length > CHUNK) this.flush();
    if (bytes.length > CHUNK) return this.take(bytes);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Hands over what has been gathered. */
  flush(): void {
    if (this.#at === 0) return;
    const end = this.#at;
    this.#at = 0;
    this.take(this.#buffer.subarray(0, end));
  }
}
