import { printable } from '../base/printable.ts';
import type { LogSink } from '../verifier/index.ts';
import type { ShellHost } from './host.ts';

/** Characters of a log that are shown where the host takes no text in pieces. */
const MOST = 4 * 1024 * 1024;
const CHUNK = 64 * 1024;

/** Prints a log as it is written, in pieces of whole lines; keeps what the host does not take, up to a bound. */
export class LogPrinter implements LogSink {
  #pieces: string[] = [];
  #size = 0;
  #kept = '';
  #left = 0;

  constructor(private readonly host: ShellHost) {}

  write(text: string): void {
    this.#pieces.push(text);
    this.#size += text.length;
    if (this.#size >= CHUNK) this.#give();
  }

  /** What is left to be shown at the end, without its last end of line. */
  end(): string {
    this.#give();
    const note =
      this.#left > 0 ? `\n… and ${this.#left} characters more: trace export --format log saves all of it` : '';
    return `${this.#kept.replace(/\n$/, '')}${note}`;
  }

  #give(): void {
    const text = printable(this.#pieces.join(''));
    this.#pieces = [];
    this.#size = 0;
    if (text === '') return;
    if (this.#kept === '' && text.length >= CHUNK && this.host.print(text)) return;
    if (this.#kept.length + text.length <= MOST) this.#kept += text;
    else this.#left += text.length;
  }
}
