import { SCALAR } from '../../verifier/values/reg.ts';
import { count } from './check.ts';
import type { CheckKind, Subject } from './check.ts';

/** Whether the path with NULL goes on at once at the first fork of a next; null when there is none. A next's path that waits is the non-NULL one exactly when the path that goes on has r0 = 0. */
function nullFirst(s: Subject): boolean | null {
  const fork = s.trace.data.forks.find(({ kind }) => kind === 'next');
  if (fork === undefined || fork.step >= s.trace.steps) return null;
  const after = s.trace.seek(fork.step + 1);
  const r0 = after.frames.at(-1)?.regs[0];
  return r0 !== undefined && r0 !== null && r0.type === SCALAR && r0.scalar.isConst && r0.scalar.value === 0n;
}

const nextForks = ({ trace }: Subject): number => trace.data.forks.filter(({ kind }) => kind === 'next').length;

/** Which path goes on at once at the first fork of a next. */
export const forkFirst: CheckKind = {
  name: 'fork-first',
  usage: 'fork-first null|non-null',
  parse: (which) =>
    which !== 'null' && which !== 'non-null'
      ? null
      : {
          holds: (s) => nullFirst(s) === (which === 'null'),
          failing: () => 'Watch which path goes on at the first fork.',
        },
};

/** The walk forks so often at a `next`: once for each round of a loop that it walks. With `<=`, that often at most. */
export const nextForksAre: CheckKind = {
  name: 'next-forks',
  usage: 'next-forks [<=] N',
  parse(argument) {
    const most = /^<= (\d+)$/.exec(argument)?.[1];
    const n = count(most ?? argument);
    if (n === null) return null;
    return most === undefined
      ? { holds: (s) => nextForks(s) === n, failing: (s) => `It forks ${nextForks(s)} times at next.` }
      : {
          holds: (s) => nextForks(s) <= n,
          failing: (s) => `Its walk forks ${nextForks(s)} times at next; ${n} times are enough.`,
        };
  },
};

const NUMBERED = /^(\d+): (.+)$/;

/** A check of the instruction that a number leads to: its text begins with these words. */
const instructionAt = (
  name: string,
  number: string,
  insnOf: (s: Subject, n: number) => number | undefined,
): CheckKind => ({
  name,
  usage: `${name} ${number}: TEXT`,
  parse(argument) {
    const [, n, text = ''] = NUMBERED.exec(argument) ?? [];
    if (n === undefined) return null;
    const found = (s: Subject): string => s.view.text.texts[insnOf(s, Number(n)) ?? -1] ?? '';
    return {
      holds: (s) => found(s).startsWith(text),
      failing: (s) => `At ${name} ${n} stands ${JSON.stringify(found(s))}, and not ${JSON.stringify(text)}.`,
    };
  },
});

/** What an instruction is, by its number: binds a number that a text says. */
export const insnIs = instructionAt('insn', 'INSN', (_s, n) => n);
/** Before which instruction the walk stands at a step. */
export const stepIs = instructionAt('step', 'STEP', (s, n) => s.trace.data.pcs[n - 1]);

/** A place in a state, as a step shows it: `r6 at 12`, `fp-8 at 12`. */
const PLACE_AT = /^(r\d|r10|fp-\d+) at (\d+)$/;

/** What the verifier knows of a register or slot before a step, in the kernel's text; null where there is none. */
export function known(s: Subject, place: string, step: number): { kernel: string; words: string } | null {
  const frame = s.view.step(step).frames.at(-1);
  if (frame === undefined || step < 1 || step > s.trace.steps) return null;
  const reg = frame.regs.find(({ name }) => name === place);
  if (reg !== undefined) return { kernel: reg.kernel, words: reg.words };
  const slot = frame.slots.find(({ name }) => name === place);
  return slot === undefined ? null : { kernel: slot.bytes, words: slot.words };
}

/** What the verifier knows of a register or slot before a step: part of the kernel's text, or of the learner's words. */
export const knows: CheckKind = {
  name: 'knows',
  usage: 'knows PLACE at STEP: TEXT',
  parse(argument) {
    const [where, ...rest] = argument.split(': ');
    const at = PLACE_AT.exec(where ?? '');
    const wanted = rest.join(': ');
    if (at === null || wanted === '') return null;
    const [, place = '', step = ''] = at;
    return {
      holds: (s) => {
        const value = known(s, place, Number(step));
        return value !== null && (value.kernel === wanted || value.words === wanted);
      },
      failing: (s) => {
        const value = known(s, place, Number(step));
        return value === null
          ? `Nothing is known of ${place} at step ${step}.`
          : `At step ${step}, ${place} is ${value.words || value.kernel}.`;
      },
    };
  },
};

/** A register cannot be read at a step. */
export const unreadable: CheckKind = {
  name: 'unreadable',
  usage: 'unreadable rN at STEP',
  parse(argument) {
    const at = /^(r\d|r10) at (\d+)$/.exec(argument);
    if (at === null) return null;
    const [, place = '', step = ''] = at;
    return {
      holds: (s) => known(s, place, Number(step))?.kernel === '',
      failing: (s) => `At step ${step}, ${place} is ${known(s, place, Number(step))?.words ?? 'unknown'}.`,
    };
  },
};

/** Numbers of the walk that a check or a sentence may ask for. */
export const WALK_COUNTS: Readonly<Record<string, (s: Subject) => number>> = {
  paths: ({ trace }) => trace.data.paths.length,
  forks: ({ trace }) => trace.data.forks.length,
  pruned: ({ trace }) => trace.data.paths.filter(({ end }) => end === 'pruned').length,
  exits: ({ trace }) => trace.data.paths.filter(({ end }) => end === 'exit').length,
  steps: ({ trace }) => trace.steps,
  processed: ({ trace }) => trace.data.stats.processed,
  states: ({ trace }) => trace.data.stats.totalStates,
  peak: ({ trace }) => trace.data.stats.peakStates,
};

/** A number of the walk is so large. */
export const walkCount: CheckKind = {
  name: 'count',
  usage: `count ${Object.keys(WALK_COUNTS).join('|')} N`,
  parse(argument) {
    const match = /^(\w+) (\d+)$/.exec(argument);
    const of = WALK_COUNTS[match?.[1] ?? ''];
    if (match === null || of === undefined) return null;
    return {
      holds: (s) => of(s) === Number(match[2]),
      failing: (s) => `There are ${of(s)}.`,
    };
  },
};

/** An instruction is walked so many times. */
export const visited: CheckKind = {
  name: 'visits',
  usage: 'visits INSN N',
  parse(argument) {
    const match = /^(\d+) (\d+)$/.exec(argument);
    if (match === null) return null;
    const of = (s: Subject): number => s.trace.data.pcs.reduce((n, pc) => n + (pc === Number(match[1]) ? 1 : 0), 0);
    return { holds: (s) => of(s) === Number(match[2]), failing: (s) => `It is walked ${of(s)} times.` };
  },
};

export const lastPath: CheckKind = {
  name: 'last-path',
  usage: 'last-path exit|pruned|rejected',
  parse: (end) =>
    end !== 'exit' && end !== 'pruned' && end !== 'rejected'
      ? null
      : {
          holds: (s) => s.trace.data.paths.at(-1)?.end === end,
          failing: () => 'Watch how the last path ends.',
        },
};
