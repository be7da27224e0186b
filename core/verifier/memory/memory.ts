import { BPF_MEMSX } from '../../isa/opcodes.ts';
import { ctxAccess, hasPlainContext, packetAccess } from '../../kernel/rules/programs.ts';
import { kernelFlags } from '../../kernel/catalogue/map-types.ts';
import { accessMap, accessStruct } from './btf-access.ts';
import type { Facts } from '../rejection.ts';
import { checkFixedOffset } from './fixed-offset.ts';
import { accessKptr, checkFieldAccess, kptrAt } from './special-fields.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import {
  baseType,
  CONST_PTR_TO_MAP,
  MEM_ALLOC,
  MEM_PERCPU,
  MEM_RCU,
  MEM_RDONLY,
  MEM_RINGBUF,
  MEM_USER,
  NON_OWN_REF,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_BUF,
  PTR_TO_CTX,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  PTR_TO_TP_BUFFER,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
  SCALAR,
  typeName,
} from '../values/reg.ts';
import { isNull, setReg, UNKNOWN_REG } from '../regs.ts';
import { coerceToSize, isAligned, movsx, Scalar, formatTnum, ranged } from '../values/scalar/index.ts';
import type { Access, MemoryAccess } from './access.ts';
import type { MemoryRange } from './stack-access.ts';
import { checkStackBounds, checkStackRange, readStack, writeStack } from './stack-access.ts';

const MAX_VAR_OFF = 1n << 29n;
const MAX_KNOWN_OFF = 2 ** 29;
const S64_MIN = -(1n << 63n);
const PACKET_START = 2;

const NAMES: Readonly<Record<number, string>> = {
  [PTR_TO_MAP_KEY]: 'key ',
  [PTR_TO_MAP_VALUE]: 'value ',
  [PTR_TO_CTX]: 'context ',
  [PTR_TO_STACK]: 'stack ',
};

/** Stack accesses are always aligned; others on x86-64 need not be. */
export function checkAlignment(env: Env, regno: number, reg: Reg, off: number, size: number, strict: boolean): void {
  if (!(strict || reg.type === PTR_TO_STACK) || size === 1) return;
  // Packets begin two bytes off, so that what follows the link layer's header is aligned.
  const packet = reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META;
  const start = packet ? PACKET_START : 0;
  if (isAligned(reg.scalar, start + reg.off + off, size)) return;
  const what = packet ? 'packet ' : (NAMES[reg.type] ?? '');
  env.reject(
    EACCES,
    'misaligned',
    `misaligned ${what}access off ${packet ? `${start}+` : ''}${formatTnum(reg.scalar)}+${reg.off}+${off} size ${size}`,
    { at: packet || !reg.scalar.isConst ? null : Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off + off, size },
    [env.blameReg(regno)],
  );
}

/** What is pointed at, for the words. */
function regionOf(type: number): Facts['out-of-bounds']['region'] {
  switch (type) {
    case PTR_TO_MAP_KEY:
      return 'map-key';
    case PTR_TO_MAP_VALUE:
      return 'map-value';
    default:
      return 'memory';
  }
}

/** One end of an access into an object of `limit` bytes. */
function rejectOutside(env: Env, regno: number, off: bigint, size: number, limit: number, end: 'min' | 'max'): never {
  const reg = env.state.top.regs[regno]!;
  const off32 = BigInt.asIntN(32, off);
  const region = regionOf(reg.type);
  switch (reg.type) {
    case PTR_TO_MAP_KEY:
      env.say(`invalid access to map key, key_size=${limit} off=${off32} size=${size}\n`);
      break;
    case PTR_TO_MAP_VALUE:
      env.say(`invalid access to map value, value_size=${limit} off=${off32} size=${size}\n`);
      break;
    default:
      env.say(`invalid access to memory, mem_size=${limit} off=${off32} size=${size}\n`);
  }
  return env.reject(
    EACCES,
    'out-of-bounds',
    `R${regno} ${end} value is outside of the allowed memory range`,
    { off: Number(off32), size, limit, region, end },
    regno,
  );
}

