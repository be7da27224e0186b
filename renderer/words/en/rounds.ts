import { count, form, grouped, list } from './counting.ts';

/** The Exploration as rounds of loops. */
export const rounds = {
  roundLens: {
    notCovered: 'not covered',
    unit: (loop: boolean) => (loop ? 'round' : 'visit'),
    label: (loop: boolean) => (loop ? 'One round as lanes' : 'One visit as lanes'),
    title: (loop: boolean, n: number) => (loop ? `Round ${grouped(n)}, as lanes` : `Visit ${grouped(n)}, as lanes`),
    steps: (first: number, last: number) => `steps ${grouped(first)} to ${grouped(last)}`,
    coveredBy: (step: number) => `covered by the checkpoint of step ${grouped(step)}`,
    notCoveredBy: (place: string, now: string, stored: string) =>
      `\`${place}\` now ${now}, stored ${stored}: not covered`,
    before: (loop: boolean) => (loop ? 'The round before' : 'The visit before'),
    after: (loop: boolean) => (loop ? 'The round after' : 'The visit after'),
  },
  rounds: {
    countingRounds: 'Counting rounds…',
    loops: 'Rounds at each loop head',
    visits: 'No loop: visits of the places that most paths come to',
    nothingTwice: 'Nothing is walked twice here. Choose “time” to see the paths as lanes.',
    nothingTwiceYet: 'Nothing is walked twice yet. Choose “time” to see the paths as lanes.',
    more: (n: number) => `${n} more ${form(n, 'loop')} with fewer rounds`,
  },
  roundWords: {
    new: 'new: no stored state covers it',
    widened: 'widened: what differs from the entry is forgotten',
    covered: 'covered by a stored state',
    kinds: { new: 'new', widened: 'widened', covered: 'covered' },
    known: (n: number, loop: boolean) => count(n, loop ? 'round' : 'visit'),
    one: (what: string, kind: string) => `${what}: ${kind}`,
    all: (what: string, kind: string) => `${what}, all ${kind}`,
    several: (what: string, kinds: readonly string[]) => `${what}: ${list(kinds)}`,
    ofKind: (n: number, kind: string) => `${grouped(n)} ${kind}`,
  },
  roundStrip: {
    from: (first: string) => `from ${first}`,
    fromTo: (first: string, last: string) => `from ${first} to ${last}`,
    line: (line: number) => `line ${line}`,
    instruction: (pc: number) => `instruction ${pc}`,
    changing: (counts: string, value: string, how: string) => `${counts}; \`${value}\` ${how}`,
    each: (n: number) => `· ${grouped(n)} a cell`,
    label: (loop: boolean, place: string) => (loop ? `Rounds at ${place}` : `Visits at ${place}`),
    none: (loop: boolean) => (loop ? 'no round yet' : 'no visit yet'),
    at: (loop: boolean, at: number, known: number, kind: string) =>
      `${loop ? 'round' : 'visit'} ${grouped(at)} of ${grouped(known)}, ${kind}`,
    one: (loop: boolean, n: number, step: number, kind: string) =>
      `**${loop ? 'round' : 'visit'} ${grouped(n)}** step ${grouped(step)}: ${kind}`,
    several: (loop: boolean, first: number, last: number, kinds: readonly string[]) =>
      `**${loop ? 'rounds' : 'visits'} ${grouped(first)} to ${grouped(last)}** ${list(kinds)}`,
  },
};
