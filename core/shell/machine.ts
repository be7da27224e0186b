import type { World, WorldLink, WorldMap } from '../kernel/machine/world/schema.ts';

/** Where links are pinned. */
export const BPFFS = '/sys/fs/bpf';

/** A link as `bpftool link` lists it. */
export interface LinkRow extends WorldLink {
  /** What its fdinfo says of what it visits; empty for links of other kinds. */
  readonly fdinfo: string;
  /** Where it is pinned; empty when it is not. */
  readonly path: string;
}

/** A map as `bpftool map` lists it. */
export interface MapRow extends WorldMap {
  /** Keys and values; absent for a map of which only the description is known. */
  readonly entries?: () => readonly (readonly [key: Uint8Array, value: Uint8Array])[];
}

/** The simulated machine as the terminal's commands see it. Paths are absolute: `/sys/fs/bpf/tasks`. */
export interface ShellMachine {
  readonly world: World;
  /** Loads the first program of a file of the sandbox, attaches it and pins the link. @throws InputError */
  pin(file: string, path: string, map?: string): void;
  /** Reads a pinned iterator to its end. @throws InputError */
  cat(path: string): Uint8Array;
  /** Takes a pin away, and with it the link. @throws InputError */
  remove(path: string): void;
  pins(): readonly string[];
  links(): readonly LinkRow[];
  maps(): readonly MapRow[];
}
