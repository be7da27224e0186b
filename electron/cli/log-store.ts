import { LogText } from '../../core/verifier/index.ts';
import type { LogSink } from '../../core/verifier/index.ts';

/** Characters of a log that are kept until the verdict above it is known; a longer one is written by a second walk. */
const KEPT = 64 * 1024 * 1024;

/** Keeps a log that is not too long. */
export class LogStore implements LogSink {
  #chunks: string[] = [];
  #size = 0;
  readonly #text = new LogText((chunk) => this.#take(chunk));

  write(text: string): void {
    this.#text.write(text);
  }

  #take(chunk: string): void {
    this.#size += chunk.length;
    if (this.#size <= KEPT) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** Gives the text in chunks; false when it was too long to be kept. */
  give(take: (text: string) => void): boolean {
    this.#text.flush();
    if (this.#size > KEPT) return false;
    for (const chunk of this.#chunks) take(chunk);
    return true;
  }
}
