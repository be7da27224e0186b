import type { Btf } from '../../btf/btf.ts';
import type { OwnedObjects } from './owned-objects.ts';
import type { RingBuffer } from './ring-buffer.ts';
import type { SeqBuffer } from './seq-buffer.ts';
import type { WorkFunction, WorkPlace, WorkQueues } from './work-queues.ts';
import type { SimulatedKernel } from './world/simulated-kernel.ts';

/**
 * The simulated machine as kfuncs and helpers see it: memory, time, randomness and printk. Addresses are 64-bit (lo, hi words);
 * reading or writing outside what is mapped throws a `MachineFault`.
 */
export interface Machine {
  /** Reads `size` (1, 2, 4 or 8) bytes, little-endian, zero-extended. */
  load(lo: number, hi: number, size: number): bigint;
  store(lo: number, hi: number, size: number, value: bigint): void;
  /** The signed 32-bit number there: `load` of 4 bytes without a BigInt. */
  loadS32(lo: number, hi: number): number;
  storeS32(lo: number, hi: number, value: number): void;
  /** A copy of `length` bytes. */
  readBytes(lo: number, hi: number, length: number): Uint8Array;
  writeBytes(lo: number, hi: number, bytes: Uint8Array): void;
  /** A fresh zeroed region of kernel memory; returns its address. */
  allocate(size: number): bigint;
  free(address: bigint): void;
  /** How many regions more were allocated than freed. */
  readonly held: number;
  /** The map whose address (as a 64-bit load of a map gives it) this is. */
  mapAt(lo: number, hi: number): KernelMap;
  /**
   * Number of elements that a map counts, given as programs have maps or by the address of its `struct bpf_map`; 0 for kinds that count none.
   * @throws Unsupported for a map of the world, whose elements it does not tell
   */
  countElements(map: bigint): number;
  /** Calls a function of the running program by its address (BPF_PSEUDO_FUNC) with up to five arguments; returns its r0, unsigned. */
  callback(lo: number, hi: number, args: readonly bigint[]): bigint;
  /** What programs left for later. */
  readonly work: WorkQueues;
  /** Where an address lies in a map's values. @throws Unsupported for maps whose elements come and go */
  workPlace(map: bigint, address: bigint): WorkPlace;
  /** A function of the running program by its address, to be called when it is over. */
  later(lo: number, hi: number): WorkFunction;
  /** The ring buffers among the maps. */
  rings(): readonly RingBuffer[];
  /** Goes on with the program that an array has at a place; see the helper. */
  tailCall(programs: KernelMap, index: number): void;
  /** The task that the program runs in. */
  readonly task: { readonly pid: number; readonly tgid: number; readonly comm: string };
  /** What programs allocate, with the lists and trees that own it. */
  readonly owned: OwnedObjects;
  /** Bytes of a structure of the program's own types. @throws Unsupported where they are not known */
  ownSize(type: number): number;
  /** The kernel's own things: tasks, cgroups, … @throws Unsupported on a machine that has no world */
  readonly kernel: SimulatedKernel;
  /** The kernel's types. @throws Unsupported on a machine that has none */
  readonly btf: Btf;
  /** Address of the `task_struct` of the task that the program runs in. @throws Unsupported on a machine that has no world */
  readonly currentTask: bigint;
  /** The buffer of the file that an iterator program fills; null in all other programs. */
  readonly seq: SeqBuffer | null;
  /** Nanoseconds of the simulated clock. */
  now(): bigint;
  /** Seeded random u32. */
  random(): number;
  /** A line of the trace pipe (`bpf_printk`). */
  printk(text: string): void;
}

/** A map at run time. Keys are raw bytes of the map's key size; errors are negative errno numbers. */
export interface KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  /** Address of the value, 0 when there is none. */
  lookup(key: Uint8Array): bigint;
  /** `flags` as BPF_ANY, BPF_NOEXIST, BPF_EXIST. */
  update(key: Uint8Array, value: Uint8Array, flags: bigint): number;
  delete(key: Uint8Array): number;
  /** Keys and value addresses, in the order in which the kernel's kind of map would give them where that is defined. */
  entries(): Iterable<readonly [Uint8Array, bigint]>;
  /** Addresses of all values, those of deleted elements too: pointers to them may still be around. */
  valueStarts(): Iterable<bigint>;
  /** Of a hash: the kernel counts its elements. */
  readonly counts?: true;
  /** Of a ring buffer. */
  readonly ring?: RingBuffer;
  /** Of a queue or stack. */
  readonly queue?: {
    push(value: Uint8Array, flags: bigint): number;
    /** The next value, taken away or not; null when there is none. */
    next(remove: boolean): Uint8Array | null;
  };
  /** Of an array of programs: the name of the one at a place. */
  readonly programs?: ReadonlyMap<number, string>;
  /** Of a map of maps: puts a map, by its address, under a key. */
  put?(key: Uint8Array, map: bigint): void;
}

export { MachineFault } from './fault.ts';
