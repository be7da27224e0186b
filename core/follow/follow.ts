import type { Spot } from '../verifier/values/spot.ts';
import { regSpot, slotSpot } from '../verifier/values/spot.ts';
import type { Insn } from '../isa/insn.ts';
import { CALL, EXIT } from '../isa/opcodes.ts';
import { ADD_CONST, ADD_CONST32, NOT_INIT, SCALAR } from '../verifier/values/reg.ts';
import type { Reg } from '../verifier/values/reg.ts';
import type { StateView } from '../verifier/sink.ts';
import { slotByte, STACK_ITER, STACK_MISC, STACK_SPILL } from '../verifier/values/stack.ts';
import type { StackSlot } from '../verifier/values/stack.ts';
import type { ConcreteRun } from './concrete-run.ts';
import { regHolds, slotHolds, spilledNumber, wholeSpill, wide } from './contains.ts';
import { effectOf, regPlace, slotPlace, writesMemory } from './effects.ts';
import type { Effect, Place } from './effects.ts';
import type { PruneEdge, WalkGraph } from './walk-graph.ts';

/** Where a run left what the verifier knew. */
export interface Outside {
  /**
   * `value`: a register or slot holds what the state does not allow; `link`: scalars said to be equal are not; `iterators`: another number of
   * them is alive; `path`: the verifier never walked from the last instruction to this one.
   */
  readonly kind: 'value' | 'link' | 'iterators' | 'path';
  readonly pc: number;
  /** The instruction before it in the run; -1 at its start. */
  readonly after: number;
  /** The verifier's step whose state was compared; 0 for `path`. */
  readonly step: number;
  /** Where, in the verifier's state; null when it is no one value's. */
  readonly spot: Spot | null;
  /** The concrete value, unsigned. */
  readonly value?: bigint;
  /** What the state says there. */
  readonly known?: Reg | StackSlot;
}

/** A step of the walk whose state the run may be in. */
interface Candidate {
  readonly step: number;
  readonly state: StateView;
  /** Places whose scalar need not be contained: see `RunFollower`. */
  readonly loose: ReadonlySet<Place>;
}

/** A walk that the run is in: the program's, or within it that of a global function. */
interface Walk {
  /** The run's frame that is this walk's frame 0. */
  readonly base: number;
  candidates: readonly Candidate[];
}

const NONE: ReadonlySet<Place> = new Set();
const NO_EFFECT: Effect = { reads: [], writes: [] };

/** How loose places are carried along an edge. */
interface Carry {
  readonly from: Candidate | null;
  /** What the instruction between read and overwrote. */
  readonly effect: Effect;
  /** Frames entered or left by it. */
  readonly deeper: number;
  readonly callback: boolean;
  /** Compare every place, not only those that changed. */
  readonly full: boolean;
}

/**
 * Follows a run through the verifier's exploration and says when it leaves it.
 *
 * The run's state before each instruction must lie in the state of some step of the walk that can be reached by the walk's own edges: the
 * next step on the path, the path that forked off, the step whose stored state covers a pruned path. A candidate that does not contain the run
 * is dropped; when none is left, the run is outside.
 *
 * What containment can be demanded:
 * - Up to the first pruned path everything: each register and stack slot of each frame, dead or alive, precise or not, and that scalars with
 *   the same id are equal (but for their constant difference). Transfer functions, refinement by branches and widening are sound for all.
 * - Pruning compares with the stored state only what the rest of the walk from there relied on. Demanded is what it compared: registers that
 *   are alive, pointers, iterators, bytes known to be zero, scalars marked precise (all scalars where ranges were compared because the loop was
 *   not closed yet), and the links among these. Any other place may differ: it becomes loose if the run's value is not contained.
 * - A loose scalar taints what is computed from it: the results of instructions that read it, and what a branch on it refines. These need not
 *   be contained either (a later precise use would have marked the loose scalar precise in the stored state, by backtracking). All else
 *   must be; pointers always. A place is no longer loose once a value without links contains it, whatever it came from.
 * - Back at its call after a callback, the call's arguments r1 to r5 are an exception: backtracking takes them for set by the helper and does not
 *   trace them on, so a loose one stays loose there.
 * - The verifier's choice of a single branch is a precise use: the run may not take the other one, loose or not.
 */
