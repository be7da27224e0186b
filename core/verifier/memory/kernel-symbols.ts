import type { Btf } from '../../btf/btf.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import { EINVAL, ENOENT } from '../../base/errno.ts';
import { MEM_PERCPU, MEM_RDONLY, PTR_TO_BTF_ID, PTR_TO_MEM, Reg } from '../values/reg.ts';

/** Section of the kernel's BTF that lists the variables of which every CPU has its own. */
const PERCPU = '.data..percpu';

const percpuOf = new WeakMap<Btf, ReadonlySet<number>>();

/** The per-CPU variables of a kernel, by BTF id. */
function percpuVariables(btf: Btf): ReadonlySet<number> {
  const known = percpuOf.get(btf);
  if (known !== undefined) return known;
  const id = btf.find('datasec', PERCPU);
  const section = id === 0 ? null : btf.type(id);
  const found = new Set(section?.kind === 'datasec' ? section.vars.map(({ type }) => type) : []);
  percpuOf.set(btf, found);
  return found;
}

/** A 64-bit load of a kernel variable's or function's address (`src` 3, the immediate its BTF id) must name one. */
export function checkKernelSymbol(env: Env, insn: Insn, next: Insn): void {
  if (next.imm !== 0) env.unsupported('kernel symbols of modules');
  const id = insn.imm >>> 0;
  if (id === 0 || id >= env.kernelBtf.count)
    env.reject(ENOENT, 'bad-ld-imm64', `ldimm64 insn specifies invalid btf_id ${insn.imm}.`, { of: 'constant' });
  const { kind, name } = env.kernelBtf.type(id);
  if (kind !== 'var' && kind !== 'func')
    env.reject(EINVAL, 'bad-ld-imm64', `pseudo btf_id ${insn.imm} in ldimm64 isn't KIND_VAR or KIND_FUNC`, {
      of: 'constant',
    });
  if (kind === 'var' && !env.machine.namesVariables)
    env.reject(ENOENT, 'unnamed-symbol', `ldimm64 failed to find the address for kernel symbol '${name}'.`, { name });
}

/**
 * What a register holds after such a load. Of a function only the address counts; a per-CPU variable has one copy for each CPU, and its
 * address is made by a helper; any other variable is an object of its structure, or memory to read.
 */
export function kernelSymbol(env: Env, id: number): Reg {
  const btf = env.kernelBtf;
  const symbol = btf.type(id);
  if (symbol.kind !== 'var') return Reg.pointer(PTR_TO_MEM | MEM_RDONLY);
  if (percpuVariables(btf).has(id)) return Reg.pointer(PTR_TO_BTF_ID | MEM_PERCPU, { btfId: symbol.type });
  const type = btf.skipModifiers(symbol.type);
  if (type.kind === 'struct' || type.kind === 'union') return Reg.pointer(PTR_TO_BTF_ID, { btfId: symbol.type });
  return Reg.pointer(PTR_TO_MEM | MEM_RDONLY, { memSize: btf.sizeOf(type.id) });
}
