import { never } from '../../base/errors.ts';
import type { Spot } from '../../verifier/values/spot.ts';
import { slotName } from '../../verifier/values/spot.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';

/*
 * What can be searched for in a walk:
 *
 *     search   term { term }                          all of them at one step
 *     term     event | place | value | text
 *     event    fork | prune | checkpoint | rejected | widened
 *     place    insn RANGE | line RANGE                instructions, lines of C; RANGE is 12 or 12-15
 *     value    WHERE COMPARE NUMBER                   r6 = 5, fp-16 < 10: whatever of its values it has, signed or unsigned
 *              WHERE may NUMBER                       r6 may 5: 5 is one of its values
 *              WHERE STATE                            r0 null, fp-8 active
 *              ref [NUMBER]                           any reference is held, or this one
 *     WHERE    r0 … r10, fp-8 … fp-512 of the function that runs, or the C name of an iterator
 *     COMPARE  = != < <= > >=
 *     STATE    null maybe-null pointer number unknown unreadable precise active drained
 *     text     WORD or "SOME WORDS"                   in the instruction, its C line, the function it calls or begins; whatever the case
 *
 * An event, and what is found in an instruction, is found at each of its steps. What is found in values or in a C line alone holds for stretches of a path:
 * it is found where it begins to hold.
 */

/** Something that happens at a step. */
export const FIND_EVENTS = ['fork', 'prune', 'checkpoint', 'rejected', 'widened'] as const;
export type FindEvent = (typeof FIND_EVENTS)[number];
/** Other words for an event. */
const EVENT_WORDS: Readonly<Record<string, FindEvent>> = {
  forks: 'fork',
  pruned: 'prune',
  prunes: 'prune',
  checkpoints: 'checkpoint',
  reject: 'rejected',
};

export const COMPARES = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Compare = (typeof COMPARES)[number];
/** What can be said of a value without a number. */
export const VALUE_STATES = [
  'null',
  'maybe-null',
  'pointer',
  'number',
  'unknown',
  'unreadable',
  'precise',
  'active',
  'drained',
] as const;
export type ValueState = (typeof VALUE_STATES)[number];

/** Where a value is: in the function that runs, or at the home of an iterator. */
export type Where =
  | { readonly in: 'running'; readonly what: Spot['what']; readonly index: number }
  | { readonly in: 'home'; readonly spot: Spot };

export type FindTerm =
  | { readonly kind: 'event'; readonly event: FindEvent }
  | { readonly kind: 'insn' | 'line'; readonly from: number; readonly to: number }
  | { readonly kind: 'compare'; readonly where: Where; readonly compare: Compare | 'may'; readonly number: bigint }
  | { readonly kind: 'state'; readonly where: Where; readonly state: ValueState }
  /** `id` is null for any. */
  | { readonly kind: 'ref'; readonly id: number | null }
  | { readonly kind: 'text'; readonly text: string };

/** What is wrong with a search, and where in it. */
export interface FoundProblem {
  /** From 1. */
  readonly column: number;
  readonly text: string;
}

/** Whether a term is about the state alone, and not about what is processed. */
export const isOfState = ({ kind }: FindTerm): boolean => kind === 'compare' || kind === 'state' || kind === 'ref';

interface Word {
  readonly text: string;
  readonly column: number;
  readonly quoted: boolean;
}

