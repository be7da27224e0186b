import { expect, test } from 'vitest';
import { piecesOf } from './markup.ts';

const brief = (text: string): string =>
  piecesOf(text)
    .map(({ set, text: inner }) => `${set}:${inner}`)
    .join('|');

test.each([
  ['plain', 'Nothing is open.', 'plain:Nothing is open.'],
  ['code', 'compile with `-g` once more', 'plain:compile with |code:-g|plain: once more'],
  ['a key', 'press [[Ctrl Enter]]', 'plain:press |key:Ctrl Enter'],
  ['what is pressed', '((choose a file)).', 'action:choose a file|plain:.'],
  ['strong and dim', '**3 calls**~~, 2 wrote nothing~~', 'strong:3 calls|dim:, 2 wrote nothing'],
  ['no mark in code', '`(u8 **)((r1))`', 'code:(u8 **)((r1))'],
  ['a mark that is not closed', 'a ** b', 'plain:a ** b'],
  ['nothing', '', ''],
])('%s', (_name, text, pieces) => expect(brief(text)).toBe(pieces));