function isInside(off: bigint, size: number, limit: number, zeroAllowed: boolean): boolean {
  const off32 = BigInt.asIntN(32, off);
  return off32 >= 0n && (size > 0 || (size === 0 && zeroAllowed)) && off32 + BigInt(size) <= BigInt(limit);
}

/** An access into an object of `limit` bytes, at its smallest and its largest offset. */
function checkRegion(
  env: Env,
  regno: number,
  reg: Reg,
  off: number,
  size: number,
  limit: number,
  zeroAllowed: boolean,
): void {
  const s = reg.scalar;
  // A known place inside, without 64-bit numbers.
  if (s.num >= 0 && s.num < MAX_KNOWN_OFF && size > 0 && s.num + off >= 0 && s.num + off + size <= limit) return;
  const at = BigInt(off);
  if (s.smin < 0n && (s.smin === S64_MIN || at + s.smin !== BigInt.asIntN(32, at + s.smin) || s.smin + at < 0n))
    env.reject(
      EACCES,
      'negative-offset',
      `R${regno} min value is negative, either use unsigned index or do a if (index >=0) check.`,
      {},
      regno,
    );
  if (!isInside(s.smin + at, size, limit, zeroAllowed)) rejectOutside(env, regno, s.smin + at, size, limit, 'min');
  if (s.umax >= MAX_VAR_OFF)
    env.reject(
      EACCES,
      'unbounded-access',
      `R${regno} unbounded memory access, make sure to bounds check any such access`,
      {},
      regno,
    );
  if (!isInside(s.umax + at, size, limit, zeroAllowed)) rejectOutside(env, regno, s.umax + at, size, limit, 'max');
}

/** Packet pointers: the checked range counts, and the offset must not be negative. */
function checkPacket(env: Env, regno: number, reg: Reg, off: number, size: number, zeroAllowed: boolean): void {
  const blame = regno;
  const s = reg.scalar;
  if (s.smin < 0n)
    env.reject(
      EACCES,
      'negative-offset',
      `R${regno} min value is negative, either use unsigned index or do a if (index >=0) check.`,
      {},
      blame,
    );
  const sizeOk = size > 0 || (size === 0 && zeroAllowed);
  if (reg.range < 0)
    env.reject(EINVAL, 'packet-range', `R${regno} offset is outside of the packet`, { off, size }, blame);
  if (!(off >= 0 && sizeOk && off + size <= reg.range)) {
    env.say(`invalid access to packet, off=${off} size=${size}, R${regno}(id=${reg.id},off=${off},r=${reg.range})\n`);
    env.reject(EACCES, 'out-of-packet', `R${regno} offset is outside of the packet`, { off, size }, blame);
  }
}

/** Buffers have no end that is known here: whoever hands one over checks how far the program reached. */
function checkBuffer(env: Env, regno: number, reg: Reg, off: number, size: number): void {
  const kind =
    baseType(reg.type) === PTR_TO_TP_BUFFER ? 'tracepoint' : (reg.type & MEM_RDONLY) !== 0 ? 'rdonly' : 'rdwr';
  if (off < 0)
    env.reject(
      EACCES,
      'negative-offset',
      `R${regno} invalid ${kind} buffer access: off=${off}, size=${size}`,
      {},
      regno,
    );
  if (!reg.scalar.isConst || reg.scalar.value !== 0n)
    env.reject(
      EACCES,
      'variable-offset',
      `R${regno} invalid variable buffer offset: off=${off}, var_off=${formatTnum(reg.scalar)}`,
      {},
      regno,
    );
  if (kind === 'tracepoint') return;
  const reach = kind === 'rdonly' ? 'readOnly' : 'writable';
  env.bufferReach[reach] = Math.max(env.bufferReach[reach], off + size);
}

/** Whether a program may read or write a map's values at all. */
export function checkMapPermission(env: Env, regno: number, reg: Reg, off: number, size: number, access: Access): void {
  const map = reg.map!;
  const forbidden = access === 'write' ? 0x80 : 0x100;
  if ((kernelFlags(map) & forbidden) === 0) return;
  env.reject(
    EACCES,
    'map-permission',
    `${access === 'write' ? 'write into' : 'read from'} map forbidden, value_size=${map.valueSize} off=${reg.scalar.smin + BigInt(off)} size=${size}`,
    { access: access === 'write' ? 'write' : 'read' },
    [env.blameReg(regno)],
  );
}

