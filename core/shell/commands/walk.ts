import type { Command, Context, Effect } from '../command.ts';
import { number, shown, UsageError } from '../command.ts';
import { style } from '../style.ts';

/** Goes to a step of the session on show and says where that is. */
function at(context: Context, step: number): Effect {
  const session = shown(context);
  const { steps } = context.host.info(session);
  if (steps === 0)
    throw new UsageError('this program was turned down before its first instruction: there are no steps');
  const to = Math.max(1, Math.min(step, steps));
  const view = context.host.view(session, to);
  const events = view.events.map((event) => `\n  ${style.dim(event)}`).join('');
  return { output: `${view.words}${events}`, step: to };
}

export const step: Command = {
  name: 'step',
  usage: 'step [N]',
  summary: 'one instruction (or N) forwards',
  help: 'Moves the playhead forwards by one processed instruction, or by N, and says where it is.',
  run: ([n], context) => at(context, context.step + number(n, 'the number of steps', 1)),
};

export const back: Command = {
  name: 'back',
  usage: 'back [N]',
  summary: 'one instruction (or N) backwards',
  help: 'Moves the playhead backwards by one processed instruction, or by N. Nothing is run again: every state is in the trace.',
  run: ([n], context) => at(context, context.step - number(n, 'the number of steps', 1)),
};

export const goto: Command = {
  name: 'goto',
  usage: 'goto STEP | first | last',
  summary: 'to any step',
  help: 'Moves the playhead to a step, counted in processed instructions from 1.',
  run([to], context) {
    if (to === 'first') return at(context, 1);
    if (to === 'last') return at(context, Number.MAX_SAFE_INTEGER);
    return at(context, number(to, 'the step'));
  },
  complete: () => ['first', 'last'],
};

export const go: Command = {
  name: 'continue',
  usage: 'continue',
  summary: 'on to the next breakpoint',
  help: 'Moves the playhead to the next step at which a breakpoint stops, or to the last one.',
  run(_args, context) {
    const stop = context.host.nextStop(shown(context), context.step);
    const effect = at(context, stop === 0 ? Number.MAX_SAFE_INTEGER : stop);
    return stop === 0 ? { ...effect, output: `${style.dim('no breakpoint on the way')}\n${effect.output}` } : effect;
  },
};
