import type { Memory } from '../../kernel/machine/memory.ts';
import type { RunOptions } from '../executor.ts';

/** Fields of a program's context that are no plain bytes. They have no access in memory, so that a load of one ends up here. */
export class ContextFields {
  /** By offset in memory: fields of which a 4-byte load gives a pointer. */
  readonly pointers = new Map<number, bigint>();
  /** By offset in memory: bytes whose values nobody knows, and the field that they are of. */
  private readonly unknown = new Map<number, string>();

  /** @param ctx offset of the context in memory */
  place(memory: Memory, ctx: number, { pointers, unknown }: Pick<RunOptions, 'pointers' | 'unknown'>): void {
    this.pointers.clear();
    for (const [off, pointer] of pointers ?? []) {
      const field = ctx + off;
      memory.access.fill(0, field, field + 4);
      this.pointers.set(field, pointer);
    }
    this.unknown.clear();
    for (const { from, to, name } of unknown ?? []) {
      memory.access.fill(0, ctx + from, ctx + to);
      for (let at = ctx + from; at < ctx + to; at++) this.unknown.set(at, name);
    }
  }

  /** The field, of those whose values nobody knows, that a load of `size` bytes touches first. */
  unknownAt(lo: number, size: number): string | undefined {
    for (let at = lo; at < lo + size; at++) {
      const name = this.unknown.get(at);
      if (name !== undefined) return name;
    }
    return undefined;
  }
}
