import type { Spot } from '../values/spot.ts';
import { TAIL_CALL } from '../../isa/helper-names.ts';
import {
  BPF_ABS,
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CALL,
  BPF_EXIT,
  BPF_IMM,
  BPF_IND,
  BPF_JMP,
  BPF_JMP32,
  BPF_LD,
  BPF_LDX,
  BPF_LOAD_ACQ,
  BPF_MOV,
  BPF_ST,
  BPF_STX,
  BPF_X,
  opOf,
  classOf,
} from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';
import { isSubprogCall } from '../../isa/insn-kinds.ts';
import { subprogAt } from '../before/subprograms.ts';
import type { Tracked } from './tracked.ts';
import { SCALAR } from '../values/reg.ts';
import { isSpilled } from '../values/stack.ts';
import { HIST_DST_REG_STACK, HIST_SRC_REG_STACK } from '../values/state.ts';
import type { HistoryEntry, VState } from '../values/state.ts';

const isAtomic = (code: number): boolean => (code & 7) === BPF_STX && (code & 0xe0) === BPF_ATOMIC;

/** When one of a linked group is tracked, all are: a branch that refined one refined them all. */
function syncLinked(bt: Tracked, entry: HistoryEntry | null): void {
  if (entry === null || entry.linked === null) return;
  for (const linked of entry.linked)
    if (isTracked(bt, linked)) {
      trackAll(bt, entry.linked);
      return;
    }
}

const isTracked = (bt: Tracked, { what, frame, index }: Spot): boolean =>
  what === 'reg' ? (bt.regs[frame]! & (1 << index)) !== 0 : bt.hasSlot(frame, index);

function trackAll(bt: Tracked, linked: readonly Spot[]): void {
  for (const { what, frame, index } of linked) {
    if (what === 'reg') bt.set(index, frame);
    else bt.setSlot(frame, index);
  }
}

/** Raised when an instruction cannot be walked backwards: everything becomes precise then. */
const GIVE_UP = false;
const GO_ON = true;

/** Undoes one instruction: what was needed of its results becomes needed of its inputs. */
function backtrack(env: Env, idx: number, later: number, entry: HistoryEntry | null, bt: Tracked): boolean {
  const insn = env.insns[idx]!;
  if (insn.code === 0) return GO_ON;
  if (env.loggingAll) env.text.writeBacktrack(idx, bt);
  // Backwards a conditional jump comes before what it refined: the linked ones count at its outcome already.
  syncLinked(bt, entry);
  const cls = classOf(insn.code);
  const op = opOf(insn.code);
  const { dst, src } = insn;
  const fromReg = (insn.code & 8) === BPF_X;
  if (cls === BPF_ALU || cls === BPF_ALU64) {
    if (!bt.has(dst)) return GO_ON;
    if (op === 0xd0 || op === 0x80) return GO_ON;
    if (op === BPF_MOV) {
      bt.drop(dst);
      if (fromReg && src !== 10) bt.set(src);
    } else if (fromReg && src !== 10) bt.set(src);
  } else if (cls === BPF_LDX || (isAtomic(insn.code) && insn.imm === BPF_LOAD_ACQ)) {
    if (!bt.has(dst)) return GO_ON;
    bt.drop(dst);
    const slot = entry?.slot ?? null;
    if (slot !== null) bt.setSlot(slot.frame, slot.index);
  } else if (cls === BPF_STX || cls === BPF_ST) {
    // Atomic operations that fetch count as stores alone: what they load stays tracked.
    if (bt.has(dst)) return GIVE_UP;
    const slot = entry?.slot ?? null;
    if (slot === null || !bt.hasSlot(slot.frame, slot.index)) return GO_ON;
    bt.dropSlot(slot.frame, slot.index);
    if (cls === BPF_STX) bt.set(src);
  } else if (cls === BPF_JMP || cls === BPF_JMP32) {
    if (isSubprogCall(insn)) {
      const callee = subprogAt(env, idx + insn.imm + 1);
      if (env.subprogs[callee]!.global) {
        bt.drop(0);
        return GO_ON;
      }
      for (let i = 1; i <= 5; i++)
        if (bt.has(i)) {
          bt.drop(i);
          bt.set(i, bt.frame - 1);
        }
      bt.frame--;
      return GO_ON;
    }
    if (op === BPF_CALL && env.facts.callsCallback[idx] === 1 && idx !== later - 1) {
      for (let i = 1; i <= 5; i++) bt.drop(i);
      bt.frame--;
      return GO_ON;
    }
    if (op === BPF_CALL) {
      if (insn.src === 2 && insn.imm === 0) return GIVE_UP;
      bt.drop(0);
      // A tail call whose next step is elsewhere was the end of its function.
      if (insn.src === 0 && insn.imm === TAIL_CALL && later - idx !== 1) bt.frame++;
      return GO_ON;
    }
    if (op === BPF_EXIT) {
      const fromCall = later - 1 >= 0 && isSubprogCall(env.insns[later - 1]!);
      // What a callback gets in r1 to r5 comes from the helper that calls it.
      if (later >= 0 && env.facts.callsCallback[later] === 1) for (let i = 1; i <= 5; i++) bt.drop(i);
      const r0 = fromCall && bt.has(0);
      bt.drop(0);
      bt.frame++;
      if (r0) bt.set(0);
      return GO_ON;
    }
    if (fromReg) {
      if (!bt.has(dst) && !bt.has(src)) return GO_ON;
      // Both sides of a comparison count, unless one is a pointer to the stack.
      if (entry === null || (entry.flags & HIST_SRC_REG_STACK) === 0) bt.set(src);
      if (entry === null || (entry.flags & HIST_DST_REG_STACK) === 0) bt.set(dst);
    }
  } else if (cls === BPF_LD) {
    const mode = insn.code & 0xe0;
    if (mode === BPF_IMM) bt.drop(dst);
    if (mode === BPF_IND || mode === BPF_ABS) return bt.has(dst) ? GIVE_UP : GO_ON;
    return GO_ON;
  }
  syncLinked(bt, entry);
  return GO_ON;
}

