import { InputError } from '../../base/errors.ts';
import type { MapDef } from '../../elf/object.ts';
import type { RegFields } from '../../verifier/values/reg.ts';
import { Reg } from '../../verifier/values/reg.ts';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import type { DynptrKind, IterState, StackSlot } from '../../verifier/values/stack.ts';
import { U32List } from './u32-list.ts';

/*
 * A table of distinct values, each a run of words; value 0 is "nothing there" (a slot never written, a frame that does not exist).
 *
 *   word 0, all kinds   bits 0..1 kind: 1 register, 2 slot, 3 snapshot
 *   register            bits 2..26 type   27 precise   28..29 bounds: 0 unknown, 1 constant, 2 ranges   30 has other fields
 *     constant          lo, hi
 *     ranges            value, mask, umin, umax, smin, smax (lo, hi each), u32min, u32max, s32min, s32max
 *     other fields      a word of bits in the order of FIELDS, then a word for each bit set
 *   slot                bit 2 spilled register, 3 iterator, 4 dynptr, 5 saved as a lock was taken; then the eight byte types; then the register's value
 *     iterator          string number of the type, btfId, refObjId, depth, bits: 0 drained, 1 first, 2..3 RCU
 *     dynptr            id, refObjId, bits: 0 first, 1.. kind
 *   snapshot            bits 2..  number of frames; for each frame: subprog, callsite + 1, r0..r10, number of slots, slots;
 *                       then the number of references, and id and instruction of each
 */
const KIND_REG = 1;
const KIND_SLOT = 2;
const KIND_SNAPSHOT = 3;
const RCU: readonly IterState['rcu'][] = ['none', 'trusted', 'untrusted'];
const DYNPTRS: readonly DynptrKind[] = ['local', 'ringbuf', 'skb', 'xdp', 'skb_meta'];
const BOUNDS_UNKNOWN = 0;
const BOUNDS_CONST = 1;
const BOUNDS_RANGES = 2;

const FIELDS = [
  'off',
  'id',
  'refObjId',
  'delta',
  'map',
  'mapUid',
  'memSize',
  'dynptrId',
  'btfOf',
  'btfId',
  'frameno',
  'range',
  'subprog',
] as const;

export const REGS = 11;
export const MAX_FRAMES = 8;
/** Slots in a frame: 512 bytes. */
export const MAX_SLOTS = 64;

/** A state as the table keeps it: numbers of values. */
export interface StateIds {
  readonly frames: readonly {
    readonly subprog: number;
    readonly callsite: number;
    readonly regs: readonly number[];
    readonly slots: readonly number[];
  }[];
  readonly refs: readonly { readonly id: number; readonly insn: number }[];
}

// BigInt's conversions are the slow part of reading ranges; these scratch cells avoid shifting.
const cell = new BigUint64Array(1);
const cellWords = new Uint32Array(cell.buffer);

/** Interns registers, slots and whole states by content, so that equal values have equal numbers. */
export class ValueTable {
  /** The object's maps, then those that its maps of maps hold. */
  readonly maps: readonly MapDef[];
  /** Start of each value in `#words`, plus the end. */
  readonly #starts: U32List;
  readonly #words: U32List;
  #buckets = new Int32Array(1 << 12);
  readonly #scratch = new Uint32Array(MAX_FRAMES * (3 + REGS + MAX_SLOTS) + 4096);
  #n = 0;
  readonly #decoded = new Map<number, Reg | StackSlot>();
  readonly #mapNumbers = new Map<MapDef, number>();
  readonly #stringNumbers = new Map<string, number>();

