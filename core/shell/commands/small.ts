import type { Command } from '../command.ts';
import { columns, style } from '../style.ts';

export const clear: Command = {
  name: 'clear',
  usage: 'clear',
  summary: 'empty the terminal',
  help: 'Empties the terminal. Nothing that is open is closed.',
  run: () => ({ output: '', clear: true }),
};

export const history: Command = {
  name: 'history',
  usage: 'history',
  summary: 'what was typed so far',
  help: 'Lists the lines typed so far, oldest first.',
  run: (_args, context) => ({
    output: context.history.map((line, i) => `${style.dim(String(i + 1).padStart(4))}  ${line}`).join('\n'),
  }),
};

export const lesson: Command = {
  name: 'lesson',
  usage: 'lesson',
  summary: 'the lessons there are',
  help: 'Lists the lessons. They are opened in the Lesson pane.',
  run: (_args, { host }) => ({
    output: columns(
      host
        .lessons()
        .map(({ number, title, minutes, problem }) =>
          problem === undefined
            ? [style.name(number), title, style.dim(`${minutes} min`)]
            : [style.bad('✕'), title, style.bad(`cannot be read: ${problem}`)],
        ),
      3,
    ),
  }),
};