/** Loads of constants from a frozen read-only map are folded. */
function foldedLoad(reg: Reg, off: number, size: number, signed: boolean): Scalar | null {
  const map = reg.map!;
  if (!reg.scalar.isConst || !map.frozen || map.initial === undefined || (map.flags & 0x80) === 0) return null;
  const at = off + reg.scalar.num;
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(map.initial[at + i] ?? 0);
  return Scalar.known(signed ? BigInt.asIntN(size * 8, value) : value);
}

/** Is an access allowed, and what does the register hold after. */
export function checkAccess(env: Env, asked: MemoryAccess): void {
  const { regno, off: insnOff, size, access, value, strict, signExtend } = asked;
  const reg = env.state.top.regs[regno]!;
  const blame = regno;
  checkAlignment(env, regno, reg, insnOff, size, strict);
  const off = insnOff + reg.off;
  const loads = value >= 0 && access === 'read';
  switch (baseType(reg.type)) {
    case PTR_TO_MAP_KEY:
      if (access === 'write') env.reject(EACCES, 'read-only', `write to change key R${regno} not allowed`, {}, blame);
      checkRegion(env, regno, reg, off, size, reg.map!.keySize, false);
      if (loads) setReg(env, value, UNKNOWN_REG);
      break;
    case PTR_TO_MAP_VALUE: {
      if ((reg.type & PTR_MAYBE_NULL) !== 0) invalidAccess(env, regno, reg);
      checkMapPermission(env, regno, reg, off, size, access);
      checkRegion(env, regno, reg, off, size, env.kernel.maps.type(reg.map!).accessSize(reg.map!), false);
      checkFieldAccess(env, regno, reg, off, size, true);
      const kptr = kptrAt(env, reg, off);
      if (kptr !== undefined) accessKptr(env, kptr, access, value, regno);
      else if (loads) {
        const folded = foldedLoad(reg, off, size, signExtend);
        setReg(env, value, folded === null ? UNKNOWN_REG : Reg.scalar(folded));
      }
      break;
    }
    case PTR_TO_MEM:
      if ((reg.type & PTR_MAYBE_NULL) !== 0) invalidAccess(env, regno, reg);
      if (access === 'write' && (reg.type & MEM_RDONLY) !== 0) cannotWrite(env, regno, reg);
      // What is untrusted is read by probing, wherever it points.
      if ((reg.type & MEM_RDONLY) === 0 || (reg.type & PTR_UNTRUSTED) === 0)
        checkRegion(env, regno, reg, off, size, reg.memSize, false);
      if (loads) setReg(env, value, UNKNOWN_REG);
      break;
    case PTR_TO_CTX:
      checkCtx(env, reg, off, asked);
      break;
    case PTR_TO_STACK:
      checkStackBounds(env, regno, reg, off, size, access);
      if (access === 'read') readStack(env, regno, reg, off, size, value);
      else writeStack(env, reg, off, size, value);
      break;
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META:
      if (access === 'write' && !packetAccess(env.program).write)
        env.reject(EACCES, 'read-only', 'cannot write into packet', {}, regno);
      checkPacket(env, regno, reg, off, size, false);
      if (loads) setReg(env, value, UNKNOWN_REG);
      break;
    case PTR_TO_BTF_ID:
      if ((reg.type & PTR_MAYBE_NULL) !== 0) invalidAccess(env, regno, reg);
      accessStruct(env, regno, reg, off, size, access, value);
      break;
    case CONST_PTR_TO_MAP:
      accessMap(env, regno, off, size, access, value);
      break;
    case PTR_TO_BUF:
      if ((reg.type & PTR_MAYBE_NULL) !== 0) invalidAccess(env, regno, reg);
      if (access === 'write' && (reg.type & MEM_RDONLY) !== 0) cannotWrite(env, regno, reg);
      checkBuffer(env, regno, reg, off, size);
      if (loads) setReg(env, value, UNKNOWN_REG);
      break;
    case PTR_TO_TP_BUFFER:
      checkBuffer(env, regno, reg, off, size);
      if (loads) setReg(env, value, UNKNOWN_REG);
      break;
    default:
      invalidAccess(env, regno, reg);
  }
  if (size < 8 && loads) {
    const loaded = env.state.top.regs[value]!;
    if (loaded.type !== SCALAR) return;
    const s = signExtend ? movsx(loaded.scalar, (size * 8) as 8 | 16 | 32, true) : coerceToSize(loaded.scalar, size);
    if (s !== loaded.scalar) setReg(env, value, loaded.withScalar(s));
  }
}

