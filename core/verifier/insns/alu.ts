import {
  BPF_ADD,
  BPF_ALU64,
  BPF_AND,
  BPF_OR,
  BPF_ARSH,
  BPF_DIV,
  BPF_END,
  BPF_LSH,
  BPF_MOD,
  BPF_MOV,
  BPF_NEG,
  BPF_RSH,
  BPF_SUB,
  BPF_X,
  BPF_XOR,
} from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import { markPrecise } from '../track/precision.ts';
import {
  ADD_CONST,
  ADD_CONST32,
  ADD_CONST64,
  baseType,
  CONST_PTR_TO_MAP,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_BUF,
  PTR_TO_CTX,
  PTR_TO_DYNPTR,
  PTR_TO_FUNC,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  PTR_TO_TP_BUFFER,
  PTR_UNTRUSTED,
  Reg,
  SCALAR,
  typeName,
} from '../values/reg.ts';
import { fits32, linkBeforeCopy, readReg, setReg, UNKNOWN_REG, withoutId, writableReg } from '../regs.ts';
import {
  alu,
  byteSwap,
  forkOn,
  isComputable,
  movsx,
  pointerAdd,
  pointerFolded,
  pointerSub,
  sanityViolation,
  Scalar,
  unbounded,
  zext32,
} from '../values/scalar/index.ts';

const MAX_OFF = 1 << 29;
const MAX_VAR_OFF = BigInt(MAX_OFF);
const S64_MIN = -(1n << 63n);

const OPERATORS: readonly string[] = [
  '+=',
  '-=',
  '*=',
  '/=',
  '|=',
  '&=',
  '<<=',
  '>>=',
  'neg',
  '%=',
  '^=',
  '=',
  's>>=',
  'endian',
];

/** Arithmetic and moves (RFC 9669 section 4.1 to 4.2). */
export function checkAlu(env: Env, insn: Insn): void {
  const op = insn.code & 0xf0;
  const is64 = (insn.code & 7) === BPF_ALU64;
  const fromReg = (insn.code & 8) === BPF_X;
  if (op === BPF_END || op === BPF_NEG) checkUnary(env, insn, op, is64);
  else if (op === BPF_MOV) checkMove(env, insn, is64, fromReg);
  else if (op > BPF_END) env.reject(EINVAL, 'unknown-opcode', `invalid BPF_ALU opcode ${op.toString(16)}`);
  else checkBinary(env, insn, op, is64, fromReg);
  checkSanity(env, insn.dst, 'alu');
}

/** The kernel checks that its own ranges do not contradict each other. */
function checkSanity(env: Env, regno: number, context: string): void {
  const reg = env.state.top.regs[regno]!;
  if (reg.type !== SCALAR || reg.scalar.isExact || reg.scalar.sound) return;
  const text = sanityViolation(reg.scalar, context);
  if (text === null) return;
  env.log.write(text.endsWith('\n') ? text : `${text}\n`);
  setReg(env, regno, reg.withScalar(unbounded(reg.scalar)));
}

function checkUnary(env: Env, insn: Insn, op: number, is64: boolean): void {
  if (op === BPF_NEG) {
    if ((insn.code & 8) !== 0 || insn.src !== 0 || insn.off !== 0 || insn.imm !== 0)
      env.reject(EINVAL, 'reserved-field', 'BPF_NEG uses reserved fields');
  } else if (
    insn.src !== 0 ||
    insn.off !== 0 ||
    (insn.imm !== 16 && insn.imm !== 32 && insn.imm !== 64) ||
    (is64 && (insn.code & 8) !== 0)
  )
    env.reject(EINVAL, 'reserved-field', 'BPF_END uses reserved fields');
  readReg(env, insn.dst);
  writableReg(env, insn.dst);
  const reg = env.state.top.regs[insn.dst]!;
  if (op === BPF_NEG && reg.type === SCALAR)
    setReg(env, insn.dst, withoutId(reg).withScalar(alu(BPF_NEG, is64, reg.scalar, Scalar.zero)));
  else if (reg.type === SCALAR) {
    const swap = is64 || (insn.code & 8) !== 0;
    const kept = !swap && insn.imm === 64 ? reg : withoutId(reg);
    setReg(env, insn.dst, kept.withScalar(byteSwap(reg.scalar, insn.imm as 16 | 32 | 64, swap)));
  } else setReg(env, insn.dst, UNKNOWN_REG);
}

