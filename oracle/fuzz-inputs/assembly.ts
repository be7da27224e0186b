import type { Dice } from '../../core/base/dice.ts';
import type { Spoilt } from './bytes.ts';

const WORDS = [
  'r0', 'r10', 'r11', 'w3', 'exit', 'goto', 'gotol', 'call', 'lock', 'if', 'll', 's<', '+=', '*(u8 *)', '*(u64 *)(r10 -8)',
  'bpf_iter_num_new', 'callx', '(', ')', ':', '#1', ';', '//', '0x', '-', '+0', 'again:', 'may_goto', 'map[0]', 'fp', '"',
] as const; // prettier-ignore
const NUMBERS = [
  '0',
  '-1',
  '9999999999999999999999',
  '0xffffffffffffffff',
  '-0x80000000',
  '4294967296',
  '1e9',
  '0x',
  '65536',
];
const CHARS = ['\u0000', '\u001b[2J', '\r', '\t', '\ud800', 'ü', '\u202e', '🙂', '\u2028'];

/** A text of assembly with its words, lines and characters disturbed. */
export function spoilAssembly(original: string, name: string, dice: Dice): Spoilt {
  let lines = original.split('\n');
  const changes: string[] = [];
  const note = (text: string): void => void changes.push(text);
  for (let i = 0; i <= dice.below(5); i++) {
    const at = dice.below(Math.max(1, lines.length));
    const words = (lines[at] ?? '').split(' ');
    const word = dice.below(words.length);
    switch (dice.below(9)) {
      case 0:
        words[word] = dice.of(WORDS);
        note(`line ${at}: word ${word} is ${words[word]}`);
        break;
      case 1:
        words[word] = dice.of(NUMBERS);
        note(`line ${at}: word ${word} is ${words[word]}`);
        break;
      case 2:
        words.splice(word, 1);
        note(`line ${at}: without word ${word}`);
        break;
      case 3:
        words[word] += dice.of(CHARS);
        note(`line ${at}: a character more`);
        break;
      case 4:
        lines = [...lines.slice(0, at), ...lines.slice(at + 1)];
        note(`without line ${at}`);
        continue;
      case 5:
        lines = [...lines.slice(0, at), lines[dice.below(lines.length)] ?? '', ...lines.slice(at)];
        note(`line ${at} comes from elsewhere`);
        continue;
      case 6:
        words.push(...Array.from({ length: dice.of([10, 1000, 20_000]) }, () => dice.of(WORDS)));
        note(`line ${at} is long`);
        break;
      case 7:
        lines = Array.from({ length: dice.of([2, 50]) }, () => lines)
          .flat()
          .slice(0, 20_000);
        note('many times over');
        continue;
      default:
        words[word] = words[word]!.slice(0, dice.below(words[word]!.length + 1));
        note(`line ${at}: word ${word} is cut`);
    }
    lines[at] = words.join(' ');
  }
  return { name, bytes: Buffer.from(lines.join('\n'), 'utf8'), what: changes.join('; ') };
}