export class RunFollower {
  #walks: Walk[] = [];
  #pc = -1;
  #lost = false;
  #first: Outside | null = null;
  /** Values compared so far. */
  compared = 0;
  /** Places that became loose where a path was pruned. */
  loosened = 0;

  constructor(
    private readonly graph: WalkGraph,
    private readonly insns: readonly Insn[],
    private readonly run: ConcreteRun,
  ) {}

  /** Steps of the walk whose states contain the run's; none once it has left the exploration. */
  get steps(): readonly number[] {
    return this.#lost ? [] : (this.#walks.at(-1)?.candidates.map(({ step }) => step) ?? []);
  }

  /** The state of the first of `steps`, or of the last one there was. */
  get state(): StateView | null {
    return this.#walks.at(-1)?.candidates[0]?.state ?? null;
  }

  /** Before each instruction of the run. Says where the run has left the exploration, once; after that it is not followed any more. */
  step(pc: number): Outside | null {
    if (this.#lost) return null;
    const last = this.insns[this.#pc];
    this.#first = null;
    if (last?.code === EXIT) this.#leaveCallback();
    this.run.update(last !== undefined && (writesMemory(last) || last.code === EXIT));
    const reached = this.#advance(pc, last);
    const after = this.#pc;
    this.#pc = pc;
    if (reached.length > 0) {
      this.#walks.at(-1)!.candidates = reached;
      return null;
    }
    this.#lost = true;
    return this.#first ?? { kind: 'path', pc, after, step: 0, spot: null };
  }

  #advance(pc: number, last: Insn | undefined): Candidate[] {
    const { run, graph } = this;
    const reached: Candidate[] = [];
    if (last === undefined) {
      this.#walks = [{ base: 0, candidates: [] }];
      this.#arrive(graph.root(pc), ENTRY, 0, reached);
      return reached;
    }
    let walk = this.#walks.at(-1)!;
    let left = false;
    while (run.depth <= walk.base && this.#walks.length > 1) {
      this.#walks.pop();
      walk = this.#walks.at(-1)!;
      left = true;
    }
    for (const from of walk.candidates) {
      // Not always the run's last one: it may be the call that a function or callback has returned to.
      const insn = this.insns[graph.pc(from.step)]!;
      let effect: Effect | null = null;
      for (const to of graph.successors(from.step)) {
        if (graph.pc(to) !== pc) continue;
        const depth = graph.state(to).frames.length;
        if (walk.base + depth !== run.depth) continue;
        const deeper = depth - from.state.frames.length;
        // A call's effect on its caller comes with its return.
        if (deeper === 0 && from.loose.size > 0) effect ??= effectOf(insn, run, walk.base, from.state.frames.length);
        const callback = deeper > 0 && insn.code === CALL && insn.src === 0;
        this.#arrive(to, { from, effect: effect ?? NO_EFFECT, deeper, callback, full: left }, walk.base, reached);
      }
    }
    const root = reached.length === 0 && this.#first === null && last.code === CALL ? graph.root(pc) : 0;
    if (root > 0 && run.depth > 1) {
      this.#walks.push({ base: run.depth - 1, candidates: [] });
      this.#arrive(root, ENTRY, run.depth - 1, reached);
    }
    return reached;
  }

  /** A callback's exit leads back to the call that made it, where the verifier decides anew: a step of the walk, but none of the run. */
  #leaveCallback(): void {
    const walk = this.#walks.at(-1)!;
    const after: Candidate[] = [];
    for (const from of walk.candidates) {
      const { callsite } = from.state.frames.at(-1)!;
      const to = this.graph.successors(from.step).find((step) => this.graph.pc(step) === callsite);
      const back = to !== undefined && this.graph.state(to).frames.length === from.state.frames.length - 1;
      if (!back) after.push(from);
      else this.#arrive(to, { from, effect: NO_EFFECT, deeper: -1, callback: true, full: true }, walk.base, after);
    }
    walk.candidates = after;
  }

