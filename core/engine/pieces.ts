import { InputError } from '../base/errors.ts';

/** A file that comes in pieces, put together in memory. */
export class Pieces {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** @param largest bytes that it may have */
  constructor(private readonly largest: number) {}

  /** @throws InputError when it becomes too large */
  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size > this.largest)
      throw new InputError(`the file is larger than ${this.largest >> 20} MB: \`iterscope trace export\` writes it`);
    this.#parts.push(piece.slice());
  }

  joined(): Uint8Array {
    const out = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
