import { NOT_INIT, PTR_TO_CTX, SCALAR } from '../../../verifier/values/reg.ts';
import type { Reg } from '../../../verifier/values/reg.ts';
import type { StackSlot } from '../../../verifier/values/stack.ts';
import { constantText, scalarWords } from '../../query/numbers.ts';
import type { ProgramText } from '../../query/program-text.ts';
import { slotLetters, slotWords, valueWords } from '../../views/reg-words.ts';

/**
 * A value as a part of a sentence: `5`, `0 … 9`, `any number`, `a value of the map counts, or NULL (not checked yet)`.
 * @param frame number of the frame that holds it
 */
export function phrase(reg: Reg | null, frame: number, text: ProgramText): string {
  if (reg === null || reg.type === NOT_INIT) return 'nothing readable';
  if (reg.type === PTR_TO_CTX && reg.off === 0 && reg.scalar.isConst) return 'the context';
  if (reg.type !== SCALAR) {
    const { words } = valueWords(reg, -1, frame, text, { writer: -1, called: false });
    // What is added after a colon would not stand in the middle of a sentence.
    return words.replace(/: ([^:]+)$/, ' ($1)');
  }
  if (reg.scalar.isConst) return constantText(reg.scalar.value);
  const { range, words } = scalarWords(reg.scalar);
  const multiple = /, (a multiple of .+)$/.exec(words)?.[1];
  if (!words.startsWith('any of')) return words;
  return `${range.min} … ${range.max}${multiple === undefined ? '' : `, ${multiple}`}`;
}

/** A stack slot as a part of a sentence. */
export function slotPhrase(slot: StackSlot | null, frame: number, text: ProgramText): string {
  if (slot?.spilled != null) return phrase(slot.spilled, frame, text);
  const letters = slotLetters(slot);
  // Bytes of several kinds are shortest as the log writes them.
  if (slot?.iter == null && new Set(letters).size > 1) return `\`${letters}\``;
  return slotWords(slot, frame, text).words;
}

/** `r6`, `fp-16`; with the frame where there are several. */
export function placeName(at: { readonly frame: number; readonly reg?: number; readonly spi?: number }): string {
  return at.reg === undefined ? `fp-${((at.spi ?? 0) + 1) * 8}` : `r${at.reg}`;
}
