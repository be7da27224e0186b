import { LogBytes } from '../core/verifier/index.ts';
import type { LogEncoding, LogSink } from '../core/verifier/index.ts';

/** Bytes of a log that are kept until the verdict above it is known; a longer one is written by a second walk. */
const KEPT = 64 * 1024 * 1024;

/** Keeps a log, as it is to be written, that is not too long. */
export class LogStore implements LogSink {
  #chunks: Uint8Array[] = [];
  #size = 0;
  readonly #bytes: LogBytes;

  constructor(encoding: LogEncoding) {
    this.#bytes = new LogBytes((chunk) => this.#take(chunk), encoding);
  }

  write(text: string, id: number): void {
    if (this.#size <= KEPT) this.#bytes.write(text, id);
  }

  #take(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size <= KEPT) this.#chunks.push(chunk.slice());
    else this.#chunks = [];
  }

  /** Gives the text in chunks; false when it was too long to be kept. */
  give(take: (chunk: Uint8Array) => void): boolean {
    this.#bytes.flush();
    if (this.#size > KEPT) return false;
    for (const chunk of this.#chunks) take(chunk);
    return true;
  }
}
