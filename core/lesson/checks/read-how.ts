import type { ReadHow } from './check.ts';

/** How the end of what asks for a reading is written. */
export const HOW_USAGE = ' [with pid|tid|size|open=N] [when VARIABLE=VALUE]';

const HOW =
  /^(.*?)(?:(?:^| )with ((?:(?:pid|tid|size|open)=\d+)(?: (?:pid|tid|size|open)=\d+)*))?(?:(?:^| )when ([\w.[\]]+=-?\w+))?$/;

/** Takes from the end of an argument how the program is to be attached and read. */
export function readHow(argument: string): { readonly rest: string; readonly how: ReadHow } {
  const [, rest = '', parameters = '', setting] = HOW.exec(argument) ?? [];
  const numbers = parameters === '' ? [] : parameters.split(' ').map((one) => one.split('='));
  return {
    rest,
    how: {
      ...Object.fromEntries(numbers.map(([name = '', value]) => [name, Number(value)])),
      ...(setting === undefined ? {} : { setting }),
    },
  };
}

/** What a failing check says of it, before the rest. */
export function howWords({ pid, tid, size, open, setting }: ReadHow): string {
  const said = [
    ...(pid === undefined ? [] : [`with pid ${pid}`]),
    ...(tid === undefined ? [] : [`with tid ${tid}`]),
    ...(size === undefined ? [] : [`by ${size} bytes`]),
    ...(open === undefined ? [] : [`as opening ${open} of the file`]),
    ...(setting === undefined ? [] : [`with ${setting.replace('=', ' = ')}`]),
  ];
  return said.length === 0 ? 'When it is read' : `When it is read ${said.join(', ')}`;
}

/** How many lines a text has. */
export const linesOf = (text: string): number => text.split('\n').length - 1;