class Wrong extends Error {
  constructor(
    readonly column: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * Reads a search.
 * @param homes where the iterators of the walk live, by the names that the C source gives them
 */
export function parseFind(
  search: string,
  homes: ReadonlyMap<string, Spot> = new Map(),
):
  | { readonly terms: readonly FindTerm[]; readonly problem?: never }
  | { readonly terms?: never; readonly problem: FoundProblem } {
  try {
    const terms = new Parser(wordsOf(search), search.length, homes).all();
    if (terms.length === 0)
      throw new Wrong(1, 'type what to look for: a word of an instruction, fork, r6 = 5, fp-8 active');
    return { terms };
  } catch (error) {
    if (error instanceof Wrong) return { problem: { column: error.column, text: error.reason } };
    throw error;
  }
}

const isBlank = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\u00a0' || char === '\n';
const isSign = (char: string | undefined): boolean => char === '=' || char === '!' || char === '<' || char === '>';

// Comparisons stand for themselves, with blanks around them or without: `r6=5`. Elsewhere, as in `w6+=w1`, signs belong to their word.
function wordsOf(search: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < search.length;) {
    if (isBlank(search[at])) {
      at++;
      continue;
    }
    const column = at + 1;
    if (search[at] === '"') {
      const end = search.indexOf('"', at + 1);
      if (end < 0) throw new Wrong(column, 'the quotation mark is not closed');
      words.push({ text: search.slice(at + 1, end), column, quoted: true });
      at = end + 1;
      continue;
    }
    let end = at;
    if (isSign(search[at])) while (isSign(search[end])) end++;
    else {
      while (end < search.length && !isBlank(search[end]) && search[end] !== '"' && !endsPlace(search, at, end)) end++;
    }
    words.push({ text: search.slice(at, end), column, quoted: false });
    at = end;
  }
  return words;
}

/** Whether a comparison begins at `end`, behind the name of a place. */
const endsPlace = (search: string, at: number, end: number): boolean =>
  end > at && isSign(search[end]) && placeOf(search.slice(at, end)) !== null;

const isDigits = (text: string): boolean => text !== '' && [...text].every((char) => char >= '0' && char <= '9');

/** A register or slot by its name; null for another word. A slot that there cannot be is -1. */
function placeOf(name: string): { readonly what: Spot['what']; readonly index: number } | null {
  const low = name.toLowerCase();
  if (low.startsWith('r') && isDigits(low.slice(1))) {
    const index = Number(low.slice(1));
    return index < REGS ? { what: 'reg', index } : null;
  }
  if (!low.startsWith('fp-') || !isDigits(low.slice(3))) return null;
  const offset = Number(low.slice(3));
  const index = offset % 8 === 0 && offset > 0 && offset <= MAX_SLOTS * 8 ? offset / 8 - 1 : -1;
  return { what: 'slot', index };
}

class Parser {
  #at = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly length: number,
    private readonly homes: ReadonlyMap<string, Spot>,
  ) {}