  /** Takes a step of the walk as candidate if its state contains the run, and with it what the walk holds to be the same state. */
  #arrive(to: number, carry: Carry, base: number, reached: Candidate[]): void {
    if (to === 0) return;
    const returned = carry.callback && carry.deeper < 0;
    let candidate = this.#enter(to, carry, base);
    for (let prune; candidate !== null && (prune = this.graph.prune(candidate.step)) !== undefined;)
      candidate = this.#cover(prune, candidate.loose, base, returned);
    if (candidate === null) return;
    const { step, loose } = candidate;
    if (reached.some((other) => other.step === step && sameSet(other.loose, loose))) return;
    reached.push(candidate);
    for (const again of this.graph.again(step))
      this.#arrive(
        again,
        { from: candidate, effect: NO_EFFECT, deeper: 0, callback: false, full: true },
        base,
        reached,
      );
  }

  #outside(place: Omit<Outside, 'pc' | 'after'>): null {
    this.#first ??= { ...place, pc: this.graph.pc(place.step), after: this.#pc };
    return null;
  }

  #enter(step: number, carry: Carry, base: number): Candidate | null {
    const { run } = this;
    const state = this.graph.state(step);
    const old = carry.from?.state;
    const before = carry.from?.loose ?? NONE;
    const tainted = before.size > 0 && carry.effect.reads.some((place) => before.has(place));
    const loose = new Set<Place>();
    const precise = this.graph.precise(step);
    const returned = carry.callback && carry.deeper < 0;
    let linked = carry.full;
    for (let f = 0; f < state.frames.length; f++) {
      const { regs, stack } = state.frames[f]!;
      const concrete = run.frame(base + f);
      const was = old !== undefined && f < old.frames.length ? old.frames[f]! : null;
      const entered = carry.deeper > 0 && f === state.frames.length - 1;
      for (let r = 0; r < 11; r++) {
        const reg = regs[r]!;
        const place = regPlace(f, r);
        const same = was !== null && reg === was.regs[r];
        if (same && !carry.full && !run.regChanged(base + f, r) && !before.has(place)) continue;
        const mayBeLoose =
          entered || (r === 0 && carry.deeper < 0 && f === state.frames.length - 1)
            ? this.#passed(carry, f, r)
            : before.size > 0 && stillLoose(place, before, carry.effect, !same, tainted);
        this.compared++;
        const lo = concrete.regs[2 * r]!;
        const hi = concrete.regs[2 * r + 1]!;
        const holds = regHolds(reg, lo, hi, run, base);
        const untraced = returned && f === state.frames.length - 1 && isArgument(r);
        if (!holds && (!mayBeLoose || (precise.has(place) && !untraced)))
          return this.#outside({ kind: 'value', step, spot: regSpot(f, r), value: wide(lo, hi), known: reg });
        if (mayBeLoose && !(holds && reg.id === 0)) loose.add(place);
        if (reg.type === SCALAR && reg.id !== 0) linked = true;
      }
      for (let spi = 0; spi < stack.length; spi++) {
        const slot = stack[spi];
        if (slot === undefined) continue;
        const place = slotPlace(f, spi);
        const same = was !== null && slot === was.stack[spi];
        if (same && !carry.full && slot.iter === null && !run.slotChanged(base + f, spi) && !before.has(place))
          continue;
        const mayBeLoose = !entered && before.size > 0 && stillLoose(place, before, carry.effect, !same, tainted);
        this.compared++;
        const at = concrete.stackTop - 8 * (spi + 1);
        const holds = slotHolds(slot, at, run, base);
        if (!holds && (!mayBeLoose || precise.has(place)))
          return this.#outside({ kind: 'value', step, spot: slotSpot(f, spi), value: this.#bytes(at), known: slot });
        const link = spilledNumber(slot)?.reg.id ?? 0;
        if (mayBeLoose && !(holds && link === 0)) loose.add(place);
        if (link !== 0) linked = true;
      }
    }
    if (linked && !this.#linksHold(step, state, base, loose, null)) return null;
    if (!this.#sameIterators(step, state, base)) return null;
    return { step, state, loose: loose.size === 0 ? NONE : loose };
  }

  /** Whether what a call passed, or a function returned, may be loose: as the value was at the other side. */
  #passed({ from, deeper, callback }: Carry, frame: number, r: number): boolean {
    const before = from?.loose ?? NONE;
    if (before.size === 0) return false;
    if (deeper < 0) return before.has(regPlace(frame + 1, 0)) || (callback && before.has(regPlace(frame, 0)));
    if (r < 1 || r > 5) return false;
    if (!callback) return before.has(regPlace(frame - 1, r));
    return [1, 2, 3, 4, 5].some((arg) => before.has(regPlace(frame - 1, arg)));
  }

  /** Goes on at the step whose stored state covers a pruned path's. */
  #cover(
    { to, stored, mode }: PruneEdge,
    before: ReadonlySet<Place>,
    base: number,
    returned: boolean,
  ): Candidate | null {
    if (to === 0) return null;
    const { run } = this;
    const state = this.graph.state(to);
    const loose = new Set<Place>();
    const demanded = new Set<Place>();
    const all = mode !== 'not-exact';
    const marked = this.graph.precise(to);
    const depth = state.frames.length;
    for (let f = 0; f < depth; f++) {
      const { regs, stack } = state.frames[f]!;
      const kept = stored?.frames[f];
      const concrete = run.frame(base + f);
      const live = this.graph.liveRegs(f === depth - 1 ? this.graph.pc(to) : state.frames[f + 1]!.callsite);
      for (let r = 0; r < 11; r++) {
        const compared = (live & (1 << r)) !== 0 ? kept?.regs[r] : undefined;
        const place = regPlace(f, r);
        const untraced = returned && f === depth - 1 && isArgument(r) && before.has(place);
        const demand =
          compared !== undefined && !untraced && demands(compared, all, before.has(place), marked.has(place));
        if (demand) demanded.add(place);
        const reg = regs[r]!;
        this.compared++;
        const lo = concrete.regs[2 * r]!;
        const hi = concrete.regs[2 * r + 1]!;
        if (regHolds(reg, lo, hi, run, base)) continue;
        if (demand)
          return this.#outside({ kind: 'value', step: to, spot: regSpot(f, r), value: wide(lo, hi), known: reg });
        loose.add(place);
      }
      for (let spi = 0; spi < stack.length; spi++) {
        const slot = stack[spi];
        if (slot === undefined) continue;
        const compared = kept?.stack[spi];
        const place = slotPlace(f, spi);
        const at = concrete.stackTop - 8 * (spi + 1);
        const spilled = wholeSpill(compared);
        if (spilled !== null && demands(spilled, all, before.has(place), marked.has(place))) demanded.add(place);
        this.compared++;
        if (slotHolds(slot, at, run, base)) continue;
        if (
          compared !== undefined &&
          !slotHolds(demandedPart(compared, all, before.has(place), marked.has(place)), at, run, base)
        )
          return this.#outside({
            kind: 'value',
            step: to,
            spot: slotSpot(f, spi),
            value: this.#bytes(at),
            known: compared,
          });
        loose.add(place);
      }
    }
    if (!this.#linksHold(to, state, base, loose, demanded)) return null;
    this.loosened += loose.size;
    return { step: to, state, loose: loose.size === 0 ? NONE : loose };
  }

  #bytes(at: number): bigint {
    return this.run.machine.memory.view.getBigUint64(at, true);
  }

  /**
   * Whether scalars with the same id are equal, but for their constant differences; loose ones need not be.
   * @param demanded after pruning: places that must agree; others of their groups become loose when they don't. Null: all must.
   */
  #linksHold(
    step: number,
    state: StateView,
    base: number,
    loose: Set<Place>,
    demanded: ReadonlySet<Place> | null,
  ): boolean {
    const groups = new Map<number, Member[]>();
    state.frames.forEach((frame, f) => {
      const concrete = this.run.frame(base + f);
      const add = (reg: Reg, place: Place, value: bigint, spot: Spot): void => {
        if (reg.type !== SCALAR || reg.id === 0 || loose.has(place)) return;
        const group = groups.get(reg.id & ~ADD_CONST);
        const member = { reg, place, value, spot };
        if (group === undefined) groups.set(reg.id & ~ADD_CONST, [member]);
        else group.push(member);
      };
      frame.regs.forEach((reg, r) => {
        if (reg.id !== 0)
          add(reg, regPlace(f, r), wide(concrete.regs[2 * r]!, concrete.regs[2 * r + 1]!), regSpot(f, r));
      });
      frame.stack.forEach((slot, spi) => {
        const spilled = spilledNumber(slot);
        if (spilled === null || spilled.reg.id === 0) return;
        const value = BigInt.asUintN(spilled.bytes * 8, this.#bytes(concrete.stackTop - 8 * (spi + 1)));
        add(spilled.reg, slotPlace(f, spi), value, slotSpot(f, spi));
      });
    });
    for (const group of groups.values()) {
      const must = demanded === null ? group : group.filter(({ place }) => demanded.has(place));
      const first = must[0] ?? group[0]!;
      const odd = must.find((member) => !linkedEqually(first, member));
      if (odd !== undefined) {
        this.#outside({ kind: 'link', step, spot: odd.spot, value: odd.value, known: odd.reg });
        return false;
      }
      if (demanded === null || group.every((member) => linkedEqually(first, member))) continue;
      for (const member of group) if (must.length === 0 || !linkedEqually(first, member)) loose.add(member.place);
    }
    return true;
  }

  /** At an exit, the iterators alive in the walk's frames must be those of the state. */
  #sameIterators(step: number, state: StateView, base: number): boolean {
    if (this.insns[this.graph.pc(step)]!.code !== EXIT) return true;
    const known = state.frames.reduce(
      (sum, { stack }) =>
        sum + stack.filter((slot) => slot?.iter?.first === true && slotByte(slot.types, 0) === STACK_ITER).length,
      0,
    );
    let alive = 0;
    for (const address of this.run.iterators.live.keys())
      for (let f = 0; f < state.frames.length; f++) {
        const { stackTop } = this.run.frame(base + f);
        if (address >= stackTop - 512 && address < stackTop) alive++;
      }
    if (alive === known) return true;
    this.#outside({ kind: 'iterators', step, spot: null, value: BigInt(alive) });
    return false;
  }
}

