/** A growing list of unsigned 32-bit words. */
export class U32List {
  #words: Uint32Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#words = new Uint32Array(capacity);
  }

  static from(words: Uint32Array): U32List {
    const list = new U32List(0);
    list.#words = words;
    list.#length = words.length;
    return list;
  }

  get length(): number {
    return this.#length;
  }

  push(word: number): void {
    if (this.#length === this.#words.length) this.#grow(this.#length + 1);
    this.#words[this.#length++] = word;
  }

  /** Appends the first `count` words of `from`. */
  append(from: Uint32Array, count: number): void {
    if (this.#length + count > this.#words.length) this.#grow(this.#length + count);
    for (let i = 0; i < count; i++) this.#words[this.#length + i] = from[i]!;
    this.#length += count;
  }

  at(index: number): number {
    return this.#words[index]!;
  }

  set(index: number, word: number): void {
    this.#words[index] = word;
  }

  /** The words so far; a view, valid until the list grows. */
  view(from = 0, to = this.#length): Uint32Array {
    return this.#words.subarray(from, to);
  }

  /** The words so far in an array of just that size. */
  trimmed(): Uint32Array {
    return this.#words.length === this.#length ? this.#words : this.#words.slice(0, this.#length);
  }

  #grow(atLeast: number): void {
    const bigger = new Uint32Array(Math.max(atLeast, Math.ceil(this.#words.length * 1.5), 64));
    bigger.set(this.#words.subarray(0, this.#length));
    this.#words = bigger;
  }
}
