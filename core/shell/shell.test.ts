import { expect, test } from 'vitest';
import { nearest, options, UsageError } from './command.ts';
import { resolve } from './shell.ts';
import { columns, style } from './style.ts';

test.each([
  ['~/sandbox', 'a.o', '~/sandbox/a.o'],
  ['~/sandbox', './a.o', '~/sandbox/a.o'],
  ['~/sandbox', '../lessons/x', '~/lessons/x'],
  ['~/sandbox', '../../../x', '~/x'],
  ['~/sandbox', '~/lessons', '~/lessons'],
  ['~/sandbox', '/lessons', '~/lessons'],
  ['~', '.', '~'],
])('%s + %s = %s', (cwd, path, full) => expect(resolve(cwd, path)).toBe(full));

test('the nearest word is offered only when it is near', () => {
  expect(nearest('vertsat', ['verify', 'veristat'])).toBe('veristat');
  expect(nearest('xyzzy', ['verify', 'veristat'])).toBeUndefined();
});

test('options are taken out of the words', () => {
  const { rest, values, flags } = options(
    ['a', '--level=2', '--all', '--name', 'x', 'b'],
    ['--level', '--name'],
    ['--all'],
  );
  expect(rest).toEqual(['a', 'b']);
  expect([...values]).toEqual([
    ['--level', '2'],
    ['--name', 'x'],
  ]);
  expect([...flags]).toEqual(['--all']);
  expect(() => options(['--level'], ['--level'], [])).toThrow(UsageError);
});

test('colours have no width', () => {
  expect(
    columns(
      [
        ['a', style.ok('bb'), '1'],
        ['ccc', 'd', '10'],
      ],
      2,
    ),
  ).toBe(`a    ${style.ok('bb')}   1\nccc  d   10`);
});
