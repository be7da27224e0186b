import { rejectKind } from './helper-call.ts';
import { helperName } from '../../isa/helper-names.ts';
import type { ArgType, HelperDescriptor } from '../../kernel/catalogue/descriptor.ts';
import { packetAccess } from '../../kernel/rules/programs.ts';
import { formatProblem } from '../../kernel/rules/format-rules.ts';
import { MAP_ARRAY, MAP_PERCPU_ARRAY } from '../../kernel/catalogue/map-types.ts';
import { complaintOf, holdsStruct, structureOf } from '../memory/btf-walk.ts';
import { makeDynptr, mustOwnDynptr, releaseDynptr, useDynptr } from './dynptrs.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import { checkAlignment, checkArgumentMemory, checkArgumentOffset } from '../memory/memory.ts';
import { markChain, markPrecise } from '../track/precision.ts';
import { spiOf } from '../memory/stack-access.ts';
import { isSpilled, slotByte, STACK_SPILL, STACK_ZERO } from '../values/stack.ts';
import { releaseReference } from './references.ts';
import type { Reg } from '../values/reg.ts';
import {
  ANY_DYNPTR_FLAG,
  baseType,
  CONST_PTR_TO_MAP,
  MEM_PERCPU,
  MEM_RCU,
  MEM_RDONLY,
  MEM_RINGBUF,
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
  PTR_TO_SOCK_COMMON,
  PTR_TO_SOCKET,
  PTR_TO_STACK,
  PTR_TO_TCP_SOCK,
  PTR_TO_XDP_SOCK,
  PTR_TRUSTED,
  SCALAR,
  typeName,
} from '../values/reg.ts';
import { isNull, readReg } from '../regs.ts';
import type { Call } from './helper-call.ts';

const MEMORY: readonly number[] = [
  PTR_TO_STACK,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_MEM | MEM_RINGBUF,
  PTR_TO_BUF,
  PTR_TO_BTF_ID | PTR_TRUSTED,
];

const DYNPTR: readonly number[] = [PTR_TO_STACK, PTR_TO_DYNPTR];

/** Kinds of value that an argument accepts, in the order in which the kernel lists them. */
const ACCEPTS: Readonly<Record<ArgType, readonly number[] | null>> = {
  anything: null,
  ctx: [PTR_TO_CTX],
  'ctx-or-null': [PTR_TO_CTX],
  'const-map-ptr': [CONST_PTR_TO_MAP],
  'map-key': MEMORY,
  'map-value': MEMORY,
  'uninit-map-value': MEMORY,
  mem: MEMORY,
  'rdonly-mem': MEMORY,
  'uninit-mem': MEMORY,
  'mem-or-null': MEMORY,
  'rdonly-mem-or-null': MEMORY,
  size: [SCALAR],
  'size-or-zero': [SCALAR],
  'alloc-size-or-zero': [SCALAR],
  func: [PTR_TO_FUNC],
  'stack-or-null': [PTR_TO_STACK],
  'const-str': [PTR_TO_MAP_VALUE],
  'btf-id': [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU],
  'sock-common': [
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    PTR_TO_BTF_ID,
    PTR_TO_BTF_ID | PTR_TRUSTED,
  ],
  'long-ptr': MEMORY,
  'int-ptr': MEMORY,
  'percpu-btf-id': [
    PTR_TO_BTF_ID | MEM_PERCPU,
    PTR_TO_BTF_ID | MEM_PERCPU | MEM_RCU,
    PTR_TO_BTF_ID | MEM_PERCPU | PTR_TRUSTED,
  ],
  'ringbuf-mem': [PTR_TO_MEM | MEM_RINGBUF],
  dynptr: DYNPTR,
  'ringbuf-dynptr': DYNPTR,
  'new-local-dynptr': DYNPTR,
  'new-ringbuf-dynptr': DYNPTR,
  'spin-lock': [PTR_TO_MAP_VALUE],
  timer: [PTR_TO_MAP_VALUE],
  'kptr-field': [PTR_TO_MAP_VALUE],
  'released-kptr': [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU],
};

