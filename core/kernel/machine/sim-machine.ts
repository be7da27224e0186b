import { Unsupported } from '../../base/errors.ts';
import type { Btf } from '../../btf/btf.ts';
import { isKptr } from '../../btf/map-fields.ts';
import type { MapField } from '../../btf/map-fields.ts';
import type { MapDef } from '../../elf/object.ts';
import {
  MAP_ARRAY,
  MAP_HASH,
  MAP_HASH_OF_MAPS,
  MAP_LRU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_PERCPU_HASH,
} from '../catalogue/map-types.ts';
import { DISTRIBUTION } from '../rules/configuration.ts';
import { createVerdict } from '../rules/map-creation.ts';
import type { KernelMap, Machine } from './machine.ts';
import { MachineFault } from './machine.ts';
import { OwnedObjects } from './owned-objects.ts';
import type { RingBuffer } from './ring-buffer.ts';
import type { SeqBuffer } from './seq-buffer.ts';
import { ticksOf } from './ticks.ts';
import { WorkQueues } from './work-queues.ts';
import type { WorkFunction, WorkPlace } from './work-queues.ts';
import type { World } from './world/schema.ts';
import { SimulatedKernel } from './world/simulated-kernel.ts';
import { createMap } from './maps/create.ts';
import type { MemoryBacking } from './memory-backing.ts';
import { ADDRESS_HI, Memory, READABLE, UNKNOWN, WRITABLE, accessFault, hexAddress, toAddress } from './memory.ts';

export interface MachineOptions {
  /** Seed of `random`; the same seed gives the same run. */
  readonly seed?: number;
  readonly task?: Machine['task'];
  /** What the clock shows first, in nanoseconds. */
  readonly startTime?: bigint;
  /** What there is on it besides maps: the program's task is the world's with that pid, or its first. None unless told. */
  readonly world?: World;
  /** Types that the world's structures are laid out by. */
  readonly btf?: Btf;
  /** Types of the program that runs, for the objects that it allocates. */
  readonly programBtf?: Btf | null;
  /** Where the bytes of its memory lie, a buffer of their own unless told. */
  readonly backing?: MemoryBacking;
}

/** Bytes that an address of a map stands for: its `struct bpf_map` and what the kinds of map keep behind it. */
const MAP_OBJECT = 1024;

/** Kinds of maps that count their elements. */
const COUNTED: readonly number[] = [MAP_HASH, MAP_PERCPU_HASH, MAP_LRU_HASH, MAP_LRU_PERCPU_HASH, MAP_HASH_OF_MAPS];

/** How far the clock moves each time that it is read, so that time is seen to pass and runs repeat exactly. */
const TICK = 1000n;

/** The simulated machine: one CPU that programs run on, one task, memory, maps, a clock that moves by being read, seeded randomness. */
export class SimMachine implements Machine {
  readonly memory: Memory;
  readonly #task: Machine['task'];
  readonly work = new WorkQueues();
  /** Work that was left for later is being done: not in the program's task. */
  working = false;
  seq: SeqBuffer | null = null;
  /** Lines of the trace pipe, oldest first. */
  readonly printkLines: string[] = [];
  /** Maps by the index that the program's loads carry. */
  readonly maps: { readonly def: MapDef; readonly map: KernelMap; readonly address: bigint }[] = [];
  private readonly mapsByAddress = new Map<number, KernelMap>();
  readonly owned: OwnedObjects;
  readonly #programBtf: Btf | null;
  readonly #world: World | null;
  readonly #btf: Btf | null;
  #kernel: SimulatedKernel | null = null;
  held = 0;
  private clock: bigint;
  private seed: number;
  /** Set by whatever runs a program: goes on with another one. */
  onTailCall: ((programs: KernelMap, index: number) => void) | null = null;
  /** Set by whatever runs a program: calls a function of it. */
  onCallback: ((lo: number, hi: number, args: readonly bigint[]) => bigint) | null = null;

  constructor(options: MachineOptions = {}) {
    this.memory = new Memory(options.backing);
    this.owned = new OwnedObjects(this.memory);
    this.#programBtf = options.programBtf ?? null;
    this.#task = options.task ?? { pid: 1234, tgid: 1234, comm: 'iterscope' };
    this.#world = options.world === undefined || options.btf === undefined ? null : options.world;
    this.#btf = options.btf ?? null;
    this.clock = options.startTime ?? 1_000_000_000n;
    this.seed = (options.seed ?? 1) >>> 0;
  }

