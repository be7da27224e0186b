import type { Reg } from '../../verifier/values/reg.ts';
import {
  baseType,
  CONST_PTR_TO_MAP,
  MEM_RDONLY,
  MEM_RINGBUF,
  NOT_INIT,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_DYNPTR,
  PTR_TO_FUNC,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_BUF,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_SOCKET,
  PTR_TO_TP_BUFFER,
  PTR_TO_STACK,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  SCALAR,
} from '../../verifier/values/reg.ts';
import type { DynptrKind, StackSlot } from '../../verifier/values/stack.ts';
import {
  slotByte,
  STACK_DYNPTR,
  STACK_INVALID,
  STACK_IRQ_FLAG,
  STACK_ITER,
  STACK_MISC,
  STACK_SPILL,
  STACK_ZERO,
} from '../../verifier/values/stack.ts';
import { dynptrText, regText } from '../query/kernel-text.ts';
import { boundText, constantText, grouped, scalarWords } from '../query/numbers.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Range, ValueKind } from './view.ts';

/** What is said of a value: its kind, a badge, words, a range. */
export interface ValueWords {
  readonly kind: ValueKind;
  readonly badge: string;
  readonly kernel: string;
  readonly words: string;
  readonly range?: Range;
}

/** Where a value came from, as far as the words need it. */
export interface Origin {
  /** Instruction that wrote it, or -1. */
  readonly writer: number;
  /** True when a call was made on this path: it leaves r0 (of a function without a result) and r1 to r5 unreadable. */
  readonly called: boolean;
}

/** NULL from next ends the loop, if the program goes round at all. */
function nullWords(text: ProgramText): string {
  return text.goesBack ? 'NULL, so the loop ends here' : 'NULL: no element is left';
}

/** A place on the stack as the log writes it. */
const fpText = (at: number): string => `fp${at < 0 ? at : at === 0 ? '0' : `+${at}`}`;

/** Words for a pointer: what it is, and what is to be said besides; empty for nothing. */
export interface PointerWords {
  readonly kind: ValueKind;
  readonly badge: string;
  readonly what: string;
  readonly note: string;
}

/**
 * Words for a pointer.
 * @param regno number of its register, -1 for a spilled one
 */
export function pointerWords(reg: Reg, regno: number, frame: number, text: ProgramText): PointerWords {
  const { note = '', ...words } = partsOf(reg, regno, frame, text);
  const unchecked = (reg.type & PTR_MAYBE_NULL) !== 0 && words.maybe === true;
  const { kind, badge, what } = words;
  if (!unchecked) return { kind, badge, what, note };
  return { kind, badge, what: `${note === '' ? what : `${what}: ${note}`}, or NULL`, note: 'not checked yet' };
}

