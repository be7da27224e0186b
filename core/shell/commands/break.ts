import type { Command } from '../command.ts';
import { number, shown, UsageError } from '../command.ts';
import { style } from '../style.ts';

export const breakpoint: Command = {
  name: 'break',
  usage: 'break [INSN [if pruned | if forks]] | break clear INSN',
  summary: 'stop at an instruction, always or when a path is pruned or forks there',
  help: 'Sets a breakpoint; playing and `continue` stop there. `break` alone lists them, `break clear INSN` takes one away.',
  run(args, context) {
    const session = shown(context);
    const { host } = context;
    const { insns } = host.info(session);
    if (args.length === 0) {
      const list = host.breakpoints(session);
      if (list.length === 0) return { output: style.dim('no breakpoints') };
      const words = { always: '', pruned: ' if pruned', forks: ' if it forks' };
      return {
        output: list
          .map(({ pc, condition }, i) => `${i + 1} at ${pc}: ${insns[pc]?.text ?? ''}${words[condition]}`)
          .join('\n'),
      };
    }
    const clear = args[0] === 'clear';
    const pc = number(clear ? args[1] : args[0], 'the instruction');
    if ((insns[pc]?.text ?? '') === '')
      throw new UsageError(`there is no instruction ${pc}: the program has 0 to ${insns.length - 1}`);
    if (clear) {
      host.setBreakpoint(session, pc, null);
      return { output: `breakpoint at ${pc} cleared` };
    }
    const [, word, condition] = args;
    if (word !== undefined && (word !== 'if' || (condition !== 'pruned' && condition !== 'forks')))
      throw new UsageError('a condition is `if pruned` or `if forks`');
    host.setBreakpoint(session, pc, condition === 'pruned' ? 'pruned' : condition === 'forks' ? 'forks' : 'always');
    const index = host.breakpoints(session).findIndex((b) => b.pc === pc) + 1;
    return { output: `breakpoint ${index} at ${pc}: ${insns[pc]!.text}` };
  },
  complete: (args) => (args.length <= 1 ? ['clear'] : args.length === 2 ? ['if'] : ['pruned', 'forks']),
};
