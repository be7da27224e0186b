import { count } from './check.ts';
import type { Asked, CheckKind, RunFacts } from './check.ts';

const LIFE = ['new', 'element', 'null', 'destroy'] as const;
type Event = (typeof LIFE)[number];
const NEVER: Readonly<Record<Event, (type: string) => string>> = {
  new: (type) => `When it runs, no ${type} iterator is constructed.`,
  element: (type) => `When it runs, next of the ${type} iterator never gives an element.`,
  null: (type) =>
    `When it runs, it stops before next of the ${type} iterator has given NULL: the loop is left too early.`,
  destroy: (type) => `When it runs, the ${type} iterator is not destroyed after its loop.`,
};
const isEvent = (word: string): word is Event => (LIFE as readonly string[]).includes(word);

/** The first of these events that does not follow the ones before it on any one iterator; null when all do. */
function missing({ iterators }: RunFacts, type: string, wanted: readonly Event[]): Event | null {
  let furthest = 0;
  const reached = new Map<number, number>();
  for (const { type: of, ref, what } of iterators) {
    const at = reached.get(ref) ?? 0;
    if (of !== type || wanted[at] !== what) continue;
    reached.set(ref, at + 1);
    furthest = Math.max(furthest, at + 1);
  }
  return wanted[furthest] ?? null;
}
const elements = ({ iterators }: RunFacts, type: string): number =>
  iterators.filter((event) => event.type === type && event.what === 'element').length;

/** A check of a run: what did not end, or may not run, does not hold. */
const ofRun = (holds: (run: RunFacts) => boolean, failing: (run: RunFacts) => string, setting?: string): Asked => ({
  holds: (s) => {
    const run = s.run(setting);
    return run !== null && run.fault === '' && holds(run);
  },
  failing: (s) => {
    const run = s.run(setting);
    if (run === null) return 'It can only be run once the verifier accepts it.';
    return run.fault === '' ? failing(run) : `When it runs, it is stopped: ${run.fault}.`;
  },
});
const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** A run does not reach its end: it is stopped, for instance where it reads at NULL. */
export const faults: CheckKind = {
  name: 'faults',
  usage: 'faults',
  parse: (argument) =>
    argument !== ''
      ? null
      : {
          holds: (s) => (s.run()?.fault ?? '') !== '',
          failing: (s) =>
            s.run() === null ? 'It can only be run once the verifier accepts it.' : 'When it runs, it reaches its end.',
        },
};

/** What an iterator owes is broken in a run, even one that was stopped: in this way first, or not at all. */
export const breaks: CheckKind = {
  name: 'breaks',
  usage: 'breaks KIND|nothing [when VARIABLE=VALUE]',
  parse(argument) {
    const [, kind, setting] = /^([a-z-]+)(?: when ([\w.[\]]+=-?\w+))?$/.exec(argument) ?? [];
    if (kind === undefined) return null;
    const when = setting === undefined ? '' : ` with ${setting.replace('=', ' = ')}`;
    return {
      holds: (s) => {
        const run = s.run(setting);
        return run !== null && (run.breaches[0]?.kind ?? 'nothing') === kind;
      },
      failing: (s) => {
        const run = s.run(setting);
        if (run === null) return 'It can only be run once the verifier accepts it.';
        return `When it runs${when}: ${run.breaches[0]?.text ?? 'no contract of an iterator is broken'}.`;
      },
    };
  },
};

/** The low 32 bits of the program's result, which may be written as a negative number; with a global variable set to something else, if one is named. */
export const returns: CheckKind = {
  name: 'returns',
  usage: 'returns N [when VARIABLE=VALUE]',
  parse(argument) {
    const match = /^(-?\d+)(?: when ([\w.[\]]+=-?\w+))?$/.exec(argument);
    if (match === null) return null;
    const [, n = '', setting] = match;
    const told = (value: number): number => (Number(n) > 0x7fff_ffff ? value : value | 0);
    const when = setting === undefined ? '' : ` with ${setting.replace('=', ' = ')}`;
    return ofRun(
      ({ returned }) => returned === Number(n) >>> 0,
      ({ returned }) => `When it runs${when}, it returns ${told(returned)}; it should return ${n}.`,
      setting,
    );
  },
};

/** A global variable is that when the program is over, or when the work that it left for later is done, too. */
export const leaves: CheckKind = {
  name: 'leaves',
  usage: 'leaves VARIABLE=N [at-exit] [when VARIABLE=VALUE]',
  parse(argument) {
    const [, name = '', n, early, setting] =
      /^(\w+)=(-?\d+)( at-exit)?(?: when ([\w.[\]]+=-?\w+))?$/.exec(argument) ?? [];
    if (n === undefined) return null;
    const when = early === undefined ? 'after-work' : 'at-exit';
    const words = early === undefined ? 'When the program is over, and its work done' : 'When the program is over';
    const set = setting === undefined ? '' : ` with ${setting.replace('=', ' = ')}`;
    return ofRun(
      (run) => run.variable(name, when) === BigInt(n),
      (run) => `${words}${set}, ${name} is ${run.variable(name, when) ?? 'no number'}; it should be ${n}.`,
      setting,
    );
  },
};

/** Some instruction runs N times at least, twice unless told. */
export const loops: CheckKind = {
  name: 'loops',
  usage: 'loops [N]',
  parse(argument) {
    const n = argument === '' ? 2 : count(argument);
    if (n === null) return null;
    return ofRun(
      ({ rounds }) => rounds >= n,
      ({ rounds }) =>
        rounds < 2
          ? 'When it runs, nothing runs twice: it has no loop that goes round.'
          : `When it runs, its loop goes round ${times(rounds)}; ${n} are asked for.`,
    );
  },
};

/** These things happen to one iterator of a type, in this order. */
export const iterator: CheckKind = {
  name: 'iterator',
  usage: 'iterator TYPE [new] [element] [null] [destroy]',
  parse(argument) {
    const match = /^(\w+)((?: (?:new|element|null|destroy))+)$/.exec(argument);
    if (match === null) return null;
    const [, type = '', words = ''] = match;
    const wanted = words.trim().split(' ').filter(isEvent);
    return ofRun(
      (run) => missing(run, type, wanted) === null,
      (run) => NEVER[missing(run, type, wanted) ?? 'new'](type),
    );
  },
};

/** Iterators of a type give N elements in all. */
export const elementsOf: CheckKind = {
  name: 'elements',
  usage: 'elements TYPE N',
  parse(argument) {
    const match = /^(\w+) (\d+)$/.exec(argument);
    if (match === null) return null;
    const [, type = '', n] = match;
    return ofRun(
      (run) => elements(run, type) === Number(n),
      (run) =>
        `When it runs, next of the ${type} iterator gives an element ${times(elements(run, type))}; it should do so ${times(Number(n))}.`,
    );
  },
};
