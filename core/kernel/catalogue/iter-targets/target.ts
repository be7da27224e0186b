import type { TargetInput, Walk } from '../../machine/iter/walk.ts';

/** How an argument of an iterator program reaches it: each may be NULL (the last call, or an object that is gone). */
export type TargetArgument =
  /** A pointer to a kernel structure, of the struct that the target's prototype says unless `struct` names another. */
  | { readonly at: number; readonly kind: 'object'; readonly trusted: boolean; readonly struct: string }
  /** Bytes of a map's key or value. */
  | { readonly at: number; readonly kind: 'buffer'; readonly readOnly: boolean };

/**
 * What an iterator program (`SEC("iter/<name>")`) visits. Its context is `struct bpf_iter__<name>`; arguments that are not listed here
 * are taken as the prototype of `bpf_iter_<name>` in the kernel's BTF says.
 */
export interface IterTarget {
  /** `task`, `bpf_map_elem`, … */
  readonly name: string;
  readonly doc: string;
  /** `at` is the byte offset in the context. */
  readonly args: readonly TargetArgument[];
  /** Which parameters a link of it takes (`union bpf_iter_link_info`); absent: none. */
  readonly parameters?: 'task' | 'map' | 'cgroup';
  /** Checks what a link is to visit: 0, or a negative errno. Absent: it takes no parameters, and ignores them. */
  readonly attach?: (input: TargetInput) => number;
  /** Lines that `/proc/PID/fdinfo` of a link has for it. */
  readonly fdinfo?: (input: TargetInput) => string;
  /** Goes through the objects of the simulated machine. Absent: it does not have them. */
  readonly walk?: (input: TargetInput) => Walk;
  /** Numbers of the helpers that its programs may call besides those of every iterator program. */
  readonly helpers?: readonly number[];
}

/** A pointer argument that the kernel vouches for. */
export const trusted = (at: number, struct: string): TargetArgument => ({ at, kind: 'object', trusted: true, struct });

/** A pointer argument of the old kind: readable, and no more is known. */
export const plain = (at: number, struct: string): TargetArgument => ({ at, kind: 'object', trusted: false, struct });

export const buffer = (at: number, readOnly: boolean): TargetArgument => ({ at, kind: 'buffer', readOnly });
