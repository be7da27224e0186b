import { COMPARES, FIND_EVENTS, VALUE_STATES } from '../../trace/query/find.ts';
import type { Command, Context } from '../command.ts';
import { shown, UsageError } from '../command.ts';
import { style } from '../style.ts';

/** Most steps that are listed. */
const MOST = 20;

const DIRECTIONS = ['next', 'previous'] as const;

export const find: Command = {
  name: 'find',
  usage: 'find [next | previous] WORDS…',
  summary: 'the steps at which something is or happens',
  help:
    `Looks for steps. Several words must all hold at one step. A word is looked for in instructions, their C lines and function names ("some words" for several); ${FIND_EVENTS.join(', ')} are events; ` +
    `insn 12, line 12-15 are places. Of a register (r6), stack slot (fp-8) or iterator (its C name) it is asked what it is: r6 = 5 (${COMPARES.join(' ')}; r6 may 5: one of its values), or ${VALUE_STATES.join(', ')}: fp-8 active. ` +
    '`ref` asks for a reference that is held, `ref 2` for that one. Values alone are found where they begin to hold. `find next …` and `find previous …` go there.',
  async run([line = ''], context) {
    const session = shown(context);
    const [first = '', ...rest] = line.split(' ');
    const direction = DIRECTIONS.find((one) => one === first);
    const words = (direction === undefined ? line : rest.join(' ')).trim();
    const { steps } = context.host.info(session);
    const { steps: found, problem } = await context.host.find(session, words, steps);
    if (problem !== undefined) throw new UsageError(`column ${problem.column}: ${problem.text}`);
    if (found.length === 0) return { output: style.dim('nothing is found'), failed: true };
    if (direction !== undefined) return goTo(found, direction, session, context);
    const shownSteps = [...found.subarray(0, MOST)];
    const lines = shownSteps.map((step) => {
      const { pc } = context.host.view(session, step);
      return `${style.name(String(step).padStart(7))}  ${pc}: ${context.host.info(session).insns[pc]?.text ?? ''}`;
    });
    const more = found.length - shownSteps.length;
    if (more > 0) lines.push(style.dim(`and ${more} more`));
    return { output: [`${found.length} ${found.length === 1 ? 'step' : 'steps'}`, ...lines].join('\n') };
  },
  complete: (args) => (args.length <= 1 ? [...DIRECTIONS, ...FIND_EVENTS] : [...FIND_EVENTS, ...VALUE_STATES]),
};

// Beyond the last one it goes on from the other end.
function goTo(found: Uint32Array, direction: 'next' | 'previous', session: number, context: Context) {
  const after = found.findIndex((step) => step > context.step);
  let before = found.length - 1;
  while (before >= 0 && found[before]! >= context.step) before--;
  const at = direction === 'next' ? Math.max(0, after) : before < 0 ? found.length - 1 : before;
  const step = found[at]!;
  const { words } = context.host.view(session, step);
  return { output: `${words}\n${style.dim(`${at + 1} of ${found.length}`)}`, step };
}