// `maybe`: it may be NULL, and the words have to say so.
function partsOf(
  reg: Reg,
  regno: number,
  frame: number,
  text: ProgramText,
): Omit<PointerWords, 'note'> & { readonly note?: string; readonly maybe?: true } {
  const fixed = reg.off === 0 ? '' : `, ${reg.off < 0 ? '−' : '+'}${grouped(Math.abs(reg.off))} bytes in`;
  const variable = reg.scalar.isConst
    ? ''
    : `, plus ${boundText(reg.scalar.smin)} … ${boundText(reg.scalar.smax)} bytes`;
  const off = fixed + variable;
  switch (baseType(reg.type)) {
    case PTR_TO_STACK: {
      if (regno === 10 && reg.off === 0) return { kind: 'pointer', badge: 'fp', what: 'fp0 frame pointer, read only' };
      const whose = reg.frameno === frame ? '' : ` of frame ${reg.frameno}`;
      if (!reg.scalar.isConst) {
        const { smin, smax } = reg.scalar;
        const near = smin >= -4096n && smax <= 4096n;
        const between = near ? `, from ${fpText(Number(smin) + reg.off)} to ${fpText(Number(smax) + reg.off)}` : '';
        return { kind: 'pointer', badge: 'fp', what: `somewhere on the stack${whose}${between}` };
      }
      const at = Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off;
      return { kind: 'pointer', badge: 'fp', what: `${fpText(at)}${whose}` };
    }
    case PTR_TO_CTX:
      return { kind: 'context', badge: 'ctx', what: `what the program was called with${off}` };
    case CONST_PTR_TO_MAP:
      return { kind: 'map', badge: 'map', what: `the map ${reg.map?.name ?? ''}` };
    case PTR_TO_MAP_VALUE:
      return { kind: 'map', badge: 'value', what: `a value of the map ${reg.map?.name ?? ''}${off}`, maybe: true };
    case PTR_TO_MAP_KEY:
      return { kind: 'map', badge: 'key', what: `a key of the map ${reg.map?.name ?? ''}${off}` };
    case PTR_TO_MEM: {
      const use = (reg.type & MEM_RDONLY) !== 0 ? 'to read' : 'to use';
      const what =
        (reg.type & MEM_RINGBUF) !== 0
          ? 'a reserved record'
          : reg.dynptrId !== 0
            ? `memory of dynptr ${reg.dynptrId}`
            : reg.refObjId !== 0
              ? 'an element'
              : 'memory';
      return { kind: 'pointer', badge: 'mem', what, note: `${grouped(reg.memSize)} bytes ${use}${off}`, maybe: true };
    }
    case PTR_TO_BTF_ID: {
      const btf = reg.btfOf === 0 ? text.kernelBtf : text.object.btf;
      const name = btf === null ? 'a kernel object' : `a struct ${btf.type(reg.btfId).name}`;
      const trust =
        (reg.type & PTR_TRUSTED) !== 0 ? ', trusted' : (reg.type & PTR_UNTRUSTED) !== 0 ? ', not trusted' : '';
      return { kind: 'pointer', badge: 'btf', what: `${name}${trust}${off}`, maybe: true };
    }
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META: {
      const what = baseType(reg.type) === PTR_TO_PACKET ? 'the packet' : 'what lies before the packet';
      const note = reg.range > 0 ? `${grouped(reg.range)} bytes are known to be there` : '';
      return { kind: 'pointer', badge: 'pkt', what: `${what}${off}`, note };
    }
    case PTR_TO_PACKET_END:
      return { kind: 'pointer', badge: 'pkt', what: 'the end of the packet' };
    case PTR_TO_TP_BUFFER:
      return { kind: 'pointer', badge: 'buf', what: `the tracepoint’s buffer${off}` };
    case PTR_TO_BUF:
      return { kind: 'pointer', badge: 'buf', what: `a buffer of the kernel${off}`, maybe: true };
    case PTR_TO_SOCKET:
      return { kind: 'pointer', badge: 'sock', what: `a socket${off}`, maybe: true };
    case PTR_TO_DYNPTR:
      return { kind: 'pointer', badge: 'dynptr', what: 'a dynptr that was lent, to be used and not changed' };
    case PTR_TO_FUNC:
      return { kind: 'pointer', badge: 'func', what: `the function ${text.subprogs[reg.subprog]?.name ?? ''}` };
    default:
      return { kind: 'pointer', badge: 'ptr', what: `a pointer${off}`, maybe: true };
  }
}

/**
 * Words for a register's value.
 * @param regno its number, -1 for a spilled one
 * @param frame number of the frame that holds it
 */
export function valueWords(reg: Reg, regno: number, frame: number, text: ProgramText, origin: Origin): ValueWords {
  if (reg.type === NOT_INIT)
    return {
      kind: 'unreadable',
      badge: '',
      kernel: '',
      words: regno <= 5 && origin.called ? 'not readable after a call' : 'never written',
    };
  const kernel = regText(reg, frame, text.kernelBtf, text.object.btf);
  if (reg.type !== SCALAR) {
    const { kind, badge, what, note } = pointerWords(reg, regno, frame, text);
    return { kernel, kind, badge, words: note === '' ? what : `${what}: ${note}` };
  }
  if (reg.scalar.isConst) {
    const value = constantText(reg.scalar.value);
    if (reg.scalar.value === 0n && text.iteratorMethod(origin.writer) === 'next')
      return { kind: 'null', badge: '0', kernel, words: nullWords(text) };
    const says = text.isConditionalJump(origin.writer) ? `, the branch at ${origin.writer} says so` : '';
    const badge = reg.scalar.umax <= 0xffff_ffffn ? 'u32' : 'u64';
    return { kind: 'scalar', badge, kernel, words: `${value}${says}` };
  }
  const { range, words, badge } = scalarWords(reg.scalar);
  return { kind: 'scalar', kernel, range, words, badge };
}

