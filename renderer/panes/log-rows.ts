import type { EngineApi } from '../../core/engine/protocol.ts';

/** Lines of a page, and pages that are kept: as many as a person scrolls over in a while, however long the log. */
const PAGE = 256;
const KEPT = 48;

interface Page {
  readonly lines: readonly string[];
  readonly steps: readonly number[];
}

/** Lines of one log, asked for by pages when they come into sight. */
export class LogRows {
  /** Lines of the whole log; 0 until it is known. */
  total = 0;
  readonly #pages = new Map<number, Page>();
  readonly #ending = new AbortController();
  #asking: { readonly page: number; readonly ending: AbortController } | null = null;
  #wanted: readonly number[] = [];

  constructor(
    private readonly engine: EngineApi,
    private readonly session: number,
    readonly level: 1 | 2,
    /** Called when lines have arrived. */
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Bytes of the log's text, about. */
  async begin(): Promise<number> {
    const { lines, bytes } = await this.engine.logInfo(this.session, this.level, this.#control);
    this.total = lines;
    return bytes;
  }
  get #control(): { readonly signal: AbortSignal } {
    return { signal: this.#ending.signal };
  }

  /** A line (from 1) and the step that it tells; undefined while it is not there. */
  line(number: number): { readonly text: string; readonly step: number } | undefined {
    const page = this.#pages.get(Math.floor((number - 1) / PAGE));
    const at = (number - 1) % PAGE;
    const text = page?.lines[at];
    return text === undefined ? undefined : { text, step: page?.steps[at] ?? 0 };
  }
  /** Says which lines are in sight: those that are missing are asked for, and those no longer wanted are not. */
  want(from: number, to: number): void {
    const first = Math.floor((Math.max(1, from) - 1) / PAGE);
    const last = Math.floor((Math.min(this.total, to) - 1) / PAGE);
    this.#wanted = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    if (this.#asking !== null && !this.#wanted.includes(this.#asking.page)) this.#asking.ending.abort();
    void this.#fetch();
  }
  async #fetch(): Promise<void> {
    if (this.#asking !== null || this.#ending.signal.aborted) return;
    const page = this.#wanted.find((one) => !this.#pages.has(one));
    if (page === undefined) return;
    const asking = { page, ending: new AbortController() };
    this.#asking = asking;
    try {
      const signal = asking.ending.signal;
      const { lines, steps } = await this.engine.logLines(this.session, this.level, page * PAGE + 1, PAGE, { signal });
      this.#pages.set(page, { lines, steps });
      for (const old of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break;
        if (!this.#wanted.includes(old)) this.#pages.delete(old);
      }
      this.changed();
    } catch (error) {
      if (!(error instanceof Error && error.name === 'Cancelled')) {
        this.#wanted = [];
        this.failed(error);
      }
    } finally {
      this.#asking = null;
    }
    void this.#fetch();
  }
  /** Number of the line that tells a step, or of the nearest before it; 0 if there is none. */
  lineOf(step: number): Promise<number> {
    return this.engine.logLineOf(this.session, this.level, step, this.#control);
  }
  find(text: string, from: number, signal: AbortSignal): Promise<number> {
    return this.engine.logFind(this.session, this.level, text, from, { signal });
  }
  /** Ends whatever it waits for. */
  close(): void {
    this.#ending.abort();
    this.#asking?.ending.abort();
  }
}

/** A piece of a log line, and what it is. */
export interface Token {
  readonly text: string;
  readonly kind: '' | 'reg' | 'key' | 'name' | 'quiet';
}
const TOKENS = /\b(r\d+|w\d+)\b|\b(if|goto|gotol|call|exit|lock|may_goto|callx)\b|(?<=call )(\S+)/g;

/** A log line as coloured pieces: what only repeats the source, or tells the state behind an instruction, stays quiet. */
export function tokensOf(line: string): Token[] {
  if (line.startsWith(';')) return [{ text: line, kind: 'quiet' }];
  const state = line.indexOf(' ; ');
  const head = state < 0 ? line : line.slice(0, state);
  const out: Token[] = [];
  let at = 0;
  for (const match of head.matchAll(TOKENS)) {
    if (match.index > at) out.push({ text: head.slice(at, match.index), kind: '' });
    out.push({ text: match[0], kind: match[1] !== undefined ? 'reg' : match[2] !== undefined ? 'key' : 'name' });
    at = match.index + match[0].length;
  }
  if (at < head.length) out.push({ text: head.slice(at), kind: '' });
  if (state >= 0) out.push({ text: line.slice(state), kind: 'quiet' });
  return out;
}
