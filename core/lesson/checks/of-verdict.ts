import { BPF_PSEUDO_CALL, CALL } from '../../isa/opcodes.ts';
import { count, isAccepted, lastLine, messageOf } from './check.ts';
import type { CheckKind } from './check.ts';

export const accepted: CheckKind = {
  name: 'accepted',
  usage: 'accepted',
  parse: (argument) =>
    argument !== ''
      ? null
      : {
          holds: isAccepted,
          failing: (s) =>
            `The verifier rejects it: ${lastLine(messageOf(s)) || (s.trace.data.stats.unsupported ?? 'unknown')}`,
        },
};

/** It is rejected, by the rule named if one is. */
export const rejected: CheckKind = {
  name: 'rejected',
  usage: 'rejected [KIND]',
  parse(kind) {
    if (!/^[\w-]*$/.test(kind)) return null;
    return {
      holds: ({ trace: { data } }) => data.rejection !== null && (kind === '' || data.rejection.kind === kind),
      failing: (s) =>
        isAccepted(s)
          ? 'The verifier accepts it; it should be rejected.'
          : `It is rejected for another reason: ${lastLine(messageOf(s))}`,
    };
  },
};

export const message: CheckKind = {
  name: 'message contains',
  usage: 'message contains TEXT',
  parse: (text) =>
    text === ''
      ? null
      : {
          holds: (s) => messageOf(s).includes(text),
          failing: (s) =>
            messageOf(s) === '' ? 'The verifier has nothing to complain about.' : `It says: ${lastLine(messageOf(s))}`,
        },
};

/** The program's instructions, not those on one path, call a kernel function or helper. */
export const calls: CheckKind = {
  name: 'calls',
  usage: 'calls FUNCTION',
  parse: (name) =>
    !/^\w+$/.test(name)
      ? null
      : { holds: (s) => s.calls.includes(name), failing: () => `The program does not call ${name}.` },
};

/** A check of how many instructions the verifier walks. */
const walked = (
  sign: string,
  holds: (walked: number, n: number) => boolean,
  more = (_n: number): string => '.',
): CheckKind => ({
  name: `processed ${sign}`,
  usage: `processed ${sign} N`,
  parse(argument) {
    const n = count(argument);
    if (n === null) return null;
    return {
      holds: (s) => holds(s.trace.data.stats.processed, n),
      failing: (s) => `It takes ${s.trace.data.stats.processed} instructions to verify${more(n)}`,
    };
  },
});
export const processed = walked(
  '<=',
  (walked, n) => walked <= n,
  (n) => `; ${n} are enough.`,
);
export const processedIs = walked('=', (walked, n) => walked === n);
export const processedOver = walked('>', (walked, n) => walked > n);

/** No instruction calls this function: what an exercise must do without. */
export const callsNot: CheckKind = {
  name: 'does-not-call',
  usage: 'does-not-call FUNCTION',
  parse: (name) =>
    !/^\w+$/.test(name)
      ? null
      : {
          holds: (s) => !s.calls.includes(name),
          failing: () => `The program calls ${name}, and has to do without it.`,
        },
};

/** Some instruction calls a function of the program's own, whatever its name. */
export const callsOwn: CheckKind = {
  name: 'calls-own',
  usage: 'calls-own',
  parse: (argument) =>
    argument !== ''
      ? null
      : {
          holds: (s) => s.view.text.program.insns.some(({ code, src }) => code === CALL && src === BPF_PSEUDO_CALL),
          failing: () => 'The program calls no function of its own.',
        },
};

/** Never holds: for a choice that is wrong whatever the verifier does. */
export const never: CheckKind = {
  name: 'never',
  usage: 'never',
  parse: (argument) => (argument === '' ? { holds: () => false, failing: () => '' } : null),
};
