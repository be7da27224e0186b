import type { Command } from '../command.ts';
import { number, shown, UsageError } from '../command.ts';
import { columns, style } from '../style.ts';

export const mark: Command = {
  name: 'mark',
  usage: 'mark [STEP] [NAME…] | mark remove [STEP]',
  summary: 'mark a step, the one on show unless told, to come back to it',
  help: 'Marks a step, with a name if there is one; a step that has a mark gets the new name. `mark remove` takes a mark away. Marks are kept with the program, and in the .iterscope files that are saved of it.',
  run(args, context) {
    const session = shown(context);
    const words = [...args];
    const remove = words[0] === 'remove';
    if (remove) words.shift();
    const step = /^\d+$/.test(words[0] ?? '') ? number(words.shift(), 'the step') : context.step;
    const had = context.host.marks(session).some((one) => one.step === step);
    if (remove) {
      if (words.length > 0) throw new UsageError(`the step must be a number, not ${JSON.stringify(words[0])}`);
      if (!had) throw new UsageError(`step ${step} has no mark`);
      context.host.setMark(session, step, null);
      return { output: `the mark of step ${step} is gone` };
    }
    const name = words.join(' ').trim();
    context.host.setMark(session, step, name);
    return { output: `step ${step} is marked${name === '' ? '' : `: ${name}`}` };
  },
  complete: () => ['remove'],
};

export const marks: Command = {
  name: 'marks',
  usage: 'marks',
  summary: 'the marks of the program on show',
  help: 'Lists the marked steps with their names, and what is processed there. `goto STEP` goes to one.',
  run(_args, context) {
    const session = shown(context);
    const list = context.host.marks(session);
    if (list.length === 0) return { output: style.dim('no marks: `mark NAME` marks the step on show') };
    const { insns } = context.host.info(session);
    const rows = list.map(({ step, name }) => {
      const { pc } = context.host.view(session, step);
      return [style.name(String(step)), name, style.dim(`${pc}: ${insns[pc]?.text ?? ''}`)];
    });
    return { output: columns(rows, 3) };
  },
};
