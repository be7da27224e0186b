import { grouped, list, plainCount } from './counting.ts';

/** Words used everywhere: verdicts, worlds. */
export const shared = {
  format: {
    notCoveredByThisModel: 'not covered by this model',
    withoutATitle: 'without a title',
    unsupported: 'unsupported',
    accepted: 'accepted',
    rejected: 'rejected',
    verified: (instructions: number, states: number) =>
      `${plainCount(instructions, 'instruction')}, ${plainCount(states, 'state')}`,
    failed: (instructions: number, errno: string) => `${plainCount(instructions, 'instruction')}, ${errno}`,
    failedAt: (instructions: number, errno: string, pc: number) =>
      `${plainCount(instructions, 'instruction')}, ${errno} at ${pc}`,
    worldPart: (n: number, what: string) => `${grouped(n)} ${n === 1 ? what.replace(/s$/, '') : what}`,
    worldParts: (parts: readonly string[]) => list(parts),
    microseconds: (n: string) => `${n} µs`,
    milliseconds: (n: string) => `${n} ms`,
    seconds: (n: string) => `${n} s`,
  },
  keys: {
    space: 'Space',
    home: 'Home',
    end: 'End',
    tab: 'Tab',
    escape: 'Esc',
    shiftLeft: 'Shift ←',
    shiftRight: 'Shift →',
    palette: 'Ctrl K',
    terminal: 'Ctrl `',
    openFiles: 'Ctrl O',
    copy: 'Ctrl C',
  },
};
