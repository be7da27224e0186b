import type { BoundCause } from '../causes.ts';
import type { Check, Value } from '../../query/flow.ts';
import type { ProgramText } from '../../query/program-text.ts';
import type { Names } from '../names.ts';
import { capital, code } from './text.ts';
import type { Phrase } from './values.ts';

// Why the verifier does not know the limits of a number, and what makes it know them.

/** A number that a rejection is about, and why it has no better limits. */
export interface BoundScene {
  /** Its name in the source, between backticks; `r2` where it has none. */
  readonly name: string;
  readonly cause: BoundCause;
  /** Says why, in a sentence or two; empty when nobody has checked anything. */
  readonly why: string;
  /** What to do about it, in one or two sentences. */
  readonly todo: string;
}

/** Numbers that may have more than one value. */
const OPEN: ReadonlySet<Phrase['kind']> = new Set<Phrase['kind']>(['range', 'half', 'any']);

/** `line 12`, or the instruction's number. */
const where = (text: ProgramText, insn: number): string => text.shortPlace(insn);

/** The words for why a number has no better limits. `reg` names it where the source does not; `range` is what is known of it. */
export function boundScene(
  text: ProgramText,
  names: Names,
  value: Value,
  cause: BoundCause,
  reg: string,
  range: Phrase,
): BoundScene {
  const nameOf = (v: Value, otherwise: string): string => {
    const name = names.of(v);
    return name === null ? otherwise : code(name);
  };
  const name = nameOf(value, reg);
  const check = (c: Check): string => {
    const condition = names.check(c);
    return `${where(text, c.pc)}${condition === null ? '' : ` (${code(condition)})`}`;
  };
  const done = (why: string, todo: string): BoundScene => ({ name, cause, why, todo });
  switch (cause.kind) {
    case 'unchecked':
      return done(
        `${capital(name)} ${OPEN.has(range.kind) ? 'may be' : 'is'} ${range.text} here, and no comparison on this path limits it further.`,
        `Compare ${name} with both ends of what is allowed before it is used.`,
      );
    case 'too-wide':
      return done(
        `The check at ${check(cause.check)} counts, but it lets values through that are too large here.`,
        'Make that check stricter, so that every value that passes it fits.',
      );
    case 'no-lower':
      return done(
        `The check at ${check(cause.check)} limits ${cause.after ? 'what it is made of' : name} from above only, and compares signed numbers: a negative number passes, and nothing says that there is none${cause.after ? '; what is computed from it can then be anything' : ''}.`,
        cause.after
          ? `Check the result itself, ${name}, against both ends right before it is used: \`< 0\` and \`>=\` the limit.`
          : `Check its lower end too (\`< 0\`), or make it an unsigned variable, so that one comparison limits both ends.`,
      );
    case 'no-upper':
      return done(
        `The check at ${check(cause.check)} limits it from below only: its largest value is still open.`,
        `Compare ${name} with the largest value that is allowed as well.`,
      );
    case 'only-equality':
      return done(
        `The check at ${check(cause.check)} rules out single values only: every other one is still possible.`,
        `Compare ${name} with \`<\` or \`>\` against what is allowed: \`!=\` limits nothing.`,
      );
    case 'other-copy':
      return cause.bits < 32
        ? done(
            `The check at ${check(cause.check)} was made on another copy of ${name}, the one cut to ${cause.bits} bits; here it was cut anew from the number that was not checked, and nothing ties the two copies together.`,
            `Keep it in one variable of 32 or 64 bits (\`u32\` or \`u64\` instead of \`u${cause.bits}\`): then what is checked is what is used.`,
          )
        : done(
            `The check at ${check(cause.check)} was made on its lower 32 bits, a copy of its own: of the 64 bits that are used here it says nothing.`,
            'Make the variable 64 bits wide (`u64`), and check that, so that what is checked is what is used.',
          );
    case 'wrap': {
      const plain = `The check at ${check(cause.check)} is made on ${name} with a constant added to or taken from it: near the end of its range that wraps round and passes, so it says nothing of ${name} itself.`;
      return done(
        plain,
        `Bring the constant to the other side: check ${name} alone (\`i > size - 4\` instead of \`i + 4 > size\`).`,
      );
    }
    case 'sum': {
      const other = nameOf(cause.other, 'the other number');
      return done(
        `The check at ${check(cause.check)} speaks of the sum of ${name} and ${other}: a limit on the sum says nothing of either, for the sum may wrap round.`,
        `Limit ${name} and ${other} each by itself, so that even their largest values together fit (for instance each to half of the room).`,
      );
    }
    case 'derived': {
      const { from } = cause.compared;
      const bits = from.kind === 'computed' && from.op === 0x50;
      return done(
        bits
          ? `The check at ${check(cause.check)} looks at some bits of ${name} only, a narrower copy of it: of the others it says nothing.`
          : `The check at ${check(cause.check)} speaks of a number that is computed from the same one: the verifier does not conclude back to ${name}.`,
        `Check ${name} itself, in its full width, right before it is used.`,
      );
    }
    case 'underflow': {
      const left = nameOf(cause.left, 'the first number');
      const right = nameOf(cause.right, 'the second');
      return done(
        `It is the difference of ${left} and ${right}. Each may have its limits, but nothing says that ${right} is the smaller one: where it is not, the difference is below 0, and as an unsigned number very large.`,
        'Put the difference into a variable of its own, and check that one against the largest value that is allowed, right before it is used.',
      );
    }
    case 'changed-after':
      return done(
        `The check at ${check(cause.check)} was made before it was computed with (${where(text, cause.value.pc)}): of the result it says too little.`,
        `Check ${name} after the last computation, right before it is used.`,
      );
    case 'read-again':
      return done(
        `The check at ${check(cause.check)} was made on what was read there before. At ${where(text, cause.read.pc)} it is read from memory again, and what lies in memory may have changed: the new value was not checked.`,
        `Read it once into a local variable, and check and use that variable.`,
      );
  }
}
