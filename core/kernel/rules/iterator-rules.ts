/** A rule of the verifier about open-coded iterators that a derived model may switch off. */
export interface IteratorRuleInfo {
  readonly id: IteratorRule;
  /** What the rule asks, in words. */
  readonly asks: string;
  /** What is taken without it. */
  readonly without: string;
}

export type IteratorRule = 'destroy' | 'null-first' | 'type' | 'depth' | 'widening' | 'size';

/**
 * The rules, for what is learnt by leaving one out. None of them can be switched off in Linux: a model without one says so in its name, its logs and
 * its lines of JSON.
 */
export const ITERATOR_RULES: readonly IteratorRuleInfo[] = [
  {
    id: 'destroy',
    asks: 'an iterator that was made is destroyed on every way out of the program',
    without: 'a program may end, or make another iterator in its place, and leave one behind',
  },
  {
    id: 'null-first',
    asks: 'next may give NULL: that way is walked, and it is walked first',
    without:
      'next is taken to give an element always: nothing is checked for NULL, and what follows the loop is never looked at',
  },
  {
    id: 'type',
    asks: 'next and destroy get an iterator of their own type that was made and not destroyed yet',
    without: 'any slots of the stack are taken for an iterator',
  },
  {
    id: 'depth',
    asks: 'each element is another round: states of different rounds are no endless loop',
    without: 'rounds look alike, and good loops are refused as endless',
  },
  {
    id: 'widening',
    asks: 'numbers that differ from round to round, and that nobody needs exactly, become unknown',
    without: 'every round is another state, and good loops are refused as too complex',
  },
  {
    id: 'size',
    asks: 'the size of the state is a multiple of 8, so that it fills whole slots of the stack',
    without: 'what lies in the last, incomplete slot is not guarded',
  },
];

/** Which rules a model keeps. */
export type IteratorRules = Readonly<Record<IteratorRule, boolean>>;

/** All rules but these. */
export function rulesWithout(off: readonly IteratorRule[]): IteratorRules {
  return Object.freeze(Object.fromEntries(ITERATOR_RULES.map(({ id }) => [id, !off.includes(id)])) as IteratorRules);
}

/** Those that a model leaves out, in the order of the list. */
export function rulesOff(rules: IteratorRules): readonly IteratorRule[] {
  return ITERATOR_RULES.filter(({ id }) => !rules[id]).map(({ id }) => id);
}

/** One line that says that what follows is not what a kernel does; empty when all rules are kept. */
export function rulesNotice(rules: IteratorRules): string {
  const off = rulesOff(rules);
  if (off.length === 0) return '';
  return `NOT THE KERNEL'S BEHAVIOUR: without the verifier's rule${off.length === 1 ? '' : 's'} ${off.join(', ')}`;
}
