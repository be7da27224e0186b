import {
  BPF_ADD,
  BPF_AND,
  BPF_CMPXCHG,
  BPF_FETCH,
  BPF_LOAD_ACQ,
  BPF_OR,
  BPF_STORE_REL,
  BPF_XCHG,
  BPF_XOR,
} from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import { loadFrom, sameKind, storeTo } from './loads-stores.ts';
import type { Access } from '../memory/access.ts';
import { checkAccess } from '../memory/memory.ts';
import {
  baseType,
  PTR_TO_CTX,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  SCALAR,
  typeName,
} from '../values/reg.ts';
import { readReg, setReg, UNKNOWN_REG, writableReg } from '../regs.ts';
import { coerceToSize } from '../values/scalar/index.ts';

const SIZES: readonly number[] = [4, 2, 1, 8];

/** Atomic operations (RFC 9669 section 5.3), and Linux's load-acquire and store-release. */
export function checkAtomic(env: Env, insn: Insn): void {
  const size = SIZES[(insn.code >> 3) & 3]!;
  switch (insn.imm) {
    case BPF_ADD:
    case BPF_ADD | BPF_FETCH:
    case BPF_AND:
    case BPF_AND | BPF_FETCH:
    case BPF_OR:
    case BPF_OR | BPF_FETCH:
    case BPF_XOR:
    case BPF_XOR | BPF_FETCH:
    case BPF_XCHG:
    case BPF_CMPXCHG:
      readModifyWrite(env, insn, size);
      return;
    case BPF_LOAD_ACQ:
      loadFrom(env, insn, size, true, false);
      checkPointer(env, insn.src, 'loads from');
      return;
    case BPF_STORE_REL:
      readReg(env, insn.src);
      storeTo(env, insn, size, insn.src, true);
      checkPointer(env, insn.dst, 'stores into');
      return;
    default:
      env.reject(
        EINVAL,
        'unknown-opcode',
        `BPF_ATOMIC uses invalid atomic opcode ${(insn.imm >>> 0).toString(16).padStart(2, '0')}`,
      );
  }
}

function checkPointer(env: Env, regno: number, does: 'loads from' | 'stores into'): void {
  const reg = env.state.top.regs[regno]!;
  switch (baseType(reg.type)) {
    case PTR_TO_CTX:
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META:
      env.reject(
        EACCES,
        'bad-atomic',
        `BPF_ATOMIC ${does} R${regno} ${typeName(reg.type)} is not allowed`,
        { why: 'memory' },
        [env.blameReg(regno)],
      );
  }
}

function readModifyWrite(env: Env, insn: Insn, size: number): void {
  if (size !== 4 && size !== 8) env.reject(EINVAL, 'bad-atomic', 'invalid atomic operand size', { why: 'size' });
  // Pointers may take part: root may let the kernel's addresses out.
  readReg(env, insn.src);
  readReg(env, insn.dst);
  if (insn.imm === BPF_CMPXCHG) readReg(env, 0);
  checkPointer(env, insn.dst, 'stores into');
  const loaded = (insn.imm & BPF_FETCH) === 0 ? -1 : insn.imm === BPF_CMPXCHG ? 0 : insn.src;
  if (loaded >= 0) {
    // Even when it is the pointer itself, which is lost then.
    writableReg(env, loaded);
    setReg(env, loaded, UNKNOWN_REG);
  }
  const { dst: regno, off } = insn;
  const access = (how: Access, value: number): void =>
    checkAccess(env, { regno, off, size, access: how, value, strict: true, signExtend: false });
  // Read first (the value goes where the result will), then written with anything.
  access('read', -1);
  if (loaded >= 0) {
    const pointer = env.state.top.regs[insn.dst]!;
    access('read', loaded);
    if (baseType(pointer.type) !== PTR_TO_STACK && env.state.top.regs[loaded]!.type === SCALAR)
      setReg(env, loaded, UNKNOWN_REG.withScalar(coerceToSize(UNKNOWN_REG.scalar, size)));
  }
  sameKind(env, env.state.top.regs[insn.dst]!, insn.dst, false);
  access('write', -1);
}
