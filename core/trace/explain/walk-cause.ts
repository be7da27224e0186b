import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot, spotKey, spotName } from '../../verifier/values/spot.ts';
import { PTR_TO_MAP_VALUE, baseType } from '../../verifier/values/reg.ts';
import { storedState, valueIn } from '../views/comparison-view.ts';
import { heldBy } from './causes.ts';
import type { Flow, Value } from '../query/flow.ts';
import { operands } from '../query/flow.ts';
import type { Names } from './names.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { ComparisonRecord, Trace } from '../record/trace.ts';
import { phrase, slotPhrase } from './words/values.ts';
import type { StateIds } from '../record/values.ts';

/** What kept rounds or ways apart from each other. */
export interface Apart {
  /** Its name in the source; `r6`, `fp-16` where it has none. */
  readonly name: string;
  readonly named: boolean;
  readonly onStack: boolean;
  /** The last time: what was stored, and what it was then. */
  readonly stored: string;
  readonly current: string;
}

/** What a walk that ran into a limit was like. */
export interface WalkScene {
  /** No loop at all; a function that a helper calls again and again; an iterator's loop; a loop of jumps. */
  readonly shape: 'straight' | 'callback' | 'iterator' | 'jump';
  /** The helper that calls back, if it is one. */
  readonly helper: string | null;
  /** Instruction at which the rounds were compared most often, -1 for none. */
  readonly pc: number;
  /** Places at which a condition went both ways. */
  readonly places: number;
  readonly apart: readonly Apart[];
  /** What a loop's condition looks at and what lies in memory that is not followed: maps and global variables. */
  readonly memory: readonly string[];
}

const MAX_APART = 2;
/** Failed comparisons that are looked at: of more, the last. */
const LOOKED_AT = 20_000;