/** The letters of a slot's bytes, in the log's order. */
export function slotLetters(slot: StackSlot | null | undefined): string {
  if (slot === null || slot === undefined) return '????????';
  let letters = '';
  for (let k = 0; k < 8; k++) letters += '?rm0dif'[slotByte(slot.types, k)] ?? '?';
  return letters;
}

const BYTE_WORDS: Readonly<Record<number, string>> = {
  [STACK_INVALID]: 'never written',
  [STACK_MISC]: 'written, any value',
  [STACK_ZERO]: 'zero',
  [STACK_DYNPTR]: 'part of a dynptr',
  [STACK_ITER]: 'part of an iterator',
  [STACK_IRQ_FLAG]: 'saved interrupt flags',
};

const DYNPTR_WORDS: Readonly<Record<DynptrKind, string>> = {
  local: 'a map’s value',
  ringbuf: 'a ring buffer’s record',
  skb: 'the packet',
  xdp: 'the packet',
  skb_meta: 'the packet’s metadata',
};

/**
 * Words and the log's text for a stack slot.
 * @param gone an iterator lived there earlier on this path
 */
export function slotWords(
  slot: StackSlot | null,
  frame: number,
  text: ProgramText,
  gone = false,
): { kernel: string; words: string } {
  if (slot === null) return { kernel: '', words: gone ? 'free again: the iterator was destroyed' : 'never written' };
  const letters = slotLetters(slot);
  if (slot.iter !== null) {
    const { type, refObjId, state, depth, first } = slot.iter;
    if (!first) return { kernel: letters, words: `the rest of iter_${type}` };
    return {
      kernel: `iter_${type}(ref_id=${refObjId},state=${state},depth=${depth})`,
      words: `iter_${type} ref ${refObjId} · ${state} · depth ${depth}`,
    };
  }
  if (slot.dynptr !== undefined) {
    const { kind, first, id, refObjId } = slot.dynptr;
    if (!first) return { kernel: letters, words: `the rest of the dynptr` };
    const ref = refObjId === 0 ? '' : ` · ref ${refObjId}, to be submitted or discarded`;
    return { kernel: dynptrText(slot.dynptr), words: `dynptr ${id} of ${DYNPTR_WORDS[kind]}${ref}` };
  }
  if (slot.spilled !== null) {
    const value = valueWords(slot.spilled, -1, frame, text, { writer: -1, called: false });
    const range = value.range === undefined ? '' : `${value.range.min} … ${value.range.max}, `;
    const size = [...letters].filter((letter) => letter === 'r').length;
    const part = size === 8 ? 'a saved register' : `${size} saved bytes`;
    return { kernel: value.kernel, words: `${part}: ${range}${value.words}` };
  }
  const kinds = new Set(Array.from({ length: 8 }, (_, k) => slotByte(slot.types, k)));
  if (kinds.size === 1) return { kernel: letters, words: BYTE_WORDS[[...kinds][0]!] ?? '' };
  const runs: string[] = [];
  for (const kind of kinds) {
    const count = [...Array(8).keys()].filter((k) => slotByte(slot.types, k) === kind).length;
    runs.push(
      `${count} ${count === 1 ? 'byte' : 'bytes'} ${kind === STACK_SPILL ? 'saved' : (BYTE_WORDS[kind] ?? '')}`,
    );
  }
  return { kernel: letters, words: runs.join(', ') };
}