/** Arguments that are plain memory: how it came from a dynptr does not matter. */
const isMemory = (arg: ArgType): boolean =>
  arg === 'mem' ||
  arg === 'rdonly-mem' ||
  arg === 'uninit-mem' ||
  arg === 'mem-or-null' ||
  arg === 'rdonly-mem-or-null' ||
  arg === 'long-ptr' ||
  arg === 'int-ptr';

const orNull = (arg: ArgType): boolean =>
  arg === 'mem-or-null' || arg === 'rdonly-mem-or-null' || arg === 'stack-or-null' || arg === 'ctx-or-null';

function checkType(env: Env, helper: HelperDescriptor, regno: number, arg: ArgType, readOnly: boolean): void {
  const reg = env.state.top.regs[regno]!;
  const accepted = ACCEPTS[arg];
  if (accepted === null) return;
  let type = reg.type;
  if (readOnly) type &= ~MEM_RDONLY;
  if (orNull(arg)) type &= ~PTR_MAYBE_NULL;
  if (isMemory(arg)) type &= ~ANY_DYNPTR_FLAG;
  if (!accepted.includes(type)) rejectKind(env, regno, reg, accepted);
  if (baseType(type) !== PTR_TO_BTF_ID || arg === 'percpu-btf-id') return;
  if (accepted === MEMORY) {
    // A structure of the kernel is memory to read from, never to be written.
    if (readOnly) return;
    env.reject(
      EACCES,
      'read-only',
      `${helperName(helper.id)}() may write into memory pointed by R${regno} type=${typeName(reg.type)}`,
      {},
      regno,
    );
  }
  checkStruct(env, arg === 'sock-common' ? 'sock_common' : helper.btfStruct, helper.name, regno, reg);
}

/** The structure behind a pointer must be the one that the helper is for, or begin with it at the pointer's offset. */
function checkStruct(env: Env, struct: string | undefined, helper: string, regno: number, reg: Reg): void {
  const btf = env.kernelBtf;
  const wanted = btf.find('struct', struct ?? '');
  if (wanted === 0) env.unsupported(`${helper} without struct ${struct ?? ''} in this BTF`);
  if (holdsStruct(btf, reg.btfId, reg.off, wanted)) return;
  const complaint = complaintOf(btf, reg.btfId, reg.off);
  if (complaint !== null) env.say(`${complaint}\n`);
  env.reject(
    EACCES,
    'wrong-struct',
    `R${regno} is of type ${btf.type(reg.btfId).name} but ${btf.type(wanted).name} is expected`,
    { wanted: structureOf(btf.type(wanted)), actual: structureOf(btf.type(reg.btfId)) },
    regno,
  );
}