/** What a walk was like that ended at a limit or in an endless loop. */
export function walkCause(trace: Trace, text: ProgramText, names: Names, flow: Flow | null): WalkScene {
  const { forks, loops, pcs } = trace.data;
  const failed = trace.data.comparisons.slice(-LOOKED_AT).filter(({ equal, reason }) => !equal && reason !== null);
  const groups = new Map<string, ComparisonRecord[]>();
  for (const record of failed) {
    if (record.location === null) continue;
    const key = spotKey(record.location);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const ranked = [...groups.values()].sort((a, b) => b.length - a.length);
  const visits = new Uint32Array(text.program.insns.length);
  for (const pc of pcs) visits[pc]!++;
  let busiest = 0;
  visits.forEach((n, pc) => {
    if ((loops[pc] ?? 0) !== 0 && n > (visits[busiest] ?? 0)) busiest = pc;
    else if ((loops[busiest] ?? 0) === 0 && n > (visits[busiest] ?? 0)) busiest = pc;
  });
  const pc = ranked[0]?.[0]?.pc ?? busiest;
  const callbacks = forks.filter(({ kind }) => kind === 'callback');
  const nexts = forks.some(({ kind }) => kind === 'next');
  const looping = loops.some((loop, at) => loop !== 0 && (visits[at] ?? 0) > 1);
  const helper = callbackOf(
    text,
    pc,
    callbacks.map((fork) => fork.pc),
  );
  const shape: WalkScene['shape'] =
    helper !== null
      ? 'callback'
      : isIteratorLoop(text, loops, pc) || (nexts && !looping)
        ? 'iterator'
        : looping
          ? 'jump'
          : callbacks.length > 0
            ? 'callback'
            : 'straight';
  const apart = ranked.slice(0, MAX_APART).map((records) => apartOf(trace, text, names, records.at(-1)!));
  return {
    shape,
    helper: shape === 'callback' ? (helper ?? text.callee(callbacks[0]?.pc ?? -1) ?? null) : null,
    pc,
    places: new Set(forks.filter(({ kind }) => kind === 'branch').map((fork) => fork.pc)).size,
    apart: apart.length > 0 ? apart : changed(trace, text, names, pc),
    memory: flow === null ? [] : memoryLookedAt(trace, flow, names),
  };
}

// The helper whose callback a place belongs to: the call itself, or the function that it calls.
function callbackOf(text: ProgramText, pc: number, calls: readonly number[]): string | null {
  if (calls.includes(pc)) return text.callee(pc) ?? null;
  const sub = text.subprogOf(pc);
  if (sub === 0) return null;
  const start = text.subprogs[sub]?.start;
  const taken = text.program.insns.some(
    (insn, i) => insn.code === 0x18 && insn.src === 4 && i + 1 + insn.imm === start,
  );
  return taken && calls.length > 0 ? (text.callee(calls[0]!) ?? null) : null;
}

function isIteratorLoop(text: ProgramText, loops: Uint32Array, pc: number): boolean {
  if (text.iteratorMethod(pc) === 'next') return true;
  const loop = loops[pc] ?? 0;
  return loop !== 0 && text.program.insns.some((_, i) => loops[i] === loop && text.iteratorMethod(i) === 'next');
}

/** What a register or slot holds in a state, as a part of a sentence. */
export function spotPhrase(trace: Trace, text: ProgramText, state: StateIds, at: Spot): string {
  if (at.what === 'reg') return phrase(valueIn(trace, state, at), at.frame, text);
  return slotPhrase(trace.data.values.getSlot(state.frames[at.frame]?.slots[at.index] ?? 0), at.frame, text);
}

/** A place's name: the source's where it is known. */
export function locationName(names: Names, step: number, at: Spot): { name: string; named: boolean } {
  const name = at.what === 'slot' ? names.slot(step, at) : names.register(step, at.frame, at.index);
  return name === null ? { name: spotName(at), named: false } : { name, named: true };
}

function apartOf(trace: Trace, text: ProgramText, names: Names, record: ComparisonRecord): Apart {
  const at = record.location!;
  return {
    ...locationName(names, record.step, at),
    onStack: at.what === 'slot',
    stored: spotPhrase(trace, text, storedState(trace, record), at),
    current: spotPhrase(trace, text, trace.cursor(record.step).ids(), at),
  };
}

// Nothing was ever compared: what differs between the last two visits of a place.
function changed(trace: Trace, text: ProgramText, names: Names, pc: number): Apart[] {
  const { pcs, liveRegs } = trace.data;
  const last = pcs.lastIndexOf(pc) + 1;
  const before = pcs.lastIndexOf(pc, last - 2) + 1;
  if (last === 0 || before === 0) return [];
  const now = trace.cursor(last).ids();
  const then = trace.cursor(before).ids();
  if (now.frames.length !== then.frames.length) return [];
  const frame = now.frames.length - 1;
  const places: Spot[] = [];
  now.frames.forEach(({ slots }, f) => slots.forEach((_, spi) => places.push(slotSpot(f, spi))));
  for (let reg = 0; reg < 10; reg++) if (((liveRegs[pc] ?? 0) & (1 << reg)) !== 0) places.push(regSpot(frame, reg));
  return places
    .map((at) => ({
      ...locationName(names, last, at),
      onStack: at.what === 'slot',
      stored: spotPhrase(trace, text, then, at),
      current: spotPhrase(trace, text, now, at),
    }))
    .filter(({ stored, current }) => stored !== current)
    .slice(0, MAX_APART);
}

// What the last comparisons of the path look at in memory that nobody follows.
function memoryLookedAt(trace: Trace, flow: Flow, names: Names): string[] {
  const found = new Set<string>();
  const visit = (value: Value, depth: number): void => {
    if (depth > 6) return;
    const { from } = value;
    if (from.kind === 'load') {
      const base = heldBy(trace, from.base);
      const inMap = from.base.from.kind === 'address' || (base !== null && baseType(base.type) === PTR_TO_MAP_VALUE);
      const name = inMap ? names.of(value) : null;
      if (name !== null) found.add(name);
    }
    for (const operand of operands(value)) visit(operand, depth + 1);
  };
  const last = trace.pc(trace.steps);
  const loop = trace.data.loops[last] ?? 0;
  const { text } = names;
  const recent = flow.checks.slice(-32).filter((check) => loop !== 0 && trace.data.loops[check.pc] === loop);
  // The condition on whose line the loop closes; where it closes without one, all of the loop's.
  const closing = recent.filter((check) => text.lineNumber(check.pc) === text.lineNumber(last));
  for (const check of closing.length > 0 ? closing : recent) {
    visit(check.left, 0);
    visit(check.right, 0);
  }
  return [...found].slice(0, 4);
}
