import { BTF_RECORD_SIZE, KIND_FUNC, emptyBlob, readBtfHeader } from './layout.ts';
import { parseBtf } from './parse.ts';
import type { ParsedBtf } from './parse.ts';
import { encodeUtf8 } from '../base/utf8.ts';

/** Changes fields of a blob's records in a copy, and appends types. Ids stay; `done()` parses the result. */
export class BtfPatch {
  private bytes: Uint8Array;
  private view: DataView;
  /** Types as they are now; fields changed since `done()` was last called are not seen in it. */
  btf: ParsedBtf;

  constructor(
    btf: ParsedBtf,
    private readonly name: string,
  ) {
    this.bytes = btf.bytes.slice();
    this.view = new DataView(this.bytes.buffer);
    this.btf = parseBtf(this.bytes, { name });
  }

  /** Appends strings and then records made with their offsets; returns the id of the first record. */
  append(
    strings: readonly string[],
    records: (offsets: readonly number[], firstId: number) => readonly (readonly number[])[],
  ): number {
    const { typeStart, typeEnd, strStart, strEnd } = readBtfHeader(this.bytes, this.name);
    const firstId = this.btf.count;
    const added: number[] = [];
    const offsets = strings.map((text) => {
      const offset = strEnd - strStart + added.length;
      added.push(...encodeUtf8(text), 0);
      return offset;
    });
    const words = records(offsets, firstId).flat();
    const typeSize = typeEnd - typeStart + 4 * words.length;
    const strSize = strEnd - strStart + added.length;
    const out = emptyBlob(typeSize, strSize);
    const view = new DataView(out.buffer);
    out.set(this.bytes.subarray(typeStart, typeEnd), 24);
    words.forEach((word, i) => view.setUint32(24 + typeEnd - typeStart + 4 * i, word >>> 0, true));
    out.set(this.bytes.subarray(strStart, strEnd), 24 + typeSize);
    out.set(added, 24 + typeSize + strEnd - strStart);
    this.bytes = out;
    this.view = view;
    this.btf = parseBtf(out, { name: this.name });
    return firstId;
  }

  /** Sets the size of a struct or data section, or the type a record refers to. */
  setSizeOrType(id: number, value: number): void {
    this.view.setUint32(this.btf.recordOffset(id) + 8, value, true);
  }
  /** Sets the linkage of a FUNC or VAR. */
  setLinkage(id: number, linkage: number): void {
    const at = this.btf.recordOffset(id);
    const info = this.view.getUint32(at + 4, true);
    if (((info >>> 24) & 31) === KIND_FUNC) this.view.setUint32(at + 4, ((info & ~0xffff) | linkage) >>> 0, true);
    else this.view.setUint32(at + BTF_RECORD_SIZE, linkage, true);
  }
  setParamName(id: number, index: number, nameOffset: number): void {
    this.view.setUint32(this.btf.recordOffset(id) + BTF_RECORD_SIZE + 8 * index, nameOffset, true);
  }
  setVars(
    id: number,
    vars: readonly { readonly type: number; readonly offset: number; readonly size: number }[],
  ): void {
    const at = this.btf.recordOffset(id) + BTF_RECORD_SIZE;
    vars.forEach((v, i) => {
      this.view.setUint32(at + 12 * i, v.type, true);
      this.view.setUint32(at + 12 * i + 4, v.offset, true);
      this.view.setUint32(at + 12 * i + 8, v.size, true);
    });
  }
  /** Offset of a type's name in the string section. */
  nameOffset(id: number): number {
    return this.view.getUint32(this.btf.recordOffset(id), true);
  }

  done(): ParsedBtf {
    this.btf = parseBtf(this.bytes, { name: this.name, checkAll: true });
    return this.btf;
  }
}
