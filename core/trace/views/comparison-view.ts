import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, sameSpot, slotSpot, spotName } from '../../verifier/values/spot.ts';
import { NOT_INIT, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import type { DifferenceReason } from '../../verifier/sink.ts';
import { regText } from '../query/kernel-text.ts';
import { between } from '../query/lineage.ts';
import { neededBy } from '../query/precise.ts';
import type { ProgramText } from '../query/program-text.ts';
import { slotWords, valueWords } from './reg-words.ts';
import { scalarRange } from '../query/numbers.ts';
import { namesOf } from '../explain/names.ts';
import type { ComparisonRecord, Trace } from '../record/trace.ts';
import type { StateIds } from '../record/values.ts';
import type { ComparisonView, Fit, RowKind, Shape } from './view.ts';
import { DIFFERENCE_WORDS, MARK_WORDS, OPEN_LOOP_WORDS, ROW_WORDS } from '../explain/words/differences.ts';
import { code } from '../explain/words/text.ts';

const MODE_WORDS: Readonly<Record<ComparisonRecord['mode'], string>> = {
  'not-exact': 'what the stored state allowed must cover what is known now',
  exact: 'both states must be alike in everything',
  'range-within': 'every range now must lie inside the stored one',
};

/** Senses in which numbers differ: only these can be of no account, where nothing needs the number exactly. */
const OF_NUMBERS: ReadonlySet<DifferenceReason> = new Set<DifferenceReason>([
  'range-not-within',
  'known-bits-not-within',
  'link-offset',
  'other-links',
]);

/** The comparisons made at a step, newest stored state first as the verifier tried them. */
export function comparisonViews(trace: Trace, text: ProgramText, step: number): ComparisonView[] {
  const current = trace.cursor(step).ids();
  return between(trace.data.comparisons, step).map((record) => comparisonView(trace, text, record, current));
}

/** The state that a comparison compared with, as it was then. */
export function storedState(trace: Trace, record: ComparisonRecord): StateIds {
  if (record.stored !== 0) return trace.data.values.getSnapshot(record.stored);
  const checkpoint = trace.checkpoint(record.checkpoint);
  return checkpoint === undefined ? { frames: [], refs: [] } : trace.cursor(checkpoint.step).ids();
}

/**
 * Why a number could not be let go although another one might do as well: the instruction that needs it exactly, or a loop that is still open.
 * Null when the comparison did not fail for a number.
 */
function whyExact(
  trace: Trace,
  record: ComparisonRecord,
  stored: Reg | null,
): { readonly kind: 'needed' | 'open-loop'; readonly insn: number } | null {
  if (record.location === null || record.reason === null || !OF_NUMBERS.has(record.reason)) return null;
  if (stored === null || stored.type !== SCALAR) return null;
  if (stored.precise) return { kind: 'needed', insn: neededBy(trace, record.checkpoint, record.location, record.step) };
  return record.mode === 'range-within' ? { kind: 'open-loop', insn: -1 } : null;
}

/** The value of a place in a state: of a slot, what was saved there. */
export function valueIn(trace: Trace, state: StateIds, at: Spot): Reg | null {
  const frame = state.frames[at.frame];
  if (at.what === 'reg') return trace.data.values.getReg(frame?.regs[at.index] ?? 0);
  return trace.data.values.getSlot(frame?.slots[at.index] ?? 0)?.spilled ?? null;
}

/** Why a comparison failed, in a sentence's words. */
export function differenceWords(trace: Trace, text: ProgramText, record: ComparisonRecord, stored: StateIds): string {
  if (record.reason === null) return '';
  const base = DIFFERENCE_WORDS[record.reason];
  const exact = record.location === null ? null : whyExact(trace, record, valueIn(trace, stored, record.location));
  if (exact === null) return base;
  if (exact.kind === 'open-loop') return `${base}; ${OPEN_LOOP_WORDS}`;
  return exact.insn < 0
    ? `${base}; its exact value matters later`
    : `${base}; its exact value matters to ${code(text.texts[exact.insn] ?? '')} at ${exact.insn}`;
}

/** One comparison, side by side. */
export function comparisonView(
  trace: Trace,
  text: ProgramText,
  record: ComparisonRecord,
  current: StateIds,
): ComparisonView {
  const { values, liveRegs } = trace.data;
  const stored = storedState(trace, record);
  const rows: ComparisonView['rows'][number][] = [];
  const why = differenceWords(trace, text, record, stored);
  const frames = Math.max(stored.frames.length, current.frames.length);
  const names = namesOf(trace, text);
  for (let f = 0; f < frames; f++) {
    const prefix = frames > 1 ? `frame ${f} ` : '';
    const a = stored.frames[f];
    const b = current.frames[f];
    const live = liveRegs[stored.frames[f + 1]?.callsite ?? record.pc] ?? 0x7ff;
    const blocks = (spot: Spot): boolean => record.location !== null && sameSpot(record.location, spot);
    const add = (spot: Spot, was: Shape, is: Shape, kind: RowKind, exact = false): void => {
      const note =
        kind === 'blocked' ? why : kind === 'same' && was.kernel !== is.kernel ? MARK_WORDS : ROW_WORDS[kind];
      const name = `${prefix}${spotName(spot)}`;
      const alike = was.kernel === is.kernel || kind === 'same';
      const asked = exact ? neededBy(trace, record.checkpoint, spot, record.step) : -1;
      rows.push({
        name,
        variable: spot.what === 'reg' && f === frames - 1 ? (names.local(record.pc, spot.index) ?? '') : '',
        stored: was,
        current: is,
        same: alike,
        blocked: kind === 'blocked',
        fit: fitOf(kind, exact),
        asked,
        kind,
        note,
        spot,
      });
    };
    // A number that the stored state does not need exactly.
    const loose = (old: Reg | null): boolean =>
      old !== null && old.type === SCALAR && !old.precise && record.mode === 'not-exact';
    for (let r = 0; r <= 10; r++) {
      const old = values.getReg(a?.regs[r] ?? 0);
      const now = values.getReg(b?.regs[r] ?? 0);
      const spot = regSpot(f, r);
      const blocked = blocks(spot);
      const oldSet = old !== null && old.type !== NOT_INIT;
      if (!blocked && !oldSet && (now === null || now.type === NOT_INIT)) continue;
      const textOf = (reg: Reg | null, seen = asItIs): string =>
        reg === null || reg.type === NOT_INIT ? '' : regText(seen(reg), f, text.kernelBtf, text.object.btf);
      const shapeOf = (reg: Reg | null): Shape =>
        reg === null || reg.type === NOT_INIT ? NOTHING : regShape(reg, r, f, text);
      const was = shapeOf(old);
      const is = shapeOf(now);
      const exact = old !== null && (old.type !== SCALAR || old.precise);
      const dead = r < 10 && (live & (1 << r)) === 0;
      if (blocked) add(spot, was, is, 'blocked', exact);
      else if (textOf(old, unmarked) === textOf(now, unmarked))
        add(spot, was, is, oldSet ? 'same' : 'unread', exact && !dead);
      else if (!oldSet || dead) add(spot, was, is, 'unread');
      else if (loose(old)) add(spot, was, is, 'any-number');
      else if (record.equal)
        add(spot, was, is, textOf(old, withoutIds) === textOf(now, withoutIds) ? 'renamed' : 'inside');
      else add(spot, was, is, 'different');
    }
    const slots = Math.max(a?.slots.length ?? 0, b?.slots.length ?? 0);
    for (let spi = 0; spi < slots; spi++) {
      const oldId = a?.slots[spi] ?? 0;
      const nowId = b?.slots[spi] ?? 0;
      const spot = slotSpot(f, spi);
      const blocked = blocks(spot);
      if (oldId === 0 && nowId === 0 && !blocked) continue;
      const old = values.getSlot(oldId);
      const now = values.getSlot(nowId);
      const textOf = (slot: StackSlot | null, seen = asItIs): string =>
        slotWords(slot === null ? null : changedSlot(slot, seen, seen === withoutIds), f, text).kernel;
      const was = slotShape(old, f, text);
      const is = slotShape(now, f, text);
      if (blocked) add(spot, was, is, 'blocked');
      else if (oldId === 0) add(spot, was, is, 'absent');
      else if (textOf(old, unmarked) === textOf(now, unmarked)) add(spot, was, is, 'same');
      else if (!record.equal) add(spot, was, is, 'different');
      else if (old?.iter != null) add(spot, was, is, 'iterator');
      else if (loose(old?.spilled ?? null)) add(spot, was, is, 'any-number');
      else add(spot, was, is, textOf(old, withoutIds) === textOf(now, withoutIds) ? 'renamed' : 'inside');
    }
  }
  const blocker = rows.find((row) => row.blocked)?.name;
  return {
    checkpoint: record.checkpoint,
    pc: record.pc,
    equal: record.equal,
    mode: MODE_WORDS[record.mode],
    ...rounds(trace, record),
    verdict: record.equal
      ? 'covered: whatever could happen from here was already walked'
      : blocker === undefined
        ? `not covered: ${why}`
        : `not covered because of ${blocker}: ${why}`,
    rows,
  };
}

/** When the stored state was stored, and how often the walk had been there by then and by now. */
function rounds(trace: Trace, record: ComparisonRecord): Pick<ComparisonView, 'storedAt' | 'storedRound' | 'round'> {
  const storedAt = trace.checkpoint(record.checkpoint)?.step ?? 0;
  const { pcs } = trace.data;
  let round = 0;
  let storedRound = 0;
  for (let i = 0; i < record.step; i++) {
    if (pcs[i] !== record.pc) continue;
    round++;
    if (i < storedAt) storedRound++;
  }
  return { storedAt, storedRound, round };
}

function fitOf(kind: RowKind, exact: boolean): Fit {
  switch (kind) {
    case 'blocked':
      return 'sticks-out';
    case 'unread':
      return 'unread';
    case 'different':
      return 'not-asked';
    default:
      return kind === 'same' && exact ? 'exact' : 'fits';
  }
}

/** The shape of a place in which nothing is known. */
export const NOTHING: Shape = { range: null, words: 'nothing', kernel: '' };

/** A register's value as a shape. */
export function regShape(reg: Reg, regno: number, frame: number, text: ProgramText): Shape {
  const { kernel, words } = valueWords(reg, regno, frame, text, { writer: -1, called: false });
  if (reg.type !== SCALAR) return { range: null, words, kernel };
  return { range: scalarRange(reg.scalar), words, kernel };
}

/** A stack slot as a shape. */
export function slotShape(slot: StackSlot | null, frame: number, text: ProgramText): Shape {
  const { kernel, words } = slotWords(slot, frame, text);
  if (slot === null) return { ...NOTHING, words };
  if (slot.iter !== null) return { range: null, words: slot.iter.state, kernel, depth: slot.iter.depth };
  return slot.spilled === null
    ? { range: null, words, kernel }
    : { ...regShape(slot.spilled, -1, frame, text), kernel };
}

const asItIs = (reg: Reg): Reg => reg;

/** A value without the mark of a number that is needed exactly. */
const unmarked = (reg: Reg): Reg => reg.withPrecise(false);

const withoutIds = (reg: Reg): Reg => reg.with({ id: 0, refObjId: 0 });

/** A slot with what is saved in it seen in another way, and its dynptr without its number. */
function changedSlot(slot: StackSlot, change: (reg: Reg) => Reg, anyDynptr: boolean): StackSlot {
  const spilled = slot.spilled === null ? null : change(slot.spilled);
  return slot.dynptr !== undefined && anyDynptr
    ? { ...slot, spilled, dynptr: { ...slot.dynptr, id: 0 } }
    : { ...slot, spilled };
}
