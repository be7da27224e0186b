import { translatedText } from '../../verifier/index.ts';
import type { Translation } from '../../verifier/index.ts';
import { REWRITES } from './words/rewrites.ts';

/** One line of a rewritten program. */
export interface TranslatedLine {
  /** Number of the instruction, as it is now. */
  readonly index: number;
  /** `(85) call htab_map_update_elem` */
  readonly text: string;
  /** Number of the loaded instruction that it is, or in whose place it stands; -1 for none. */
  readonly from: number;
  /** Why it is not the one that was loaded; empty when it is. */
  readonly why: string;
}

/** The instructions of a rewritten program, one a line: the second half of a 64-bit load has none of its own. */
export function translatedLines({ insns }: Translation): TranslatedLine[] {
  return insns.flatMap((one, index) =>
    one.insn.code === 0
      ? []
      : [
          {
            index,
            text: translatedText(one, insns[index + 1]),
            from: one.from,
            why: one.why === null ? '' : REWRITES[one.why],
          },
        ],
  );
}

const WIDTH = 44;

/** `3, 7 to 9` */
function spans(numbers: readonly number[]): string {
  const out: string[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i]!;
    while (numbers[i + 1] === numbers[i]! + 1) i++;
    out.push(numbers[i] === from ? String(from) : `${from} to ${numbers[i]}`);
  }
  return out.join(', ');
}

/**
 * A rewritten program as text: every function with its name, beside each instruction that was not loaded why it is there, and at the end what is gone.
 * @param aside  how what stands beside the instructions looks
 */
export function translationText(translation: Translation, aside: (text: string) => string = (text) => text): string {
  const begins = new Map(translation.functions.map(({ name, start }) => [start, name]));
  const all = translatedLines(translation);
  const lines = all.flatMap(({ index, text, why, from }, i) => {
    const name = begins.get(index);
    const goesOn = name === undefined && all[i - 1]?.why === why && all[i - 1]!.from === from;
    const head = name === undefined ? [] : [`${name}:`];
    const line = `${String(index).padStart(4)}: ${text}`;
    return [...head, why === '' ? line : `${line.padEnd(WIDTH)}  ${aside(goesOn ? '; …' : `; ${why}`)}`];
  });
  const { removed } = translation;
  if (removed.length === 0) return lines.join('\n');
  const gone = `; gone, as no path came there or nothing was left to do: ${spans(removed)}`;
  return [...lines, aside(gone)].join('\n');
}