/** Mode bits of a sign-extending load. */
export const isSignExtending = (code: number): boolean => (code & 0xe0) === BPF_MEMSX;

function invalidAccess(env: Env, regno: number, reg: Reg): never {
  const type = typeName(reg.type);
  const text = `R${regno} invalid mem access '${type}'`;
  if ((reg.type & PTR_MAYBE_NULL) !== 0) env.reject(EACCES, 'maybe-null-access', text, {}, regno);
  return env.reject(EACCES, 'invalid-mem-access', text, { type, number: reg.type === SCALAR }, regno);
}

function cannotWrite(env: Env, regno: number, reg: Reg): never {
  return env.reject(EACCES, 'read-only', `R${regno} cannot write into ${typeName(reg.type)}`, {}, [
    env.blameReg(regno),
  ]);
}

/**
 * Pointers to objects passed to a call must come with the offset that their kind allows; memory may have any.
 * @param released the call gives the object back: it must be the object itself
 */
export function checkArgumentOffset(env: Env, regno: number, reg: Reg, released = false): void {
  if (released) {
    if (reg.off !== 0)
      env.reject(
        EINVAL,
        'modified-pointer',
        `R${regno} must have zero offset when passed to release func or trusted arg to kfunc`,
        {},
        regno,
      );
    checkFixedOffset(env, regno, reg, false);
    return;
  }
  switch (reg.type) {
    case PTR_TO_STACK:
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META:
    case PTR_TO_MAP_KEY:
    case PTR_TO_MAP_VALUE:
    case PTR_TO_MEM:
    case PTR_TO_MEM | MEM_RDONLY:
    case PTR_TO_MEM | MEM_RINGBUF:
    case PTR_TO_BUF:
    case PTR_TO_BUF | MEM_RDONLY:
    case SCALAR:
      return;
    case PTR_TO_BTF_ID:
    case PTR_TO_BTF_ID | MEM_ALLOC:
    case PTR_TO_BTF_ID | PTR_TRUSTED:
    case PTR_TO_BTF_ID | MEM_RCU:
    case PTR_TO_BTF_ID | MEM_ALLOC | NON_OWN_REF:
    case PTR_TO_BTF_ID | MEM_ALLOC | NON_OWN_REF | MEM_RCU:
      checkFixedOffset(env, regno, reg, true);
      return;
    default:
      checkFixedOffset(env, regno, reg, false);
  }
}