function checkMove(env: Env, insn: Insn, is64: boolean, fromReg: boolean): void {
  const reserved = (): never => env.reject(EINVAL, 'reserved-field', 'BPF_MOV uses reserved fields');
  if (!fromReg) {
    if (insn.src !== 0 || insn.off !== 0) reserved();
    writableReg(env, insn.dst);
    setReg(env, insn.dst, env.immediate(is64));
    return;
  }
  const off = insn.off;
  if (is64 && off === 1) {
    if (insn.imm !== 1 && insn.imm !== 1 << 16)
      env.reject(EINVAL, 'reserved-field', 'addr_space_cast insn can only convert between address space 1 and 0');
    env.reject(EINVAL, 'no-arena', 'addr_space_cast insn can only be used in a program that has an associated arena');
  }
  if ((off !== 0 && off !== 8 && off !== 16 && !(is64 && off === 32)) || insn.imm !== 0) reserved();
  readReg(env, insn.src);
  writableReg(env, insn.dst);
  let src = env.state.top.regs[insn.src]!;
  if (is64 && off === 0) {
    src = linkBeforeCopy(env, insn.src);
    setReg(env, insn.dst, src);
    return;
  }
  if (src.type !== SCALAR) {
    // Root may look at pointers as numbers: what remains is any number.
    setReg(env, insn.dst, is64 ? UNKNOWN_REG : Reg.scalar(zext32(Scalar.unknown)));
    return;
  }
  if (off === 0) {
    const whole = fits32(src.scalar);
    if (whole) src = linkBeforeCopy(env, insn.src);
    const copy = whole ? src : withoutId(src);
    setReg(env, insn.dst, copy.withScalar(zext32(copy.scalar)));
    return;
  }
  const unchanged = src.scalar.umax < 1n << BigInt(off - 1);
  if (unchanged) src = linkBeforeCopy(env, insn.src);
  const copy = unchanged ? src : withoutId(src);
  setReg(env, insn.dst, copy.withScalar(movsx(copy.scalar, off as 8 | 16 | 32, is64)));
}

function checkBinary(env: Env, insn: Insn, op: number, is64: boolean, fromReg: boolean): void {
  const division = op === BPF_DIV || op === BPF_MOD;
  if (
    (fromReg ? insn.imm !== 0 : insn.src !== 0) ||
    (insn.off !== 0 && insn.off !== 1) ||
    (insn.off === 1 && !division)
  )
    env.reject(EINVAL, 'reserved-field', 'BPF_ALU uses reserved fields');
  if (fromReg) readReg(env, insn.src);
  readReg(env, insn.dst);
  if (division && !fromReg && insn.imm === 0) env.reject(EINVAL, 'division-by-zero', 'div by zero', {}, insn.dst);
  if ((op === BPF_LSH || op === BPF_RSH || op === BPF_ARSH) && !fromReg) {
    const bits = is64 ? 64 : 32;
    if (insn.imm < 0 || insn.imm >= bits)
      env.reject(EINVAL, 'invalid-shift', `invalid shift ${insn.imm}`, {}, insn.dst);
  }
  writableReg(env, insn.dst);
  adjust(env, insn, op, is64, fromReg);
}

