import type { Btf } from '../../../btf/btf.ts';

/** Where a field lies in its structure, and how it is kept. */
export interface FieldPlace {
  /** Bytes from the structure's beginning. */
  readonly offset: number;
  /** Bytes of the field; of a bit field, of the unit that holds it. */
  readonly size: number;
  /** Of a bit field: lowest bit in the unit, and width. */
  readonly bits: { readonly shift: number; readonly width: number } | null;
}

/** A field's place by its path (`cred.uid.val`, `numbers[0].nr`; anonymous structures are passed through), from a kernel's BTF. */
export class StructLayout {
  private readonly places = new Map<string, FieldPlace>();
  private readonly sizes = new Map<string, number>();

  constructor(private readonly btf: Btf) {}

  /** Bytes of a structure. @throws Error for one that the kernel does not have */
  sizeOf(struct: string): number {
    let size = this.sizes.get(struct);
    if (size === undefined) {
      size = this.btf.sizeOf(this.structure(struct));
      this.sizes.set(struct, size);
    }
    return size;
  }

  /** @throws Error for a field that the structure does not have: the world is written for one release */
  place(struct: string, path: string): FieldPlace {
    const key = `${struct} ${path}`;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.find(this.structure(struct), path, key);
      this.places.set(key, place);
    }
    return place;
  }

  /** The path of the innermost field that holds a byte of a structure: `cred.uid.val`; empty for padding. */
  fieldAt(struct: string, at: number): string {
    let id = this.structure(struct);
    let offset = at;
    const path: string[] = [];
    for (;;) {
      const type = this.btf.skipModifiers(id);
      if (type.kind === 'array') {
        const size = this.btf.sizeOf(type.type);
        path.push(`[${Math.floor(offset / size)}]`);
        offset %= size;
        id = type.type;
        continue;
      }
      if (type.kind !== 'struct' && type.kind !== 'union') break;
      const member = type.members.find(
        ({ bitOffset, bitSize, type: of }) =>
          offset * 8 < bitOffset + (bitSize === 0 ? this.btf.sizeOf(of) * 8 : bitSize) && offset * 8 + 8 > bitOffset,
      );
      if (member === undefined) break;
      if (member.name !== '') path.push(member.name);
      offset -= Math.floor(member.bitOffset / 8);
      id = member.type;
    }
    return path.join('.').replaceAll('.[', '[');
  }

  private structure(name: string): number {
    const id = this.btf.find('struct', name);
    if (id === 0) throw new Error(`this kernel has no struct ${name}`);
    return id;
  }

  private find(struct: number, path: string, key: string): FieldPlace {
    let id = struct;
    let bit = 0;
    let width = 0;
    for (const [, name, index] of path.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]/g)) {
      const type = this.btf.skipModifiers(id);
      if (index !== undefined) {
        if (type.kind !== 'array') throw new Error(`${key}: no array`);
        bit += Number(index) * this.btf.sizeOf(type.type) * 8;
        id = type.type;
        continue;
      }
      const found = this.member(id, name!);
      if (found === null) throw new Error(`${key}: no field ${name!}`);
      bit += found.bit;
      width = found.width;
      id = found.type;
    }
    const size = this.btf.sizeOf(id);
    if (width === 0) return { offset: bit / 8, size, bits: null };
    const unit = Math.floor(bit / (size * 8)) * size;
    return { offset: unit, size, bits: { shift: bit - unit * 8, width } };
  }

  private member(id: number, name: string): { bit: number; width: number; type: number } | null {
    const type = this.btf.skipModifiers(id);
    if (type.kind !== 'struct' && type.kind !== 'union') return null;
    for (const one of type.members) {
      if (one.name === name) return { bit: one.bitOffset, width: one.bitSize, type: one.type };
      if (one.name !== '') continue;
      const inner = this.member(one.type, name);
      if (inner !== null) return { ...inner, bit: inner.bit + one.bitOffset };
    }
    return null;
  }
}
