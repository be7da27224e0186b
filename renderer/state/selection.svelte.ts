import type { Spot } from '../../core/verifier/values/spot.ts';
import type { ForkMark } from '../../core/trace/views/view.ts';
import { future } from '../exploration/future.svelte.ts';
import { byId } from '../exploration/by-id.ts';
import { nearestVisit } from '../exploration/visits.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';

/** What is chosen, shown by every pane at once. Choosing one thing keeps the others unless they contradict it. */
export interface Chosen {
  /** Instruction index. */
  readonly insn: number | null;
  /** `ForkMark.id`. */
  readonly fork: number | null;
  /** `PathLane.id`. */
  readonly lane: number | null;
  readonly slot: Spot | null;
  /** Register name (`r6`): what the Envelope tab shows. */
  readonly reg: string | null;
}
const NOTHING: Chosen = { insn: null, fork: null, lane: null, slot: null, reg: null };

/** What is chosen in the session on show. */
class Selection {
  current = $state.raw<Chosen>(NOTHING);

  constructor() {
    playhead.onMove((step) => this.#leave(step));
  }

  /** Chooses an instruction; `jump` also moves the playhead to the nearest step, of those that are known, that processes it. */
  selectInsn(insn: number, jump = true): void {
    this.current = { ...this.current, insn, fork: null, lane: null };
    if (!jump) return;
    // What is not walked yet cannot be gone to.
    const pcs = (onShow.exploration?.pcs ?? new Uint32Array()).subarray(0, future.known.until);
    const step = nearestVisit(pcs, playhead.step, insn);
    if (step > 0) {
      playhead.pause();
      playhead.goTo(step);
    }
  }
  /** Chooses a fork and moves the playhead there. */
  selectFork(fork: number): void {
    const mark = byId(onShow.exploration?.forks, fork);
    if (mark === undefined) return;
    playhead.pause();
    this.current = { ...this.current, fork, insn: mark.pc, lane: mark.path };
    playhead.goTo(mark.step);
  }
  /** Chooses the fork at the playhead, else the last one before it. */
  selectForkHere(): void {
    let nearest: ForkMark | null = null;
    for (const fork of onShow.exploration?.forks ?? [])
      if (fork.step <= playhead.step && (nearest === null || fork.step > nearest.step)) nearest = fork;
    if (nearest !== null) this.selectFork(nearest.id);
  }
  /** Chooses a lane; the playhead moves to its start unless it is already on it. */
  selectLane(lane: number): void {
    const path = byId(onShow.exploration?.paths, lane);
    if (path === undefined) return;
    playhead.pause();
    this.current = { ...this.current, lane, fork: null, insn: null };
    if (playhead.step < path.firstStep || playhead.step > path.lastStep) playhead.goTo(path.firstStep);
  }
  selectSlot(slot: Spot): void {
    playhead.frame = slot.frame;
    this.current = { ...this.current, slot, reg: null };
  }
  selectReg(reg: string): void {
    this.current = { ...this.current, reg, slot: null };
  }
  /** Chooses what was chosen when a person was at a place. */
  comeBack(place: Pick<Chosen, 'insn' | 'reg' | 'slot'> | null): void {
    if (place !== null) this.current = { ...NOTHING, insn: place.insn, reg: place.reg, slot: place.slot };
  }
  clear(): void {
    this.current = NOTHING;
  }

  // What was chosen in the walk stays chosen only as long as the playhead stays with it; registers and slots stay.
  #leave(step: number): void {
    const { insn, fork, lane } = this.current;
    if (insn === null && fork === null && lane === null) return;
    const { exploration } = onShow;
    const path = lane === null ? undefined : byId(exploration?.paths, lane);
    const onInsn = exploration?.pcs[step - 1] === insn;
    const onLane = path !== undefined && step >= path.firstStep && step <= path.lastStep;
    if ((insn === null || onInsn) && (lane === null || onLane)) return;
    this.current = {
      ...this.current,
      insn: onInsn ? insn : null,
      fork: onInsn ? fork : null,
      lane: onLane ? lane : null,
    };
  }
}

export const selection = new Selection();