function adjust(env: Env, insn: Insn, op: number, is64: boolean, fromReg: boolean): void {
  const regs = env.state.top.regs;
  const dst = regs[insn.dst]!;
  let src: Reg;
  if (fromReg) {
    src = regs[insn.src]!;
    if (src.type !== SCALAR) {
      if (dst.type !== SCALAR) {
        if (op === BPF_SUB) {
          setReg(env, insn.dst, UNKNOWN_REG);
          return;
        }
        env.reject(
          EACCES,
          'pointer-arithmetic',
          `R${insn.dst} pointer ${OPERATORS[op >> 4]!} pointer prohibited`,
          { why: 'two-pointers' },
          [env.blameReg(insn.dst)],
        );
      }
      markPrecise(env, insn.dst);
      adjustPointer(env, insn, op, is64, src, dst, false);
      return;
    }
    if (dst.type !== SCALAR) {
      markPrecise(env, insn.src);
      adjustPointer(env, insn, op, is64, dst, src, true);
      return;
    }
    if (dst.precise) markPrecise(env, insn.src);
  } else {
    src = env.immediate(true);
    if (dst.type !== SCALAR) {
      adjustPointer(env, insn, op, is64, dst, src, true);
      return;
    }
  }
  if ((op === BPF_AND || op === BPF_OR) && src.scalar.isConst) {
    // All bits or none: each case is walked with the exact value.
    const fork = forkOn(op, dst.scalar, src.scalar);
    if (fork !== null) {
      const queued = env.push(env.insnIdx, env.insnIdx, 'all-or-none');
      queued.top.regs[insn.dst] = dst.withScalar(fork.later);
      setReg(env, insn.dst, dst.withScalar(fork.here));
    }
  }
  const before = regs[insn.dst]!;
  const scalar = alu(op, is64, before.scalar, src.scalar);
  const linked = relink(dst, src.scalar, op, is64, fromReg && insn.src === insn.dst);
  const id = linked === null ? 0 : dst.id | (is64 ? ADD_CONST64 : ADD_CONST32);
  const delta = linked ?? 0;
  const keeps = before.hasTarget && keepsTarget(op, is64, src.scalar, scalar);
  setReg(env, insn.dst, keeps ? before.withValue(scalar, id, delta) : Reg.scalar(scalar, before.precise, id, delta));
}

/** A number that was a NULL pointer stays marked by what it pointed at, unless the kernel works its value out anew. */
function keepsTarget(op: number, is64: boolean, src: Scalar, result: Scalar): boolean {
  if (!isComputable(op, is64, src)) return false;
  return !((op === BPF_AND || op === BPF_OR || op === BPF_XOR) && src.isConst && result.isConst);
}

/** Constant by which a linked scalar differs from its group after this operation; null when the link is lost. */
function relink(dst: Reg, src: Scalar, op: number, is64: boolean, self: boolean): number | null {
  if ((op !== BPF_ADD && op !== BPF_SUB) || dst.id === 0 || self || (dst.id & ADD_CONST) !== 0) return null;
  if (is64 ? src.num !== (src.num | 0) : !src.isConst32 || !fits32(dst.scalar)) return null;
  const delta = is64 ? src.num : Number(BigInt.asIntN(32, src.value));
  if (op === BPF_ADD) return delta;
  return delta === -0x80000000 ? null : -delta;
}

/** Bounds on what may be added to a pointer, so that offsets never overflow. */
function checkSane(env: Env, reg: Reg, pointer: Reg, regno: number): void {
  const s = reg.scalar;
  const off = reg.type === SCALAR ? reg.delta : reg.off;
  if (s.isExact && s.num > -MAX_OFF && s.num < MAX_OFF && off > -MAX_OFF && off < MAX_OFF) return;
  const name = typeName(pointer.type);
  const blame = regno;
  const value = BigInt.asIntN(64, s.value);
  if (s.isConst && (value >= MAX_VAR_OFF || value <= -MAX_VAR_OFF))
    env.reject(EINVAL, 'offset-too-large', `math between ${name} pointer and ${value} is not allowed`, {}, blame);
  if (off >= MAX_OFF || off <= -MAX_OFF)
    env.reject(EINVAL, 'offset-too-large', `${name} pointer offset ${off} is not allowed`, {}, blame);
  if (s.smin === S64_MIN)
    env.reject(
      EINVAL,
      'unbounded-offset',
      `math between ${name} pointer and register with unbounded min value is not allowed`,
      {},
      blame,
    );
  if (s.smin >= MAX_VAR_OFF || s.smin <= -MAX_VAR_OFF)
    env.reject(EINVAL, 'offset-too-large', `value ${s.smin} makes ${name} pointer be out of bounds`, {}, blame);
}

/** Kinds of pointer that may be moved. */
function mayMove(type: number, op: number, by: Scalar): boolean {
  switch (baseType(type)) {
    case PTR_TO_CTX:
    case PTR_TO_DYNPTR:
    case PTR_TO_MAP_VALUE:
    case PTR_TO_MAP_KEY:
    case PTR_TO_STACK:
    case PTR_TO_PACKET_META:
    case PTR_TO_PACKET:
    case PTR_TO_TP_BUFFER:
    case PTR_TO_BTF_ID:
    case PTR_TO_MEM:
    case PTR_TO_BUF:
    case PTR_TO_FUNC:
      return true;
    case CONST_PTR_TO_MAP:
      return by.isConst && by.value === 0n && op === BPF_ADD;
    default:
      return false;
  }
}

