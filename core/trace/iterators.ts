import type { StackSlot } from '../verifier/stack.ts';
import type { Cursor, Trace } from './trace.ts';
import { lineage, slotChanges } from './lineage.ts';
import type { ProgramText } from './program-text.ts';
import { MAX_SLOTS } from './values.ts';
import type { IterView } from './view.ts';

/** A place on the stack where an iterator lives at some time. */
interface Home {
  readonly frame: number;
  readonly spi: number;
  readonly type: string;
  readonly name: string;
  /** Steps at which the place's value changed, ascending, and the value. */
  readonly steps: number[];
  readonly values: number[];
}

const NEW = /^bpf_iter_(\w+)_new$/;
const NEXT = /^bpf_iter_\w+_next$/;

/** Where iterators live in a program, and what state each is in at a step. Found once by a pass over the recorded changes. */
export class Iterators {
  readonly #homes: Home[];

  constructor(
    private readonly trace: Trace,
    private readonly text: ProgramText,
  ) {
    const homes = new Map<number, Home>();
    const { values, pcs } = trace.data;
    // Most traces change few slots that ever hold an iterator: which values are iterators is asked once for each.
    const iterOf = new Map<number, StackSlot['iter']>();
    slotChanges(trace, (step, frame, spi, value) => {
      const key = frame * MAX_SLOTS + spi;
      let home = homes.get(key);
      if (home === undefined) {
        if (value === 0) return;
        let iter = iterOf.get(value);
        if (iter === undefined) {
          iter = values.getSlot(value)?.iter ?? null;
          iterOf.set(value, iter);
        }
        if (iter === null || !iter.first) return;
        const maker = step > 1 ? pcs[step - 2]! : -1;
        const name = text.addressedVariable(maker) ?? `fp-${(spi + 1) * 8}`;
        home = { frame, spi, type: iter.type, name, steps: [], values: [] };
        homes.set(key, home);
      }
      home.steps.push(step);
      home.values.push(value);
    });
    this.#homes = [...homes.values()].sort((a, b) => a.frame - b.frame || a.spi - b.spi);
  }

  /** Name of the variable whose state begins at a slot, if an iterator lives there. */
  nameAt(frame: number, spi: number): string | undefined {
    return this.#homes.find((home) => home.frame === frame && home.spi === spi)?.name;
  }

  /** The iterators of the frames that exist before `step`. `before` is the state before the step before it on its path. */
  at(step: number, now: Cursor, before: Cursor | null): IterView[] {
    const out: IterView[] = [];
    for (const home of this.#homes) {
      if (home.frame >= now.depth) continue;
      const at = home.frame * MAX_SLOTS + home.spi;
      const { values } = this.trace.data;
      const iter = values.getSlot(now.slots[at]!)?.iter ?? null;
      const past = iter === null ? this.#pastLife(home, step) : null;
      if (iter === null && past === null && home.frame > 0) continue;
      const state = iter !== null ? iter.state : past === null ? 'none' : 'gone';
      const changed = before !== null && before.slots[at] !== now.slots[at];
      out.push({
        name: home.name,
        type: (iter ?? past)?.type ?? home.type,
        frame: home.frame,
        spi: home.spi,
        ref: (iter ?? past)?.refObjId ?? 0,
        state,
        depth: (iter ?? past)?.depth ?? 0,
        changed,
        fields: [],
        contract: this.#contract(step, home, state),
      });
    }
    return out;
  }

  // What lived there earlier on this path.
  #pastLife(home: Home, step: number): StackSlot['iter'] {
    for (const { first, last } of lineage(this.trace, step, 2000)) {
      for (let i = upperBound(home.steps, last) - 1; i >= 0 && home.steps[i]! > first; i--) {
        const iter = this.trace.data.values.getSlot(home.values[i]!)?.iter;
        if (iter != null) return iter;
      }
      const iter = this.trace.data.values.getSlot(
        this.trace.cursor(first).slots[home.frame * MAX_SLOTS + home.spi]!,
      )?.iter;
      if (iter != null) return iter;
    }
    return null;
  }

  #contract(step: number, home: Home, state: IterView['state']): IterView['contract'] {
    const rejection = step === this.trace.steps ? this.trace.data.rejection : null;
    const leaked = rejection?.kind.includes('reference') === true && state !== 'none' && state !== 'gone';
    const blamed = rejection?.blame.some((b) => b.frame === home.frame && b.spi === home.spi) === true;
    const twice = blamed && state === 'gone';
    const early = blamed && state === 'none';
    const checked = this.#nullChecked(step, home, state);
    const unchecked = rejection !== null && checked === 'open' && /mem-access|null/.test(rejection.kind);
    return [
      early
        ? { text: 'used before it was constructed', state: 'broken' }
        : {
            text: state === 'none' ? 'not constructed yet' : 'constructed once',
            state: state === 'none' ? 'open' : 'met',
          },
      unchecked
        ? { text: 'NULL was not checked', state: 'broken' }
        : {
            text:
              checked === 'met'
                ? 'NULL was checked'
                : checked === 'open'
                  ? 'NULL not checked yet'
                  : 'next not called yet',
            state: checked === 'met' ? 'met' : 'open',
          },
      leaked
        ? { text: 'not destroyed when the program ends', state: 'broken' }
        : twice
          ? { text: 'used after it was destroyed', state: 'broken' }
          : state === 'gone'
            ? { text: 'destroyed once', state: 'met' }
            : { text: 'not yet destroyed on this path', state: 'open' },
    ];
  }

  // Looks back along the path for the last call of this iterator's next (the one that changed its state), and whether its result was compared since.
  #nullChecked(step: number, home: Home, state: IterView['state']): 'met' | 'open' | 'none' {
    if (state === 'none') return 'none';
    const at = home.frame * MAX_SLOTS + home.spi;
    let compared = false;
    let budget = 2000;
    let later = step;
    const { pcs } = this.trace.data;
    for (const { first, last } of lineage(this.trace, step, 64)) {
      for (let s = last; s >= first; s--) {
        if (budget-- <= 0) return 'none';
        // The instruction at `step` itself is still to come; a next that forked counts for both of its paths.
        if (s === step) {
          if (/^if \w+ [!=]= 0x0 /.test(this.text.texts[pcs[s - 1]!] ?? '')) compared = true;
          continue;
        }
        const pc = pcs[s - 1]!;
        const calls = this.text.calls(pc) ?? '';
        const own = NEXT.test(calls) || NEW.test(calls);
        if (own && this.trace.cursor(s).slots[at] !== this.trace.cursor(later).slots[at])
          return NEW.test(calls) ? 'none' : compared ? 'met' : 'open';
        later = s;
        if (/^if \w+ [!=]= 0x0 /.test(this.text.texts[pc] ?? '')) compared = true;
      }
    }
    return 'none';
  }
}

function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
