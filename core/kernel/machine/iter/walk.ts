import type { SimulatedKernel } from '../world/simulated-kernel.ts';

/** One object that a target visits, as its program is given it. */
export interface Entry {
  /** The context's words after `meta`, in order: addresses, or a number such as a file descriptor. 0 is NULL. */
  readonly words: readonly bigint[];
  /** For people: `task 412 nginx`, `fd 3 of 412`. */
  readonly label: string;
}

/**
 * What stands before the first object of some targets, where /proc prints a heading: the program is not called for it, and objects are numbered
 * from behind it.
 */
export const HEADING: Entry = { words: [], label: 'heading' };

/**
 * How a target goes through its objects, in the steps in which the kernel's seq_file asks for them. A walk stays where it is until `next`: reading
 * that begins anew finds the object at hand again, unless the target's walk says that it does not.
 */
export interface Walk {
  /** The object at hand; null at the end, a negative errno where the target cannot go on. Asked at the beginning of each filling of the buffer. */
  start(): Entry | null | number;
  next(): Entry | null;
  /** What the program is given once at the end; null for a target that does not call it then. */
  readonly last: Entry | null;
  /** The program gave 1. True: the walk ends after this object. Absent, or false: the same object is to be tried again. */
  ends?(): boolean;
}

/** Which objects of a target a link visits (`union bpf_iter_link_info`). */
export interface LinkInfo {
  /** `pidFd` is the process whose pidfd is given. */
  readonly task?: { readonly tid?: number; readonly pid?: number; readonly pidFd?: number };
  /** Name of a map of the program's object. */
  readonly map?: string;
  readonly cgroup?: { readonly path?: string; readonly id?: bigint; readonly order: number };
}

/** Something that a link may be told to visit. */
export interface MapAtHand {
  readonly name: string;
  readonly type: number;
  /** Of its `struct bpf_map` in the simulated kernel. */
  readonly address: bigint;
  readonly id: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Of a per-CPU map: bytes that the values of all CPUs take, and how they are copied behind one another; gives the copy's address. */
  readonly ofAllCpus: { readonly size: number; readonly copy: (value: bigint) => bigint } | null;
  entries(): Iterable<readonly [key: bigint, value: bigint]>;
}

/** What a target is given when a link is made, and when its file is opened. */
export interface TargetInput {
  readonly kernel: SimulatedKernel;
  /** The `task_struct` of who makes the link and reads: pids are those of its namespace. */
  readonly reader: bigint;
  readonly info: LinkInfo;
  readonly map: MapAtHand | null;
  /** Bytes of key and value that the program reads and writes. */
  readonly access: { readonly key: number; readonly value: number };
}