/** Pointer plus or minus a number. `pointerIsDst` tells which operand the instruction's destination was. */
function adjustPointer(
  env: Env,
  insn: Insn,
  op: number,
  is64: boolean,
  pointer: Reg,
  offset: Reg,
  pointerIsDst: boolean,
): void {
  const dst = insn.dst;
  const blame = dst;
  const o = offset.scalar;
  if (!o.isExact && (o.smin > o.smax || o.umin > o.umax || (o.isConst && (o.smin !== o.smax || o.umin !== o.umax)))) {
    setReg(env, dst, UNKNOWN_REG);
    return;
  }
  if (!is64) {
    if (op === BPF_SUB) {
      setReg(env, dst, UNKNOWN_REG);
      return;
    }
    env.reject(EACCES, 'pointer-arithmetic', `R${dst} 32-bit pointer arithmetic prohibited`, { why: '32-bit' }, blame);
  }
  const name = typeName(pointer.type);
  if ((pointer.type & PTR_MAYBE_NULL) !== 0)
    env.reject(
      EACCES,
      'maybe-null-arithmetic',
      `R${dst} pointer arithmetic on ${name} prohibited, null-check it first`,
      {},
      blame,
    );
  if (!mayMove(pointer.type, op, o))
    env.reject(
      EACCES,
      'pointer-arithmetic',
      `R${dst} pointer arithmetic on ${name} prohibited`,
      { why: 'fixed' },
      blame,
    );
  // Untrusted memory is only read by probing, so nobody keeps account of where in it a pointer points: the destination stays as it is.
  if ((pointer.type & PTR_UNTRUSTED) !== 0 && baseType(pointer.type) === PTR_TO_MEM) return;
  const number = !pointerIsDst || (insn.code & 8) !== BPF_X ? dst : insn.src;
  checkSane(env, offset, pointer, number);
  checkSane(env, pointer, pointer, dst);
  const packet = pointer.type === PTR_TO_PACKET || pointer.type === PTR_TO_PACKET_META;
  // A known distance goes into the fixed part when it fits there.
  const distance = o.isConst ? Number(o.smin) : NaN;
  let result: Reg;
  switch (op) {
    case BPF_ADD: {
      const off = pointer.off + distance;
      if (off === (off | 0)) result = pointer.withOffset(off, pointerFolded(pointer.scalar));
      else {
        result = pointer.withScalar(pointerAdd(pointer.scalar, o));
        if (packet) result = result.with({ id: env.newId(), range: 0 });
      }
      break;
    }
    case BPF_SUB: {
      if (!pointerIsDst)
        env.reject(
          EACCES,
          'pointer-arithmetic',
          `R${dst} tried to subtract pointer from scalar`,
          { why: 'number-minus-pointer' },
          blame,
        );
      if (pointer.type === PTR_TO_STACK)
        env.reject(
          EACCES,
          'pointer-arithmetic',
          `R${dst} subtraction from stack pointer prohibited`,
          { why: 'stack-minus' },
          blame,
        );
      const off = pointer.off - distance;
      if (off === (off | 0)) result = pointer.withOffset(off, pointerFolded(pointer.scalar));
      else {
        result = pointer.withScalar(pointerSub(pointer.scalar, o));
        if (packet) result = result.with({ id: env.newId(), ...(o.smin < 0n ? { range: 0 } : {}) });
      }
      break;
    }
    case 0x50:
    case 0x40:
    case 0xa0:
      return env.reject(
        EACCES,
        'pointer-arithmetic',
        `R${dst} bitwise operator ${OPERATORS[op >> 4]!} on pointer prohibited`,
        { why: 'bitwise' },
        blame,
      );
    default:
      return env.reject(
        EACCES,
        'pointer-arithmetic',
        `R${dst} pointer arithmetic with ${OPERATORS[op >> 4]!} operator prohibited`,
        { why: 'operator' },
        blame,
      );
  }
  // `number += pointer`: the kernel gives the destination the pointer's kind and object, not the frame or reference it belongs to.
  if (!pointerIsDst) result = result.with({ frameno: 0, refObjId: 0 });
  setReg(env, dst, result);
  checkSane(env, result, pointer, dst);
}
