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

export const nextForksAre: CheckKind = {
  name: 'next-forks',
  usage: 'next-forks N',
  parse(argument) {
    const n = count(argument);
    if (n === null) return null;
    return { holds: (s) => nextForks(s) === n, failing: (s) => `It forks ${nextForks(s)} times at next.` };
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
