import {
  BPF_CALL,
  BPF_JMP,
  BPF_LDX,
  BPF_MEM,
  BPF_MEMSX,
  BPF_PSEUDO_BTF_ID,
  BPF_PSEUDO_FUNC,
  BPF_PSEUDO_MAP_FD,
  BPF_PSEUDO_MAP_IDX,
  BPF_PSEUDO_MAP_IDX_VALUE,
  BPF_X,
  classOf,
} from '../../isa/opcodes.ts';
import { formsOf } from '../../isa/table.ts';
import type { Insn } from '../../isa/insn.ts';
import { checkKernelSymbol } from '../memory/kernel-symbols.ts';
import { checkFieldsAllowed } from '../memory/map-fields.ts';
import type { Env } from '../env.ts';
import { EBADF, EINVAL, ENOTSUPP, EPROTO } from '../../base/errno.ts';
import { SLEEPABLE } from '../../kernel/rules/program-types.ts';
import { isLoadImm64 } from '../../isa/insn-kinds.ts';

/** A call through a register: an instruction of RFC 9669 that Linux has not. */
const CALLX = BPF_JMP | BPF_CALL | BPF_X;

/** Instructions must be well formed: known opcodes, whole 64-bit immediates. */
export function checkEncoding(env: Env): void {
  const insns = env.insns;
  for (let i = 0; i < insns.length; i++) {
    env.lookingAt = i;
    const insn = insns[i]!;
    const mode = insn.code & 0xe0;
    if (classOf(insn.code) === BPF_LDX && ((mode !== BPF_MEM && mode !== BPF_MEMSX) || insn.imm !== 0))
      env.reject(EINVAL, 'reserved-field', 'BPF_LDX uses reserved fields');
    if (isLoadImm64(insn)) {
      const next = insns[i + 1];
      if (next === undefined || next.code !== 0 || next.dst !== 0 || next.src !== 0 || next.off !== 0)
        env.reject(EINVAL, 'bad-ld-imm64', 'invalid bpf_ld_imm64 insn', { of: 'constant' });
      if (insn.src !== 0) checkImm64Source(env, i, insn, next);
      i++;
      continue;
    }
    if (formsOf(insn.code).length === 0 || insn.code === CALLX)
      env.reject(EINVAL, 'unknown-opcode', `unknown opcode ${insn.code.toString(16).padStart(2, '0')}`);
  }
  env.lookingAt = -1;
}

/** A descriptor that no relocation filled: 0 to 2 are a program's files, and what others are is not known. */
function noMap(env: Env, descriptor: number): never {
  if (descriptor > 2) return env.unsupported(`the descriptor ${descriptor} that no relocation fills`);
  return env.reject(
    descriptor < 0 ? EBADF : EINVAL,
    'unfilled-map',
    `fd ${descriptor} is not pointing to valid bpf_map`,
    { descriptor },
  );
}

/** A 64-bit load that stands for something else than its number: the map must be there, and its value at that place. */
function checkImm64Source(env: Env, index: number, insn: Insn, next: Insn): void {
  const { src } = insn;
  if (src === BPF_PSEUDO_BTF_ID) return checkKernelSymbol(env, insn, next);
  if (src === BPF_PSEUDO_FUNC) return;
  const whole = src === BPF_PSEUDO_MAP_FD || src === BPF_PSEUDO_MAP_IDX;
  if (src > BPF_PSEUDO_MAP_IDX_VALUE || (whole && next.imm !== 0))
    env.reject(EINVAL, 'bad-ld-imm64', 'unrecognized bpf_ld_imm64 insn', { of: 'constant' });
  if (src === BPF_PSEUDO_MAP_IDX || src === BPF_PSEUDO_MAP_IDX_VALUE)
    env.reject(EPROTO, 'bad-ld-imm64', 'fd_idx without fd_array is invalid', { of: 'map' });
  if (env.program.unfilled?.has(index) === true) noMap(env, insn.imm);
  const map = env.maps[insn.imm];
  if (map === undefined)
    return env.reject(EBADF, 'bad-ld-imm64', 'fd -1 is not pointing to valid bpf_map', { of: 'map' });
  checkFieldsAllowed(env, map);
  if ((env.program.flags & SLEEPABLE) !== 0 && !env.kernel.maps.mayFault(map))
    env.reject(EINVAL, 'bad-map', 'Sleepable programs can only use array, hash, ringbuf and local storage maps');
  if (whole) return;
  const off = next.imm >>> 0;
  const { known, direct } = env.kernel.maps.type(map);
  if (!known) env.unsupported(`values of maps of ${env.kernel.maps.type(map).name}`);
  if (off >= 1 << 29)
    env.reject(EINVAL, 'bad-ld-imm64', `direct value offset of ${off} is not allowed`, { of: 'offset' });
  if (!direct) env.reject(EINVAL, 'bad-ld-imm64', 'no direct value access support for this map type', { of: 'value' });
  if (map.maxEntries !== 1 || off >= map.valueSize)
    env.reject(
      map.maxEntries !== 1 ? ENOTSUPP : EINVAL,
      'bad-ld-imm64',
      `invalid access to map value pointer, value_size=${map.valueSize} off=${off}`,
      { of: 'value' },
    );
}