  /** Laid out when it is first asked for: most programs never look at it. */
  get kernel(): SimulatedKernel {
    if (this.#world === null || this.#btf === null)
      throw new Unsupported('the objects of the kernel on a machine without a world');
    return (this.#kernel ??= new SimulatedKernel(this.#world, this.#btf, this.memory, ticksOf(this.clock)));
  }

  get task(): Machine['task'] {
    if (this.working) throw new Unsupported('the task of the kernel in which work that was left for later is done');
    return this.#task;
  }

  get btf(): Btf {
    if (this.#btf === null) throw new Unsupported('the types of the kernel on a machine without them');
    return this.#btf;
  }

  ownSize(type: number): number {
    if (this.#programBtf === null) throw new Unsupported('objects of a program whose types are not known');
    return this.#programBtf.sizeOf(type);
  }

  get currentTask(): bigint {
    const { tasks } = this.kernel;
    return (tasks.find(this.task.pid) ?? tasks.all[0])?.address ?? tasks.idle;
  }

  /** Creates maps; their indexes follow those already there. */
  createMaps(defs: readonly MapDef[]): void {
    const first = this.maps.length;
    for (const def of defs) {
      const at = this.memory.map(MAP_OBJECT, 0);
      const fields = this.ownFields(def);
      const map = createMap(def, {
        allocate: (size, writable = true) =>
          toAddress(this.memory.map(size, writable ? READABLE | WRITABLE : READABLE)),
        poke: (address, bytes) => this.pokeValue(address, bytes, fields),
        peek: (address, length) => {
          const from = Number(BigInt.asUintN(32, address));
          return this.memory.bytes.slice(from, from + length);
        },
        free: (address) => this.free(address),
      });
      this.maps.push({ def, map, address: toAddress(at) });
      this.mapsByAddress.set(at, map);
    }
    for (const { def, map } of this.maps.slice(first))
      for (const [index, inner] of def.slots ?? []) {
        const key = new Uint8Array(def.keySize);
        new DataView(key.buffer).setUint32(0, index, true);
        map.put?.(key, this.maps[first + inner]!.address);
      }
  }

  /** Fields of a map's values that only the kernel writes: locks, lists, kept pointers. */
  private ownFields(def: MapDef): readonly MapField[] {
    if (this.#programBtf === null || this.#btf === null) return [];
    const made = createVerdict(def, { btf: this.#programBtf, kernel: this.#btf, machine: DISTRIBUTION });
    return 'fields' in made ? made.fields : [];
  }

  /** Copies a value into a map: a lock stays as it is, and what other such fields kept is given back. */
  private pokeValue(address: bigint, bytes: Uint8Array, fields: readonly MapField[]): void {
    const at = Number(BigInt.asUintN(32, address));
    let from = 0;
    for (const { kind, off, size } of fields) {
      if (off >= bytes.length) break;
      this.memory.bytes.set(bytes.subarray(from, off), at + from);
      from = off + size;
      if (kind === 'bpf_spin_lock' || kind === 'bpf_res_spin_lock') continue;
      if (kind === 'bpf_wq') this.work.forget(at + off);
      this.owned.giveBack(address + BigInt(off), isKptr(kind) ? this.memory.view.getBigUint64(at + off, true) : 0n);
      this.memory.bytes.fill(0, at + off, at + from);
    }
    this.memory.bytes.set(bytes.subarray(from), at + from);
  }

  rings(): readonly RingBuffer[] {
    return this.maps.flatMap(({ map }) => (map.ring === undefined ? [] : [map.ring]));
  }

  /** What programs handed to user space, by map, oldest first. */
  records(): { readonly map: string; readonly bytes: Uint8Array }[] {
    return this.maps.flatMap(({ def, map }) =>
      (map.ring?.records ?? []).map(({ bytes }) => ({ map: def.name, bytes })),
    );
  }

  tailCall(programs: KernelMap, index: number): void {
    this.onTailCall?.(programs, index);
  }

  /** Whether an address lies in what the kernel itself keeps of a map, which is not modelled. */
  isMapObject(lo: number, hi: number): boolean {
    if (hi !== ADDRESS_HI) return false;
    for (const at of this.mapsByAddress.keys()) if (lo >= at && lo < at + MAP_OBJECT) return true;
    return false;
  }

  // What the world says nothing of is no fault of the program's.
  private located(lo: number, hi: number, size: number): number {
    try {
      return this.memory.check(lo, hi, size, READABLE);
    } catch (error) {
      for (let at = lo; at < lo + size; at++) {
        const missing = this.missing(at, hi);
        if (missing !== null) throw new Unsupported(missing);
      }
      throw error;
    }
  }

  /** Words for what lies at an address and is not known, such as a field that the world says nothing of; null for other addresses. */
  missing(lo: number, hi: number): string | null {
    if (hi !== ADDRESS_HI || ((this.memory.access[lo] ?? 0) & READABLE) !== 0) return null;
    if (((this.memory.access[lo] ?? 0) & UNKNOWN) !== 0)
      return 'what fills up a value of a per-CPU map, which the kernel takes from behind the program’s own';
    const found = this.#kernel?.memory.fieldAt(lo, hi) ?? null;
    if (found === null) return null;
    return `${found.field === '' ? 'padding' : found.field} of struct ${found.struct}, of which the simulated world says nothing`;
  }

  load(lo: number, hi: number, size: number): bigint {
    const at = this.located(lo, hi, size);
    const { view } = this.memory;
    switch (size) {
      case 1:
        return BigInt(view.getUint8(at));
      case 2:
        return BigInt(view.getUint16(at, true));
      case 4:
        return BigInt(view.getUint32(at, true));
      case 8:
        return view.getBigUint64(at, true);
      default:
        throw new MachineFault(`no load has ${size} bytes`);
    }
  }

  store(lo: number, hi: number, size: number, value: bigint): void {
    const at = this.memory.check(lo, hi, size, WRITABLE);
    const { view } = this.memory;
    if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
    else {
      const word = Number(BigInt.asIntN(32, value));
      if (size === 4) view.setInt32(at, word, true);
      else if (size === 2) view.setInt16(at, word, true);
      else view.setInt8(at, word);
    }
  }

  loadS32(lo: number, hi: number): number {
    const { access, view } = this.memory;
    if (hi !== ADDRESS_HI || (access[lo] & access[lo + 3] & READABLE) === 0) throw accessFault(lo, hi, 4, READABLE);
    return view.getInt32(lo, true);
  }

  storeS32(lo: number, hi: number, value: number): void {
    const { access, view } = this.memory;
    if (hi !== ADDRESS_HI || (access[lo] & access[lo + 3] & WRITABLE) === 0) throw accessFault(lo, hi, 4, WRITABLE);
    view.setInt32(lo, value, true);
  }

  readBytes(lo: number, hi: number, length: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    const at = this.located(lo, hi, length);
    return this.memory.bytes.slice(at, at + length);
  }

  writeBytes(lo: number, hi: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.memory.bytes.set(bytes, this.memory.check(lo, hi, bytes.length, WRITABLE));
  }

  allocate(size: number): bigint {
    this.held++;
    return toAddress(this.memory.map(size));
  }

  free(address: bigint): void {
    this.held--;
    this.memory.unmap(Number(BigInt.asUintN(32, address)));
  }

  /** A region holding these bytes; returns its address. For a program's context or packet. */
  place(bytes: Uint8Array): bigint {
    const at = this.memory.map(bytes.length);
    this.memory.bytes.set(bytes, at);
    return toAddress(at);
  }

  mapAt(lo: number, hi: number): KernelMap {
    const map = hi === ADDRESS_HI ? this.mapsByAddress.get(lo) : undefined;
    if (map === undefined) throw new MachineFault(`${hexAddress(lo, hi)} is no map`);
    return map;
  }

  countElements(address: bigint): number {
    const placed = this.#kernel?.objects.maps.find((one) => one.address === address);
    const own = this.maps.find((one) => one.address === address || one.def.name === placed?.name);
    if (own === undefined && placed === undefined) throw new MachineFault(`0x${address.toString(16)} is no map`);
    if (own?.map.counts === true) return [...own.map.entries()].length;
    const type = own?.def.type ?? this.kernel.world.maps.find(({ id }) => id === placed?.id)?.type;
    if (type !== undefined && !COUNTED.includes(type)) return 0;
    throw new Unsupported(`the number of elements of map ${own?.def.name ?? placed!.name}, of which nothing is said`);
  }

  callback(lo: number, hi: number, args: readonly bigint[]): bigint {
    if (this.onCallback === null) throw new MachineFault('no program is running that could be called back');
    return this.onCallback(lo, hi, args);
  }

  workPlace(map: bigint, address: bigint): WorkPlace {
    const own = this.maps.find((one) => one.address === map);
    if (own?.def.type !== MAP_ARRAY) throw new Unsupported('work queues in maps whose elements come and go');
    for (const [key, value] of own.map.entries())
      if (address >= value && address < value + BigInt(own.map.valueSize)) return { map, key, value };
    throw new MachineFault(`0x${address.toString(16)} is in no value of map ${own.def.name}`);
  }

  later(lo: number, hi: number): WorkFunction {
    const call = this.onCallback;
    if (call === null) throw new MachineFault('no program is running that could be called back');
    return { lo, hi, call };
  }

  /** Does what was left for later, in its order, and what that leaves. */
  doWork(): void {
    const { onCallback } = this;
    try {
      for (let next = this.work.take(); next !== null; next = this.work.take()) {
        const { place, work } = next;
        const key = this.place(place.key);
        this.onCallback = work.call;
        this.working = true;
        work.call(work.lo, work.hi, [place.map, key, place.value, 0n, 0n]);
        this.free(key);
      }
    } finally {
      this.working = false;
      this.onCallback = onCallback;
      this.work.clear();
    }
  }

  now(): bigint {
    this.clock += TICK;
    return this.clock;
  }

  // Mulberry32: small, seedable, good enough for programs that ask for a random number.
  random(): number {
    this.seed = (this.seed + 0x6d2b79f5) >>> 0;
    let x = this.seed;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  }

  printk(text: string): void {
    this.printkLines.push(text);
  }
}