const ENTRY: Carry = { from: null, effect: NO_EFFECT, deeper: 0, callback: false, full: true };

/**
 * Whether a place may be loose after an instruction.
 * @param changed  the verifier knows something else of it now
 * @param tainted  the instruction read a loose place
 */
function stillLoose(
  place: Place,
  before: ReadonlySet<Place>,
  effect: Effect,
  changed: boolean,
  tainted: boolean,
): boolean {
  return effect.writes.includes(place) ? tainted : before.has(place) || (changed && tainted);
}

/** A register or spilled slot that is linked with others. */
interface Member {
  readonly reg: Reg;
  readonly place: Place;
  readonly value: bigint;
  readonly spot: Spot;
}

/** Whether two linked scalars differ by just what their ids say. 32-bit and 64-bit differences say nothing of each other. */
function linkedEqually(a: Member, b: Member): boolean {
  const flags = (a.reg.id | b.reg.id) & ADD_CONST;
  if (flags === ADD_CONST) return true;
  const root = ({ reg, value }: Member): bigint => value - ((reg.id & ADD_CONST) === 0 ? 0n : BigInt(reg.delta));
  return BigInt.asUintN(flags === ADD_CONST32 ? 32 : 64, root(a) - root(b)) === 0n;
}

/**
 * Whether a comparison demanded this of a stored register: pointers always, scalars if they were precise or all were compared. Where the run was
 * outside of the compared state already, only precision still binds it: that was handed on to whatever the value came from.
 */
function demands(reg: Reg, all: boolean, loose: boolean, marked: boolean): boolean {
  const precise = reg.type === SCALAR && (reg.precise || marked);
  return precise || (!loose && reg.type !== NOT_INIT && (reg.type !== SCALAR || all));
}

/** A stored slot with only what a comparison demanded of it. */
function demandedPart(slot: StackSlot, all: boolean, loose: boolean, marked: boolean): StackSlot {
  if (slot.spilled !== null ? demands(slot.spilled, all, loose, marked) : !loose) return slot;
  let types = slot.types;
  for (let k = 0; k < 8; k++)
    if (loose || slotByte(types, k) === STACK_SPILL) types = (types & ~(15 << (k * 4))) | (STACK_MISC << (k * 4));
  return { types, spilled: null, iter: null };
}

const isArgument = (reg: number): boolean => reg >= 1 && reg <= 5;

function sameSet(a: ReadonlySet<Place>, b: ReadonlySet<Place>): boolean {
  if (a.size !== b.size) return false;
  for (const place of a) if (!b.has(place)) return false;
  return true;
}