export function checkArgument(env: Env, call: Call, arg: ArgType, i: number): void {
  const regno = i + 1;
  const reg = readReg(env, regno);
  if (arg === 'anything') return;
  if (
    (reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META) &&
    (call.helper.pktAccess !== true || !packetAccess(env.program).read)
  )
    env.reject(EACCES, 'packet-argument', 'helper access to the packet is not allowed', {}, regno);
  if (orNull(arg) && isNull(reg)) return;
  const readOnly = arg === 'rdonly-mem' || arg === 'rdonly-mem-or-null' || arg === 'const-str';
  checkType(env, call.helper, regno, arg, readOnly);
  if (arg !== 'func') checkArgumentOffset(env, regno, reg, arg === 'ringbuf-mem');
  if (arg === 'ringbuf-mem') {
    if (reg.refObjId === 0)
      env.reject(
        EINVAL,
        'release-unreferenced',
        `R${regno} must be referenced when passed to release function`,
        {},
        regno,
      );
    call.releaseReg = regno;
  }
  if (reg.refObjId !== 0) {
    if (call.refObjId !== 0) {
      // The kernel's words lack the end of their line.
      env.say(`more than one arg with ref_obj_id R${regno} ${reg.refObjId} ${call.refObjId}`);
      env.reject(EACCES, 'bad-argument', '', { why: 'other' }, regno);
    }
    call.refObjId = reg.refObjId;
  }
  switch (arg) {
    case 'const-map-ptr':
      call.map = reg.map;
      if (!env.kernel.maps.type(reg.map!).known) env.unsupported(`maps of ${env.kernel.maps.type(reg.map!).name}`);
      break;
    case 'map-key':
      if (call.map === null)
        env.reject(EACCES, 'bad-argument', 'invalid map_ptr to access map->key', { why: 'other' }, regno);
      checkArgumentMemory(env, regno, { size: call.map.keySize, access: 'read', zeroAllowed: false });
      if (call.map.type === MAP_ARRAY || call.map.type === MAP_PERCPU_ARRAY)
        call.key = constantKey(env, env.state.top.regs[regno]!, call.map.keySize);
      break;
    case 'map-value':
    case 'uninit-map-value': {
      if (call.map === null)
        env.reject(EACCES, 'bad-argument', 'invalid map_ptr to access map->value', { why: 'other' }, regno);
      // Whether a filter holds a value is asked by reading it.
      const write = arg === 'uninit-map-value' && env.kernel.maps.type(call.map).name !== 'bloom_filter';
      if (
        checkArgumentMemory(env, regno, {
          size: call.map.valueSize,
          access: write ? 'write' : 'read',
          zeroAllowed: false,
          raw: write,
        })
      )
        call.raw = { regno, size: call.map.valueSize };
      break;
    }
    case 'func':
      call.callback = reg.subprog;
      break;
    case 'size':
    case 'size-or-zero':
      checkSize(env, call, i, arg === 'size-or-zero');
      break;
    case 'const-str':
      checkConstString(env, regno, reg);
      break;
    case 'long-ptr':
    case 'int-ptr': {
      // One that is only written, and one that is read as well; both aligned.
      const size = arg === 'long-ptr' ? 8 : 4;
      if (checkArgumentMemory(env, regno, { size, access: 'write', zeroAllowed: false, raw: arg === 'long-ptr' }))
        call.raw = { regno, size };
      checkAlignment(env, regno, reg, 0, size, true);
      break;
    }
    case 'alloc-size-or-zero':
      if (!reg.scalar.isConst) env.reject(EACCES, 'not-constant', `R${regno} is not a known constant'`, {}, regno);
      call.memSize = Number(BigInt.asUintN(32, reg.scalar.value));
      markPrecise(env, regno);
      break;
    case 'percpu-btf-id':
      if (reg.btfId === 0)
        env.reject(EACCES, 'bad-argument', `Helper has invalid btf_id in R${regno}`, { why: 'other' }, regno);
      call.cpuType = reg.btfId;
      call.ownCpuType = reg.btfOf !== 0;
      break;
    case 'dynptr':
      call.dynptr = useDynptr(env, regno, false, null);
      break;
    case 'ringbuf-dynptr':
      mustOwnDynptr(env, regno);
      call.releaseReg = regno;
      call.dynptr = useDynptr(env, regno, true, 'ringbuf');
      break;
    case 'new-local-dynptr':
      makeDynptr(env, regno, 'local');
      break;
    case 'new-ringbuf-dynptr':
      makeDynptr(env, regno, 'ringbuf');
      break;
    default:
      break;
  }
}

/** The number that a key on the stack is known to be, or -1. Relying on it makes it precise. */
function constantKey(env: Env, pointer: Reg, size: number): number {
  if (pointer.type !== PTR_TO_STACK || !pointer.scalar.isConst) return -1;
  const frame = env.state.frames[pointer.frameno]!;
  const off = pointer.off + pointer.scalar.num;
  const spi = spiOf(off);
  const slot = frame.stack[spi]!;
  const first = (-off - 1) & 7;
  const run = (type: number): number => {
    let count = 0;
    for (let k = first; k >= 0 && slotByte(slot.types, k) === type; k--) count++;
    return count;
  };
  if (run(STACK_ZERO) >= size) return 0;
  if (!isSpilled(slot) || slot.spilled!.type !== SCALAR || run(STACK_SPILL) !== size || !slot.spilled!.scalar.isConst)
    return -1;
  const bt = env.tracked;
  bt.frame = env.state.curframe;
  bt.setSlot(pointer.frameno, spi);
  markChain(env, env.state, bt);
  return Number(slot.spilled!.scalar.value);
}

