import type { Scalar } from '../../../verifier/values/scalar/index.ts';
import { spotName } from '../../../verifier/values/spot.ts';
import type { LossReason, LostBounds } from '../../query/lost-bounds.ts';
import { constantText, scalarWords } from '../../query/numbers.ts';
import type { ProgramText } from '../../query/program-text.ts';

/** A number as a part of a sentence: `0 … 9`, `any number`, `5`. */
function numberWords(scalar: Scalar): string {
  if (scalar.isConst) return constantText(scalar.value);
  const { range, words, known } = scalarWords(scalar);
  return known === 'range' ? `${range.min} … ${range.max}` : words;
}

const bytes = (n: number): string => (n === 1 ? '1 byte' : `${n} bytes`);

function reasonWords(reason: LossReason, insn: string, callee: string): string {
  switch (reason.kind) {
    case 'wrap':
      return `\`${insn}\` may wrap at ${reason.bits} bits`;
    case 'operand':
      return `\`${insn}\`, and ${reason.name} is ${numberWords(reason.other)}`;
    case 'not-computed':
      return `the verifier works out no range for \`${insn}\``;
    case 'bits':
      return `\`${insn}\` keeps the bits that are known, not the range`;
    case 'cut':
      return `\`${insn}\` takes its lowest ${reason.bits} bits, and it may need more`;
    case 'pointer':
      return `\`${insn}\` makes a number of a pointer`;
    case 'part-saved':
      return `\`${insn}\` saves only ${bytes(reason.bytes)} of it to ${spotName(reason.slot)}`;
    case 'part-read':
      return `\`${insn}\` reads only ${bytes(reason.bytes)} of ${spotName(reason.slot)}`;
    case 'overwritten':
      return `\`${insn}\` writes over ${bytes(reason.bytes)} of ${spotName(reason.slot)}, where it was saved`;
    case 'call-wrote':
      return `${callee} may write to ${spotName(reason.slot)}, where it was saved`;
    case 'widened':
      return 'forgotten at the head of the loop, so that its rounds come to be alike';
    case 'called':
      return `what ${callee} returns is not known`;
    case 'loaded':
      return `read from memory, ${bytes(reason.bytes)}`;
    case 'plain-bytes':
      return `read from ${spotName(reason.slot)}, whose bytes have no known value`;
    case 'argument':
      return 'an argument of which nothing is known';
  }
}

/** Since when so little is known of a number, and why: `any number since 12: …`. `now` is what is known of it. */
export function lostWords({ pc, reason, was }: LostBounds, now: Scalar, text: ProgramText): string {
  const { known } = scalarWords(now);
  const lead =
    known === 'nothing' ? 'any number' : known === 'half' ? 'upper half unknown' : was === null ? '' : 'wider';
  const callee = text.callee(pc);
  const why = reasonWords(reason, text.texts[pc] ?? '', callee === undefined ? 'the call' : `\`${callee}\``);
  const before = was === null ? '' : ` (before: ${numberWords(was)})`;
  return `${lead === '' ? '' : `${lead} `}since ${pc}: ${why}${before}`;
}
