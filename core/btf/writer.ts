import { encodeUtf8 } from '../base/utf8.ts';
import type { BtfMember, BtfParam, BtfSecInfo } from './btf.ts';
import * as L from './layout.ts';

/** Builds a BTF blob: types get ids in the order they are added, from 1; equal strings are stored once. */
export class BtfWriter {
  private readonly records: number[][] = [];
  private readonly strings = new Map<string, number>([['', 0]]);
  private readonly stringBytes: number[] = [0];

  /** Offset of a string in the string section, adding it if new. */
  string(text: string): number {
    const known = this.strings.get(text);
    if (known !== undefined) return known;
    const offset = this.stringBytes.length;
    for (const byte of encodeUtf8(text)) this.stringBytes.push(byte);
    this.stringBytes.push(0);
    this.strings.set(text, offset);
    return offset;
  }

  int(name: string, size: number, encoding: { signed?: boolean; char?: boolean; bool?: boolean } = {}): number {
    const bits =
      (encoding.signed === true ? 1 : 0) | (encoding.char === true ? 2 : 0) | (encoding.bool === true ? 4 : 0);
    return this.add(L.KIND_INT, name, 0, size, false, [(bits << 24) | (size * 8)]);
  }
  ptr(type: number): number {
    return this.add(L.KIND_PTR, '', 0, type);
  }
  array(type: number, index: number, count: number): number {
    return this.add(L.KIND_ARRAY, '', 0, 0, false, [type, index, count]);
  }
  struct(name: string, size: number, members: readonly BtfMember[], kind: 'struct' | 'union' = 'struct'): number {
    const bitFields = members.some((m) => m.bitSize > 0);
    return this.add(
      kind === 'struct' ? L.KIND_STRUCT : L.KIND_UNION,
      name,
      members.length,
      size,
      bitFields,
      members.flatMap((m) => [this.string(m.name), m.type, bitFields ? (m.bitSize << 24) | m.bitOffset : m.bitOffset]),
    );
  }
  enum(name: string, values: readonly { name: string; value: number }[], signed = false, size = 4): number {
    return this.add(
      L.KIND_ENUM,
      name,
      values.length,
      size,
      signed,
      values.flatMap((v) => [this.string(v.name), v.value]),
    );
  }
  enum64(name: string, values: readonly { name: string; value: bigint }[], signed = false): number {
    return this.add(
      L.KIND_ENUM64,
      name,
      values.length,
      8,
      signed,
      values.flatMap((v) => [
        this.string(v.name),
        Number(BigInt.asUintN(32, v.value)),
        Number(BigInt.asUintN(32, v.value >> 32n)),
      ]),
    );
  }
  fwd(name: string, union = false): number {
    return this.add(L.KIND_FWD, name, 0, 0, union);
  }
  typedef(name: string, type: number): number {
    return this.add(L.KIND_TYPEDEF, name, 0, type);
  }
  volatile(type: number): number {
    return this.add(L.KIND_VOLATILE, '', 0, type);
  }
  const(type: number): number {
    return this.add(L.KIND_CONST, '', 0, type);
  }
  restrict(type: number): number {
    return this.add(L.KIND_RESTRICT, '', 0, type);
  }
  /** @param linkage 0 static, 1 global, 2 extern */
  func(name: string, proto: number, linkage: number): number {
    return this.add(L.KIND_FUNC, name, linkage, proto);
  }
  funcProto(ret: number, params: readonly BtfParam[]): number {
    return this.add(
      L.KIND_FUNC_PROTO,
      '',
      params.length,
      ret,
      false,
      params.flatMap((p) => [this.string(p.name), p.type]),
    );
  }
  variable(name: string, type: number, linkage: number): number {
    return this.add(L.KIND_VAR, name, 0, type, false, [linkage]);
  }
  datasec(name: string, size: number, vars: readonly BtfSecInfo[]): number {
    return this.add(
      L.KIND_DATASEC,
      name,
      vars.length,
      size,
      false,
      vars.flatMap((v) => [v.type, v.offset, v.size]),
    );
  }
  float(name: string, size: number): number {
    return this.add(L.KIND_FLOAT, name, 0, size);
  }
  declTag(name: string, type: number, component = -1): number {
    return this.add(L.KIND_DECL_TAG, name, 0, type, false, [component]);
  }
  typeTag(name: string, type: number): number {
    return this.add(L.KIND_TYPE_TAG, name, 0, type);
  }

  /** The blob: header, type section, string section. */
  bytes(): Uint8Array {
    const words = this.records.flat();
    const out = L.emptyBlob(words.length * 4, this.stringBytes.length);
    const view = new DataView(out.buffer);
    words.forEach((word, i) => view.setUint32(L.BTF_HEADER_SIZE + 4 * i, word >>> 0, true));
    out.set(this.stringBytes, L.BTF_HEADER_SIZE + words.length * 4);
    return out;
  }

  private add(
    kind: number,
    name: string,
    vlen: number,
    sizeOrType: number,
    flag = false,
    tail: readonly number[] = [],
  ): number {
    this.records.push([this.string(name), ((flag ? 1 : 0) << 31) | (kind << 24) | vlen, sizeOrType, ...tail]);
    return this.records.length;
  }
}