/** A size argument tells how much of the memory argument before it the call touches. */
function checkSize(env: Env, call: Call, i: number, zeroAllowed: boolean): void {
  const regno = i + 1;
  const size = env.state.top.regs[regno]!;
  const memory = call.helper.args[i - 1]!;
  const blame = regno;
  const s = size.scalar;
  if (s.smin < 0n)
    env.reject(
      EACCES,
      'negative-size',
      `R${regno} min value is negative, either use unsigned or 'var &= const'`,
      {},
      blame,
    );
  if (s.umin === 0n && !zeroAllowed)
    env.reject(
      EACCES,
      'zero-size',
      `R${regno} invalid zero-sized read: u64=[${BigInt.asIntN(64, s.umin)},${BigInt.asIntN(64, s.umax)}]`,
      {},
      blame,
    );
  if (s.umax >= 1n << 29n)
    env.reject(
      EACCES,
      'unbounded-size',
      `R${regno} unbounded memory access, use 'var &= const' or 'if (var < const)'`,
      {},
      blame,
    );
  call.largest = Number(s.umax);
  const raw = memory === 'uninit-mem';
  const access = raw || memory === 'mem' || memory === 'mem-or-null' ? 'write' : 'read';
  const bytes = Number(s.umax);
  const pointer = env.state.top.regs[regno - 1]!;
  if (raw && !s.isConst) {
    // Only a known number of bytes counts as written; else all of them must be readable before.
    checkArgumentMemory(env, regno - 1, { size: bytes, access: 'write', zeroAllowed });
  } else if (!(orNull(memory) && isNull(pointer) && bytes === 0)) {
    if (checkArgumentMemory(env, regno - 1, { size: bytes, access, zeroAllowed, raw }))
      call.raw = { regno: regno - 1, size: bytes };
  }
  markPrecise(env, regno);
}

/** A format string must lie in a read-only map, at a known offset, and end within the value. */
export function checkConstString(env: Env, regno: number, reg: Reg): void {
  const blame = regno;
  const map = reg.map!;
  if (!map.frozen || (map.flags & 0x80) === 0)
    env.reject(EACCES, 'bad-format-string', `R${regno} does not point to a readonly map'`, {}, blame);
  if (!reg.scalar.isConst) env.reject(EACCES, 'bad-format-string', `R${regno} is not a constant address'`, {}, blame);
  const at = reg.off + reg.scalar.num;
  checkArgumentMemory(env, regno, { size: map.valueSize - at, access: 'read', zeroAllowed: false });
  const bytes = map.initial ?? new Uint8Array(map.valueSize);
  if (!bytes.subarray(at).includes(0))
    env.reject(EINVAL, 'bad-format-string', 'string is not zero-terminated', {}, blame);
}

/** Takes back what the call was handed for that. */
export function release(env: Env, call: Call): void {
  const { helper, releaseReg } = call;
  if (releaseReg === 0) return;
  if (call.dynptr !== null) releaseDynptr(env, releaseReg);
  else if (env.state.refs.some((ref) => ref.id === call.refObjId)) releaseReference(env, call.refObjId);
  else
    env.reject(
      EINVAL,
      'release-unreferenced',
      `func ${helperName(helper.id)}#${helper.id} reference has not been acquired before`,
      {},
      releaseReg,
    );
}

/** Dynptrs are made of values of maps only: what they point at must not go away before they do. */
export function checkDynptrMemory(env: Env): void {
  const { type } = env.state.top.regs[1]!;
  if (type !== PTR_TO_MAP_VALUE)
    env.reject(EACCES, 'dynptr-memory', `Unsupported reg type ${typeName(type)} for bpf_dynptr_from_mem data`, {}, 1);
}

/** bpf_snprintf's format, which is known, must be one, and have a value for each conversion. */
export function checkFormat(env: Env): void {
  const { regs } = env.state.top;
  const [format, length] = [regs[3]!, regs[5]!];
  // Of a length that is not known the bits that are known are taken for it.
  const bytes = length.scalar.value;
  if (bytes % 8n !== 0n) env.reject(EINVAL, 'invalid-format', '', { why: 'the values take eight bytes each' }, 5);
  const map = format.map!;
  const contents = map.initial ?? new Uint8Array(map.valueSize);
  const start = format.off + format.scalar.num;
  const why = formatProblem(contents.subarray(start, contents.indexOf(0, start)), Number(bytes / 8n));
  if (why !== null) env.reject(EINVAL, 'invalid-format', 'Invalid format string', { why }, 3);
}