/** Tells whoever watches that a stored state's register or slot is needed exactly. */
function marked(env: Env, state: VState, what: Spot['what'], frame: number, index: number): void {
  env.sink?.onPrecise({
    checkpoint: state.checkpoint,
    location: { what, frame, index },
    because: env.insnIdx,
    covering: env.tracked.covering,
  });
}

/** Marks every scalar of the states before this one as needed exactly. */
export function markAllPrecise(env: Env, from: VState): void {
  if (env.loggingAll)
    env.log.write(`mark_precise: frame${from.curframe}: falling back to forcing all scalars precise\n`);
  for (let state = from.parent; state !== null; state = state.parent) {
    state.frames.forEach((frame, i) => {
      for (let r = 0; r < 10; r++) {
        const reg = frame.regs[r]!;
        if (reg.type !== SCALAR || reg.precise) continue;
        frame.regs[r] = reg.withPrecise(true);
        marked(env, state, 'reg', i, r);
        if (env.loggingAll) env.log.write(`force_precise: frame${i}: forcing r${r} to be precise\n`);
      }
      frame.stack.forEach((slot, spi) => {
        if (!isSpilled(slot) || slot.spilled!.type !== SCALAR || slot.spilled!.precise) return;
        frame.stack[spi] = { ...slot, spilled: slot.spilled!.withPrecise(true) };
        marked(env, state, 'slot', i, spi);
        if (env.loggingAll) env.log.write(`force_precise: frame${i}: forcing fp${-(spi + 1) * 8} to be precise\n`);
      });
    });
  }
}

/**
 * Marks what a value depends on as precise in the stored states before this one: their later comparisons must take its range
 * exactly. Walks the instructions backwards through the recorded history.
 * @param bt what is needed at the end of `start`; emptied on return
 * @returns true when a mark was added
 */
export function markChain(env: Env, start: VState, bt: Tracked): boolean {
  let state: VState | null = start;
  let firstIdx = start.firstInsn;
  let lastIdx = start.insnIdx;
  let later = -1;
  let skip = true;
  let changed = false;
  if (bt.empty) return false;
  for (;;) {
    let latest: HistoryEntry | null = state.history;
    if (env.loggingAll)
      env.log.write(`mark_precise: frame${bt.frame}: last_idx ${lastIdx} first_idx ${firstIdx} subseq_idx ${later} \n`);
    if (lastIdx < 0) {
      // The entry of a global function: its arguments are what remains.
      const frame = state.frames[0]!;
      for (let r = 0; r < 10; r++) {
        if ((bt.regs[0]! & (1 << r)) === 0) continue;
        bt.drop(r, 0);
        if (frame.regs[r]!.type === SCALAR) {
          frame.regs[r] = frame.regs[r]!.withPrecise(true);
          changed = true;
        }
      }
      bt.clear();
      return changed;
    }
    for (let i = lastIdx; ;) {
      let ok = GO_ON;
      if (skip) skip = false;
      else {
        ok = backtrack(env, i, later, latest !== null && latest.idx === i ? latest : null, bt);
      }
      if (!ok) {
        markAllPrecise(env, start);
        bt.clear();
        return true;
      }
      if (bt.empty) {
        bt.clear();
        return changed;
      }
      later = i;
      const noted = latest !== null && latest.idx === i;
      if (i === state.firstInsn && (latest === null || (noted && latest.before === null))) break;
      if (noted) {
        i = latest!.prevIdx;
        latest = latest!.before;
      } else i--;
      if (i < 0 || i >= env.insns.length) throw new Error(`verifier bug: backtracking idx ${i}`);
    }
    state = state.parent;
    if (state === null) break;
    for (let fr = bt.frame; fr >= 0; fr--) {
      const frame = state.frames[fr]!;
      for (let left = bt.regs[fr]!; left !== 0; left &= left - 1) {
        const r = 31 - Math.clz32(left & -left);
        const reg = frame.regs[r]!;
        if (reg.type !== SCALAR || reg.precise) bt.drop(r, fr);
        else {
          frame.regs[r] = reg.withPrecise(true);
          changed = true;
          marked(env, state, 'reg', fr, r);
        }
      }
      for (let spi = 0; bt.anySlot(fr) && spi < 64; spi++) {
        if (!bt.hasSlot(fr, spi)) continue;
        const slot = frame.stack[spi];
        if (slot === undefined || !isSpilled(slot) || slot.spilled!.type !== SCALAR || slot.spilled!.precise)
          bt.dropSlot(fr, spi);
        else {
          frame.stack[spi] = { ...slot, spilled: slot.spilled!.withPrecise(true) };
          changed = true;
          marked(env, state, 'slot', fr, spi);
        }
      }
      if (env.loggingAll) {
        env.log.write(`mark_precise: frame${fr}: parent state regs=${bt.regsText(fr)} stack=${bt.slotsText(fr)}: `);
        env.text.writeState(state, frame);
      }
    }
    if (bt.empty) {
      bt.clear();
      return changed;
    }
    later = firstIdx;
    lastIdx = state.lastInsn;
    firstIdx = state.firstInsn;
  }
  if (!bt.empty) markAllPrecise(env, start);
  bt.clear();
  return changed;
}

/** Marks a scalar register of the running frame as needed exactly. */
export function markPrecise(env: Env, regno: number): void {
  const bt = env.tracked;
  bt.frame = env.state.curframe;
  bt.set(regno);
  markChain(env, env.state, bt);
}
