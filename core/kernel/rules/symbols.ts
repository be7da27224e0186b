import { Unsupported } from '../../base/errors.ts';
import type { Btf } from '../../btf/btf.ts';

/**
 * Variables of the kernel that programs ask for by address alone (`extern const void X __ksym`) and that every Linux 6.18 has. Its BTF
 * knows functions and per-CPU variables only.
 */
const VARIABLES: readonly string[] = [
  'bpf_iter_fops',
  'bpf_link_fops',
  'bpf_map_fops',
  'bpf_prog_fops',
  'btf_fops',
  'init_mm',
  'init_net',
  'init_task',
  'jiffies',
  'socket_file_ops',
  '__per_cpu_offset',
  'pipefifo_fops',
  'tcp_prot',
  'udp_prot',
];

// Where the model puts them: the kernel's own places change with every build and every start.
const VARIABLE_BASE = 0xffff_ffff_8200_0000n;
const FUNCTION_BASE = 0xffff_ffff_8100_0000n;

/** A function of the kernel as `/proc/kallsyms` lists it. */
export interface KernelSymbol {
  readonly name: string;
  /** Hexadecimal: `0xffffffff81000000`. */
  readonly address: string;
  /** `t` for a function that is its file's own. */
  readonly type: 'T' | 't';
}

const known = new WeakMap<Btf, readonly KernelSymbol[]>();

/**
 * The functions of the modelled kernel of which it is known whether they are their file's own, which BTF does not tell: kernel functions for programs,
 * and those that stand for targets of iterators. Ascending by address.
 */
export function kernelSymbols(btf: Btf): readonly KernelSymbol[] {
  let symbols = known.get(btf);
  if (symbols === undefined) {
    const ids = new Set<number>();
    for (const id of btf.ids('decl_tag')) {
      const tag = btf.type(id);
      if (tag.kind === 'decl_tag' && tag.name === 'bpf_kfunc' && tag.component < 0) ids.add(tag.type);
    }
    for (const id of btf.ids('func')) {
      const { name } = btf.type(id);
      if (name.startsWith(TARGET) && btf.find('struct', `bpf_iter__${name.slice(TARGET.length)}`) > 0) ids.add(id);
    }
    symbols = [...ids]
      .sort((a, b) => a - b)
      .map((id) => ({
        name: btf.type(id).name,
        address: `0x${functionAddress(id).toString(16)}`,
        type: letterOf(btf.type(id).name),
      }));
    known.set(btf, symbols);
  }
  return symbols;
}

const TARGET = 'bpf_iter_';
/** Algorithms of TCP's congestion control, whose functions programs may call though they are their files' own. */
const OWN = /^(bbr|cubictcp|dctcp)_/;
const letterOf = (name: string): 'T' | 't' => (OWN.test(name) ? 't' : 'T');
const functionAddress = (id: number): bigint => FUNCTION_BASE + BigInt(id) * 16n;

/**
 * The address of a kernel symbol in the modelled kernel, as /proc/kallsyms would give it; 0 when the kernel has none of that name.
 * @throws Unsupported when that is not known
 */
export function symbolAddress(btf: Btf, name: string): bigint {
  const place = VARIABLES.indexOf(name);
  if (place >= 0) return VARIABLE_BASE + BigInt(place) * 0x1000n;
  const id = btf.find('func', name) || btf.find('var', name);
  if (id > 0) return functionAddress(id);
  throw new Unsupported(
    `the kernel symbol ${name}: whether Linux 6.18 has it, only /proc/kallsyms of a running kernel tells`,
  );
}