  /**
   * @param maps    the object's maps: a register's map is kept as its place in this list
   * @param strings type names met so far; grows
   */
  constructor(
    maps: readonly MapDef[],
    readonly strings: string[] = [],
    starts = U32List.from(Uint32Array.of(0, 0)),
    words = new U32List(),
  ) {
    this.#starts = starts;
    this.#words = words;
    this.maps = [...maps, ...maps.flatMap(({ inner }) => (inner === undefined ? [] : [inner]))];
    this.maps.forEach((map, i) => this.#mapNumbers.set(map, i + 1));
    strings.forEach((s, i) => this.#stringNumbers.set(s, i));
  }

  /** Number of values, value 0 included. */
  get count(): number {
    return this.#starts.length - 1;
  }
  /** Bytes that the values take, about. */
  get bytes(): number {
    return (this.#words.length + this.#starts.length + this.#buckets.length) * 4;
  }
  get starts(): Uint32Array {
    return this.#starts.trimmed();
  }
  get words(): Uint32Array {
    return this.#words.trimmed();
  }

  reg(reg: Reg): number {
    this.#n = 0;
    this.#putReg(reg);
    return this.#intern();
  }

  slot(slot: StackSlot | undefined): number {
    if (slot === undefined || slot.types === 0) return 0;
    const spilled = slot.spilled === null ? 0 : this.reg(slot.spilled);
    const s = this.#scratch;
    s[0] =
      KIND_SLOT |
      (slot.spilled === null ? 0 : 4) |
      (slot.iter === null ? 0 : 8) |
      (slot.dynptr === undefined ? 0 : 16) |
      (slot.byLock === undefined ? 0 : 32);
    s[1] = slot.types;
    let n = 2;
    if (slot.spilled !== null) s[n++] = spilled;
    if (slot.iter !== null) {
      const { type, btfId, refObjId, depth, state, first, rcu } = slot.iter;
      s[n++] = this.string(type);
      s[n++] = btfId;
      s[n++] = refObjId;
      s[n++] = depth;
      s[n++] = (state === 'drained' ? 1 : 0) | (first ? 2 : 0) | (RCU.indexOf(rcu) << 2);
    }
    if (slot.dynptr !== undefined) {
      const { kind, first, id, refObjId } = slot.dynptr;
      s[n++] = id;
      s[n++] = refObjId;
      s[n++] = (first ? 1 : 0) | (DYNPTRS.indexOf(kind) << 1);
    }
    this.#n = n;
    return this.#intern();
  }

  snapshot(state: StateIds): number {
    const out: number[] = [KIND_SNAPSHOT | (state.frames.length << 2)];
    for (const frame of state.frames)
      out.push(frame.subprog, frame.callsite + 1, ...frame.regs, frame.slots.length, ...frame.slots);
    out.push(state.refs.length);
    for (const ref of state.refs) out.push(ref.id, ref.insn);
    this.#scratch.set(out.slice(0, this.#scratch.length));
    this.#n = Math.min(out.length, this.#scratch.length);
    return this.#intern();
  }

  /** Number of a string in `strings`. */
  string(text: string): number {
    let number = this.#stringNumbers.get(text);
    if (number === undefined) {
      number = this.strings.push(text) - 1;
      this.#stringNumbers.set(text, number);
    }
    return number;
  }

  /** The register with this number; null for "nothing there". */
  getReg(id: number): Reg | null {
    return id === 0 ? null : (this.#cached(id, () => this.#readReg(this.#starts.at(id))) as Reg);
  }

  getSlot(id: number): StackSlot | null {
    return id === 0 ? null : (this.#cached(id, () => this.#readSlot(this.#starts.at(id))) as StackSlot);
  }

  getSnapshot(id: number): StateIds {
    const w = this.#words;
    let at = this.#starts.at(id);
    const frames = [];
    const count = w.at(at++) >>> 2;
    for (let f = 0; f < count; f++) {
      const subprog = w.at(at++);
      const callsite = w.at(at++) - 1;
      const regs = Array.from(w.view(at, at + REGS));
      at += REGS;
      const slotCount = w.at(at++);
      frames.push({ subprog, callsite, regs, slots: Array.from(w.view(at, at + slotCount)) });
      at += slotCount;
    }
    const refs = [];
    for (let n = w.at(at++); n > 0; n--) refs.push({ id: w.at(at++), insn: w.at(at++) });
    return { frames, refs };
  }

  /**
   * Checks a table that came from a file: every value well formed, referring only to values before it.
   * @throws InputError with the number of the value
   */
  validate(): void {
    const starts = this.#starts;
    if (starts.length < 2 || starts.at(0) !== 0 || starts.at(1) !== 0 || starts.at(this.count) !== this.#words.length)
      throw new InputError('the index does not fit the values', 'values');
    for (let id = 1; id < this.count; id++) {
      const from = starts.at(id);
      const to = starts.at(id + 1);
      const bad = (why: string): never => {
        throw new InputError(why, `value ${id} of ${this.count}`);
      };
      if (to <= from || to > this.#words.length) bad('it has no words');
      const length = this.#length(from, to, id, bad);
      if (length !== to - from) bad(`${to - from} words where ${length} are described`);
    }
  }

  /** 'reg', 'slot' or 'snapshot'; 'none' for value 0 and numbers out of range. */
  kind(id: number): 'none' | 'reg' | 'slot' | 'snapshot' {
    if (id <= 0 || id >= this.count) return 'none';
    return (['none', 'reg', 'slot', 'snapshot'] as const)[this.#words.at(this.#starts.at(id)) & 3]!;
  }

  /** Whether a value of this table and one of another say the same. Maps are the same when they have the same place in their objects. */
  same(id: number, other: ValueTable, otherId: number): boolean {
    const [from, theirs] = [this.#starts.at(id), other.#starts.at(otherId)];
    const length = this.#starts.at(id + 1) - from;
    if (other.#starts.at(otherId + 1) - theirs !== length) return false;
    const head = length === 0 ? 0 : this.#words.at(from);
    const isSlot = (head & 3) === KIND_SLOT;
    // Numbers of other values and of texts are each table's own.
    const value = isSlot && (head & 4) !== 0 ? 2 : -1;
    const text = isSlot && (head & 8) !== 0 ? (value < 0 ? 2 : 3) : -1;
    for (let i = 0; i < length; i++) {
      const [a, b] = [this.#words.at(from + i), other.#words.at(theirs + i)];
      const equal = i === value ? this.same(a, other, b) : i === text ? this.strings[a] === other.strings[b] : a === b;
      if (!equal) return false;
    }
    return true;
  }

  #length(from: number, to: number, id: number, bad: (why: string) => never): number {
    const w = this.#words;
    const head = w.at(from);
    const word = (i: number): number => (from + i < to ? w.at(from + i) : bad('it ends too early'));
    const refersTo = (value: number, kind: 'reg' | 'slot'): void => {
      if (value !== 0 && (value >= id || this.kind(value) !== kind))
        bad(`it refers to value ${value}, which is no ${kind} before it`);
    };
    switch (head & 3) {
      case KIND_REG: {
        const bounds = (head >>> 28) & 3;
        if (bounds === 3 || head >>> 31 !== 0) bad('unknown kind of bounds');
        let n = bounds === BOUNDS_CONST ? 3 : bounds === BOUNDS_RANGES ? 17 : 1;
        if ((head >>> 30) & 1) {
          const fields = word(n++);
          if (fields >>> FIELDS.length !== 0) bad('unknown fields');
          for (let f = 0; f < FIELDS.length; f++) {
            if (((fields >>> f) & 1) === 0) continue;
            const value = word(n++);
            if (FIELDS[f] === 'map' && (value < 1 || value > this.maps.length)) bad(`there is no map ${value}`);
          }
        }
        return n;
      }
      case KIND_SLOT: {
        if (head >>> 6 !== 0) bad('unknown kind of slot');
        let n = 2;
        if (head & 4) refersTo(word(n++), 'reg');
        if (head & 8) {
          if (word(n) >= this.strings.length) bad(`there is no string ${word(n)}`);
          n += 5;
          word(n - 1);
        }
        if (head & 16) {
          n += 3;
          if (word(n - 1) >>> 1 >= DYNPTRS.length) bad('unknown kind of dynptr');
        }
        if (head & 32 && head & 24) bad('unknown kind of slot');
        return n;
      }
      case KIND_SNAPSHOT: {
        const frames = head >>> 2;
        if (frames < 1 || frames > MAX_FRAMES) bad(`${frames} frames`);
        let n = 1;
        for (let f = 0; f < frames; f++) {
          n += 2;
          for (let r = 0; r < REGS; r++) refersTo(word(n++), 'reg');
          const slots = word(n++);
          if (slots > MAX_SLOTS) bad(`${slots} stack slots`);
          for (let s = 0; s < slots; s++) refersTo(word(n++), 'slot');
        }
        const refs = word(n++);
        if (refs > to - from) bad(`${refs} references`);
        n += refs * 2;
        word(n - 1);
        return n;
      }
    }
    return bad('unknown kind of value');
  }

  #cached(id: number, make: () => Reg | StackSlot): Reg | StackSlot {
    let value = this.#decoded.get(id);
    if (value === undefined) {
      if (this.#decoded.size > 20_000) this.#decoded.clear();
      value = make();
      this.#decoded.set(id, value);
    }
    return value;
  }

  #put64(v: bigint): void {
    cell[0] = v;
    this.#scratch[this.#n++] = cellWords[0]!;
    this.#scratch[this.#n++] = cellWords[1]!;
  }

  #putReg(reg: Reg): void {
    const s = this.#scratch;
    const { scalar } = reg;
    const bounds = scalar.isConst ? BOUNDS_CONST : scalar === Scalar.unknown ? BOUNDS_UNKNOWN : BOUNDS_RANGES;
    const head = this.#n++;
    if (bounds === BOUNDS_CONST) this.#put64(scalar.value);
    else if (bounds === BOUNDS_RANGES) {
      this.#put64(scalar.value);
      this.#put64(scalar.mask);
      this.#put64(scalar.umin);
      this.#put64(scalar.umax);
      this.#put64(scalar.smin);
      this.#put64(scalar.smax);
      s[this.#n++] = scalar.u32min;
      s[this.#n++] = scalar.u32max;
      s[this.#n++] = scalar.s32min;
      s[this.#n++] = scalar.s32max;
    }
    let fields = 0;
    const mask = this.#n;
    let n = mask + 1;
    if (reg.off !== 0) {
      fields |= 1;
      s[n++] = reg.off;
    }
    if (reg.id !== 0) {
      fields |= 2;
      s[n++] = reg.id;
    }
    if (reg.refObjId !== 0) {
      fields |= 4;
      s[n++] = reg.refObjId;
    }
    if (reg.delta !== 0) {
      fields |= 8;
      s[n++] = reg.delta;
    }
    if (reg.map !== null) {
      fields |= 16;
      s[n++] = this.#mapNumber(reg.map);
    }
    if (reg.mapUid !== 0) {
      fields |= 32;
      s[n++] = reg.mapUid;
    }
    if (reg.memSize !== 0) {
      fields |= 64;
      s[n++] = reg.memSize;
    }
    if (reg.dynptrId !== 0) {
      fields |= 128;
      s[n++] = reg.dynptrId;
    }
    if (reg.btfOf !== 0) {
      fields |= 256;
      s[n++] = reg.btfOf;
    }
    if (reg.btfId !== 0) {
      fields |= 512;
      s[n++] = reg.btfId;
    }
    if (reg.frameno !== 0) {
      fields |= 1024;
      s[n++] = reg.frameno;
    }
    if (reg.range !== 0) {
      fields |= 2048;
      s[n++] = reg.range;
    }
    if (reg.subprog !== 0) {
      fields |= 4096;
      s[n++] = reg.subprog;
    }
    if (fields !== 0) {
      s[mask] = fields;
      this.#n = n;
    }
    s[head] = KIND_REG | (reg.type << 2) | (reg.precise ? 1 << 27 : 0) | (bounds << 28) | (fields === 0 ? 0 : 1 << 30);
  }

  #mapNumber(map: MapDef): number {
    const number = this.#mapNumbers.get(map);
    if (number === undefined) throw new Error(`map ${map.name} is not one of the object's`);
    return number;
  }

  #intern(): number {
    const s = this.#scratch;
    const n = this.#n;
    let hash = 0x811c9dc5;
    for (let i = 0; i < n; i++) {
      hash = Math.imul(hash ^ s[i]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    const mask = this.#buckets.length - 1;
    let b = (hash ^ (hash >>> 13)) & mask;
    for (let id = this.#buckets[b]!; id !== 0; id = this.#buckets[b]!) {
      if (this.#same(id, n)) return id;
      b = (b + 1) & mask;
    }
    const id = this.count;
    this.#buckets[b] = id;
    this.#words.append(s, n);
    this.#starts.push(this.#words.length);
    if (id * 2 > this.#buckets.length) this.#rehash();
    return id;
  }

  #same(id: number, n: number): boolean {
    const from = this.#starts.at(id);
    if (this.#starts.at(id + 1) - from !== n) return false;
    for (let i = 0; i < n; i++) if (this.#words.at(from + i) !== this.#scratch[i]!) return false;
    return true;
  }

  #rehash(): void {
    const buckets = new Int32Array(this.#buckets.length * 2);
    const mask = buckets.length - 1;
    for (let id = 1; id < this.count; id++) {
      let hash = 0x811c9dc5;
      const to = this.#starts.at(id + 1);
      for (let i = this.#starts.at(id); i < to; i++) {
        hash = Math.imul(hash ^ this.#words.at(i), 0x01000193);
        hash ^= hash >>> 15;
      }
      let b = (hash ^ (hash >>> 13)) & mask;
      while (buckets[b] !== 0) b = (b + 1) & mask;
      buckets[b] = id;
    }
    this.#buckets = buckets;
  }

  #readReg(start: number): Reg {
    const w = this.#words;
    const head = w.at(start);
    let at = start + 1;
    const u64 = (): bigint => {
      cellWords[0] = w.at(at++);
      cellWords[1] = w.at(at++);
      return cell[0]!;
    };
    const s64 = (): bigint => BigInt.asIntN(64, u64());
    const bounds = (head >>> 28) & 3;
    let scalar: Scalar;
    if (bounds === BOUNDS_CONST) scalar = Scalar.known(u64());
    else if (bounds === BOUNDS_UNKNOWN) scalar = Scalar.unknown;
    else
      scalar = new Scalar(
        u64(),
        u64(),
        u64(),
        u64(),
        s64(),
        s64(),
        w.at(at++),
        w.at(at++),
        w.at(at++) | 0,
        w.at(at++) | 0,
      );
    const fields: { -readonly [K in keyof RegFields]?: RegFields[K] } = { type: (head >>> 2) & 0x1ffffff };
    if ((head >>> 30) & 1) {
      const present = w.at(at++);
      FIELDS.forEach((name, f) => {
        if (((present >>> f) & 1) === 0) return;
        const value = w.at(at++);
        if (name === 'map') fields.map = this.maps[value - 1] ?? null;
        else fields[name] = name === 'off' || name === 'delta' ? value | 0 : value;
      });
    }
    return Reg.scalar(scalar, (head & (1 << 27)) !== 0).with(fields);
  }

  #readSlot(start: number): StackSlot {
    const w = this.#words;
    const head = w.at(start);
    const types = w.at(start + 1);
    let at = start + 2;
    const spilled = head & 4 ? this.getReg(w.at(at++)) : null;
    let iter: IterState | null = null;
    if (head & 8) {
      const flags = w.at(at + 4);
      iter = {
        type: this.strings[w.at(at)]!,
        btfId: w.at(at + 1),
        refObjId: w.at(at + 2),
        depth: w.at(at + 3),
        state: flags & 1 ? 'drained' : 'active',
        first: (flags & 2) !== 0,
        rcu: RCU[(flags >>> 2) & 3] ?? 'none',
      };
      at += 5;
    }
    if (head & 32) return { types, spilled, iter, byLock: true };
    if ((head & 16) === 0) return { types, spilled, iter };
    const bits = w.at(at + 2);
    const kind = DYNPTRS[bits >>> 1] ?? 'local';
    return { types, spilled, iter, dynptr: { kind, first: (bits & 1) !== 0, id: w.at(at), refObjId: w.at(at + 1) } };
  }
}
