import type { MapMemory } from '../map-memory.ts';

interface Element {
  readonly key: Uint8Array;
  readonly at: bigint;
}

/**
 * The elements of a map that has them one by one, by a text that stands for the key, in the order of insertion. As in the kernel the memory of a
 * value that is gone stays: a program may hold a pointer to it until it ends.
 */
export class Elements {
  private readonly byId = new Map<string, Element>();
  private readonly gone: bigint[] = [];

  constructor(
    private readonly memory: MapMemory,
    private readonly valueSize: number,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  /** Address of a value; undefined when there is none. */
  find(id: string): bigint | undefined {
    return this.byId.get(id)?.at;
  }

  /** The element that was put in first; undefined when there is none. */
  get oldest(): string | undefined {
    for (const id of this.byId.keys()) return id;
    return undefined;
  }

  /** Makes an element the newest. */
  touch(id: string): void {
    const element = this.byId.get(id);
    if (element === undefined) return;
    this.byId.delete(id);
    this.byId.set(id, element);
  }

  /** Puts a value under a key: in memory of one that is gone if `reuse`, else in new memory. A value there before is gone. */
  put(id: string, key: Uint8Array, value: Uint8Array, reuse: boolean): void {
    const at = (reuse ? this.gone.shift() : undefined) ?? this.memory.allocate(Math.max(this.valueSize, 1));
    this.memory.poke(at, value);
    const before = this.find(id);
    if (before !== undefined) this.gone.push(before);
    this.byId.set(id, { key: key.slice(), at });
  }

  /** Whether there was such an element to take out. */
  remove(id: string): boolean {
    const at = this.find(id);
    if (at === undefined) return false;
    this.byId.delete(id);
    this.gone.push(at);
    return true;
  }

  *entries(): Iterable<readonly [Uint8Array, bigint]> {
    for (const { key, at } of [...this.byId.values()]) yield [key, at];
  }

  *valueStarts(): Iterable<bigint> {
    for (const { at } of this.byId.values()) yield at;
    yield* this.gone;
  }
}