  all(): FindTerm[] {
    const terms: FindTerm[] = [];
    while (this.#at < this.words.length) terms.push(this.#term(this.words[this.#at++]!));
    return terms;
  }

  #term(word: Word): FindTerm {
    const { text, column, quoted } = word;
    const low = text.toLowerCase();
    if (quoted) {
      if (text.trim() === '') throw new Wrong(column, 'there is nothing between the quotation marks');
      return { kind: 'text', text };
    }
    const event = FIND_EVENTS.find((one) => one === low) ?? EVENT_WORDS[low];
    if (event !== undefined) return { kind: 'event', event };
    if (low === 'insn' || low === 'line') return { kind: low, ...this.#range(low) };
    if (low === 'ref') return { kind: 'ref', id: this.#optionalNumber() };
    if (isSign(text[0]))
      throw new Wrong(column, `${text} stands between a register or slot and a number: r6 ${text} 5`);
    return this.#value(word) ?? { kind: 'text', text };
  }

  // A place is the beginning of a value where something is said of it; else it is a word like any other.
  #value({ text, column }: Word): FindTerm | null {
    const next = this.words[this.#at];
    const said = next === undefined || next.quoted ? '' : next.text.toLowerCase();
    const compare = said === 'may' ? said : COMPARES.find((one) => one === (said === '==' ? '=' : said));
    const state = VALUE_STATES.find((one) => one === said);
    const signs = next !== undefined && !next.quoted && isSign(said[0]);
    if (compare === undefined && state === undefined && !signs) return null;
    const place = placeOf(text);
    const home = this.homes.get(text);
    if (place === null && home === undefined) {
      if (compare === 'may' || (state !== undefined && state !== 'active' && state !== 'drained')) return null;
      const names = [...this.homes.keys()];
      throw new Wrong(
        column,
        `${text} is no register, stack slot${names.length === 0 ? '' : ` or iterator (${names.join(', ')})`}: r0 to r10, fp-8 to fp-512`,
      );
    }
    if (place?.index === -1)
      throw new Wrong(
        column,
        `there is no slot ${text}: they are ${slotName(0)}, ${slotName(1)} … ${slotName(MAX_SLOTS - 1)}`,
      );
    this.#at++;
    const where: Where = place !== null ? { in: 'running', ...place } : { in: 'home', spot: home! };
    if (state !== undefined) {
      if ((state === 'active' || state === 'drained') && place?.what === 'reg')
        throw new Wrong(
          next!.column,
          `a register is never ${state}: iterators live in stack slots, as in fp-8 ${state}`,
        );
      return { kind: 'state', where, state };
    }
    if (compare === undefined)
      throw new Wrong(next!.column, `${next!.text} compares nothing: there are ${COMPARES.join(' ')}`);
    return { kind: 'compare', where, compare, number: this.#number(next!) };
  }

  #number(after: Word): bigint {
    const word = this.words[this.#at];
    if (word === undefined) throw new Wrong(this.length + 1, `a number is missing behind ${after.text}`);
    const number = numberOf(word.text);
    if (number === null || word.quoted) throw new Wrong(word.column, `${word.text} is no number: 5, -1, 0xff`);
    if (number < -(1n << 63n) || number >= 1n << 64n)
      throw new Wrong(word.column, `${word.text} has more than 64 bits`);
    this.#at++;
    return number;
  }

  #optionalNumber(): number | null {
    const word = this.words[this.#at];
    if (word === undefined || word.quoted || !isDigits(word.text) || word.text.length > 9) return null;
    this.#at++;
    return Number(word.text);
  }

  #range(of: 'insn' | 'line'): { readonly from: number; readonly to: number } {
    const word = this.words[this.#at];
    if (word === undefined) throw new Wrong(this.length + 1, `a number is missing behind ${of}: ${of} 12, ${of} 12-15`);
    const parts = word.text.split('-');
    if (word.quoted || parts.length > 2 || !parts.every((part) => isDigits(part) && part.length <= 9))
      throw new Wrong(word.column, `${word.text} is no number: ${of} 12, ${of} 12-15`);
    const [from, to = from] = parts.map(Number);
    if (to! < from!) throw new Wrong(word.column, `${word.text} ends before it begins`);
    this.#at++;
    return { from: from!, to: to! };
  }
}

function numberOf(text: string): bigint | null {
  const negative = text.startsWith('-') || text.startsWith('−');
  const digits = negative ? text.slice(1) : text;
  const hex = digits.toLowerCase().startsWith('0x');
  const ok = hex
    ? digits.length > 2 && [...digits.slice(2).toLowerCase()].every((char) => '0123456789abcdef'.includes(char))
    : isDigits(digits);
  if (!ok || digits.length > 40) return null;
  return negative ? -BigInt(digits) : BigInt(digits);
}

/** A term as it would be typed. */
export function termText(term: FindTerm): string {
  switch (term.kind) {
    case 'event':
      return term.event;
    case 'insn':
    case 'line':
      return `${term.kind} ${term.from === term.to ? term.from : `${term.from}-${term.to}`}`;
    case 'compare':
      return `${whereText(term.where)} ${term.compare} ${term.number}`;
    case 'state':
      return `${whereText(term.where)} ${term.state}`;
    case 'ref':
      return term.id === null ? 'ref' : `ref ${term.id}`;
    case 'text':
      return JSON.stringify(term.text);
    default:
      return never(term);
  }
}
const whereText = (where: Where): string => {
  const { what, index } = where.in === 'running' ? where : where.spot;
  return what === 'reg' ? `r${index}` : slotName(index);
};
