import { NOT_INIT, PTR_MAYBE_NULL, PTR_TO_CTX, SCALAR } from '../../../verifier/values/reg.ts';
import type { Reg } from '../../../verifier/values/reg.ts';
import type { StackSlot } from '../../../verifier/values/stack.ts';
import { constantText, scalarWords } from '../../query/numbers.ts';
import type { ProgramText } from '../../query/program-text.ts';
import { pointerWords, slotLetters, slotWords } from '../../views/reg-words.ts';

/** A value as a part of a sentence, with what it is. */
export interface Phrase {
  /** `nothing` can be read; one `constant`; a number of which a `range`, its lower `half` or nothing (`any`) is known; a `pointer`; other `bytes`. */
  readonly kind: 'nothing' | 'constant' | 'range' | 'half' | 'any' | 'pointer' | 'bytes';
  readonly text: string;
  /** It is a pointer that nobody has compared with NULL. */
  readonly maybeNull: boolean;
}

const plain = (kind: Phrase['kind'], text: string): Phrase => ({ kind, text, maybeNull: false });

/**
 * A value as a part of a sentence: `5`, `0 … 9`, `any number`, `a value of the map counts, or NULL (not checked yet)`.
 * @param frame number of the frame that holds it
 */
export function phraseOf(reg: Reg | null, frame: number, text: ProgramText): Phrase {
  if (reg === null || reg.type === NOT_INIT) return plain('nothing', 'nothing readable');
  if (reg.type === PTR_TO_CTX && reg.off === 0 && reg.scalar.isConst) return plain('pointer', 'the context');
  if (reg.type !== SCALAR) {
    const { what, note } = pointerWords(reg, -1, frame, text);
    const maybeNull = (reg.type & PTR_MAYBE_NULL) !== 0;
    return { kind: 'pointer', text: note === '' ? what : `${what} (${note})`, maybeNull };
  }
  if (reg.scalar.isConst) return plain('constant', constantText(reg.scalar.value));
  const { range, words, known, multiple } = scalarWords(reg.scalar);
  if (known !== 'range') return plain(known === 'half' ? 'half' : 'any', words);
  return plain('range', `${range.min} … ${range.max}${multiple === '' ? '' : `, a multiple of ${multiple}`}`);
}

/** The words alone. */
export const phrase = (reg: Reg | null, frame: number, text: ProgramText): string => phraseOf(reg, frame, text).text;

/** A stack slot as a part of a sentence. */
export function slotPhraseOf(slot: StackSlot | null, frame: number, text: ProgramText): Phrase {
  if (slot?.spilled != null) return phraseOf(slot.spilled, frame, text);
  const letters = slotLetters(slot);
  // Bytes of several kinds are shortest as the log writes them.
  if (slot?.iter == null && new Set(letters).size > 1) return plain('bytes', `\`${letters}\``);
  return plain('bytes', slotWords(slot, frame, text).words);
}

/** The words alone. */
export const slotPhrase = (slot: StackSlot | null, frame: number, text: ProgramText): string =>
  slotPhraseOf(slot, frame, text).text;
