import { readFileSync } from 'node:fs';
import { parseBtf } from '../../core/btf/parse.ts';
import type { ParsedBtf } from '../../core/btf/parse.ts';

let btf: ParsedBtf | null = null;

/** The running kernel's types. */
export function runningBtf(): ParsedBtf {
  return (btf ??= parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux'))));
}

/** The number by which the assembler calls a kernel function; undefined for one that does not exist. */
export function resolveCall(name: string): { readonly kfunc: number } | undefined {
  const id = runningBtf().find('func', name);
  return id === 0 ? undefined : { kfunc: id };
}