function checkCtx(env: Env, reg: Reg, off: number, asked: MemoryAccess): void {
  const { regno, size, access, value, signExtend } = asked;
  checkFixedOffset(env, regno, reg, false);
  const found = ctxAccess(env.kernel, env.program, off, size, access, signExtend);
  if ('unsupported' in found) env.unsupported(found.unsupported);
  if (!found.ok) {
    for (const line of found.lines ?? []) env.say(`${line}\n`);
    env.say(`invalid bpf_context access off=${off} size=${size}\n`);
    env.text.writeLine(env.insnIdx);
    env.reject(EACCES, 'invalid-context-access', '', { off, size, write: access === 'write' }, [env.blameReg(regno)]);
  }
  for (const line of found.lines ?? []) env.log.write(`${line}\n`);
  if (access !== 'read' || value < 0) return;
  switch (found.gives.kind) {
    case 'scalar': {
      const { range } = found.gives;
      setReg(
        env,
        value,
        range === undefined ? UNKNOWN_REG : Reg.scalar(ranged({ s32min: range.min, s32max: range.max })),
      );
      break;
    }
    case 'buffer': {
      const flags = (found.gives.readOnly ? MEM_RDONLY : 0) | (found.gives.maybeNull ? PTR_MAYBE_NULL : 0);
      setReg(env, value, Reg.pointer(PTR_TO_BUF | flags, { id: found.gives.maybeNull ? env.newId() : 0 }));
      break;
    }
    case 'packet':
      setReg(env, value, Reg.pointer(PTR_TO_PACKET));
      break;
    case 'tp-buffer':
      setReg(env, value, Reg.pointer(PTR_TO_TP_BUFFER));
      break;
    case 'packet-meta':
      setReg(env, value, Reg.pointer(PTR_TO_PACKET_META));
      break;
    case 'packet-end':
      setReg(env, value, Reg.pointer(PTR_TO_PACKET_END));
      break;
    case 'btf': {
      const { btfId, maybeNull, trusted, space } = found.gives;
      const flags =
        (maybeNull ? PTR_MAYBE_NULL : 0) |
        (trusted ? PTR_TRUSTED : 0) |
        (space === 'user' ? MEM_USER : space === 'percpu' ? MEM_PERCPU : 0);
      setReg(env, value, Reg.pointer(PTR_TO_BTF_ID | flags, { btfId, id: maybeNull ? env.newId() : 0 }));
      break;
    }
  }
}

/**
 * Memory that a call's argument points at.
 * @returns true when the call only writes it and the caller should mark the bytes as written
 */
export function checkArgumentMemory(env: Env, regno: number, range: MemoryRange): boolean {
  const { size, access, zeroAllowed } = range;
  const reg = env.state.top.regs[regno]!;
  switch (baseType(reg.type)) {
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META:
      checkPacket(env, regno, reg, reg.off, size, zeroAllowed);
      return false;
    case PTR_TO_MAP_KEY:
      if (access === 'write') cannotWrite(env, regno, reg);
      checkRegion(env, regno, reg, reg.off, size, reg.map!.keySize, false);
      return false;
    case PTR_TO_MAP_VALUE:
      checkMapPermission(env, regno, reg, reg.off, size, access);
      checkRegion(env, regno, reg, reg.off, size, reg.map!.valueSize, zeroAllowed);
      checkFieldAccess(env, regno, reg, reg.off, size, false);
      return false;
    case PTR_TO_MEM:
      if (access === 'write' && (reg.type & MEM_RDONLY) !== 0) cannotWrite(env, regno, reg);
      checkRegion(env, regno, reg, reg.off, size, reg.memSize, zeroAllowed);
      return false;
    case PTR_TO_BUF:
      if (access === 'write' && (reg.type & MEM_RDONLY) !== 0) cannotWrite(env, regno, reg);
      checkBuffer(env, regno, reg, reg.off, size);
      return false;
    case PTR_TO_STACK:
      return checkStackRange(env, regno, reg, reg.off, range);
    case PTR_TO_BTF_ID:
      // Even what a call writes is checked as a read.
      accessStruct(env, regno, reg, reg.off, size, 'read', -1);
      return false;
    case PTR_TO_CTX:
      if (hasPlainContext(env.program)) {
        if (size !== 0)
          checkAccess(env, { regno, off: size - 1, size: 1, access, value: -1, strict: false, signExtend: false });
        else if (!zeroAllowed) env.reject(EACCES, 'zero-size', '', {}, regno);
        return false;
      }
      return notMemory(env, regno, reg, size, zeroAllowed);
    default:
      return notMemory(env, regno, reg, size, zeroAllowed);
  }
}

/** Nothing to read is read from NULL, whatever the argument's kind. */
function notMemory(env: Env, regno: number, reg: Reg, size: number, zeroAllowed: boolean): boolean {
  if (zeroAllowed && size === 0 && isNull(reg)) return false;
  return env.reject(
    EACCES,
    'bad-argument',
    `R${regno} type=${typeName(reg.type)} expected=fp`,
    { why: 'kind', expected: ['fp'] },
    regno,
  );
}
