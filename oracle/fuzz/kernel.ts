import { readFileSync } from 'node:fs';
import type { Btf } from '../../core/btf/btf.ts';
import { parseBtf } from '../../core/btf/parse.ts';

let btf: Btf | null = null;

/** The types that programs are made for: the running kernel's, unless `useBtf` said otherwise. */
export function programBtf(): Btf {
  return (btf ??= parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux'))));
}

/** Makes programs for another kernel than the running one. */
export function useBtf(other: Btf): void {
  btf = other;
}

/** The number by which the assembler calls a kernel function; undefined for one that does not exist. */
export function resolveCall(name: string): { readonly kfunc: number } | undefined {
  const id = programBtf().find('func', name);
  return id === 0 ? undefined : { kfunc: id };
}
