import type { Spot } from '../../verifier/values/spot.ts';
import { spotName } from '../../verifier/values/spot.ts';
import { BPF_PSEUDO_CALL } from '../../isa/opcodes.ts';
import { forkWords } from '../views/exploration.ts';
import type { ForkWords } from '../views/exploration.ts';
import { changesAt, lineage } from '../query/lineage.ts';
import { namesOf } from './names.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { How, Made } from '../query/provenance.ts';
import { provenance, slotBehind } from '../query/provenance.ts';
import { SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { IterState } from '../../verifier/values/stack.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { MAX_SLOTS } from '../record/values.ts';
import { code } from './words/text.ts';
import type { Phrase } from './words/values.ts';
import { phraseOf, slotPhraseOf } from './words/values.ts';

/** One link of the chain that leads to an error, or one decision on the way. */
export interface Link {
  readonly step: number;
  readonly pc: number;
  readonly text: string;
}

/** Name of the iterator whose state begins at a slot, for the words. */
export type NameAt = (spot: Spot) => string | undefined;

/** Most steps that are looked back over. */
const MAX_STEPS = 20_000;

/** What happened to one iterator's place on the way to a step. */
export interface IteratorEvent {
  readonly step: number;
  readonly pc: number;
  readonly what: 'new' | 'null' | 'element' | 'destroyed' | 'overwritten';
  readonly type: string;
  readonly ref: number;
}

/** The life of what lived at a slot before `step`, latest first. */
export function iteratorEvents(trace: Trace, text: ProgramText, step: number, home: Spot): IteratorEvent[] {
  const { values, pcs } = trace.data;
  const events: IteratorEvent[] = [];
  const at = home.frame * MAX_SLOTS + home.index;
  let budget = MAX_STEPS;
  let later = step;
  for (const segment of lineage(trace, step, 1024)) {
    for (let s = segment.last; s >= segment.first && budget-- > 0; s--) {
      if (s === step) continue;
      const pc = pcs[s - 1]!;
      const method = text.iteratorMethod(pc);
      const joined = later > segment.last;
      if (method !== undefined) {
        const before = trace.cursor(s);
        const target = slotBehind(trace, before, 1, 0);
        if (target !== null && target.frame === home.frame && target.index === home.index) {
          const after = trace.cursor(later);
          const iter = values.getSlot(after.slots[at]!)?.iter;
          const was = values.getSlot(before.slots[at]!)?.iter;
          const made = { step: s, pc, type: (iter ?? was)?.type ?? '', ref: (iter ?? was)?.refObjId ?? 0 };
          if (method === 'new') events.push({ ...made, what: 'new' });
          else if (method === 'destroy') events.push({ ...made, what: 'destroyed' });
          else events.push({ ...made, what: iter?.state === 'drained' ? 'null' : 'element' });
        }
      } else if (!joined && changesSlots(trace, later, home)) {
        const before = trace.cursor(s);
        const lost = slotsOf(trace, before, home).some((k) => iterIn(trace, later, k) === null);
        const was = values.getSlot(before.slots[at]!)?.iter;
        if (lost && was != null) events.push({ step: s, pc, what: 'overwritten', type: was.type, ref: was.refObjId });
      }
      later = s;
    }
  }
  return events;
}

/** Most slots that an iterator takes. */
const MAX_ITER_SLOTS = 8;

function changesSlots(trace: Trace, step: number, home: Spot): boolean {
  let found = false;
  changesAt(trace, step, ({ what, frame, index }) => {
    found ||= what === 'slot' && frame === home.frame && index <= home.index && index > home.index - MAX_ITER_SLOTS;
  });
  return found;
}

// Places in a cursor's slots over which the iterator at `home` extends; none when none lives there.
function slotsOf(trace: Trace, state: Cursor, home: Spot): number[] {
  const places: number[] = [];
  const iterAt = (index: number): IterState | null =>
    index < 0 ? null : (trace.data.values.getSlot(state.slots[home.frame * MAX_SLOTS + index]!)?.iter ?? null);
  if (iterAt(home.index)?.first !== true) return places;
  places.push(home.frame * MAX_SLOTS + home.index);
  for (let index = home.index - 1; iterAt(index)?.first === false; index--) places.push(home.frame * MAX_SLOTS + index);
  return places;
}

const iterIn = (trace: Trace, step: number, place: number): IterState | null =>
  trace.data.values.getSlot(trace.cursor(step).slots[place]!)?.iter ?? null;

/** The links of an iterator's life; of several calls of one next only the last counts. */
export function iteratorLinks(events: readonly IteratorEvent[], name: string, text: ProgramText): Link[] {
  const nexts = new Set<number>();
  const links: Link[] = [];
  for (const { step, pc, what, ref } of events) {
    const link = (words: string): void => void links.push({ step, pc, text: words });
    switch (what) {
      case 'new':
        link(`constructed: ${code(name)} holds reference ${ref}`);
        // What lived there before is another story.
        return links;
      case 'destroyed':
        link(`destroyed: the place of ${code(name)} is free again`);
        break;
      case 'overwritten':
        link(`overwritten: ${code(text.texts[pc] ?? '')} ends the iterator that lived there`);
        break;
      default:
        if (nexts.has(pc)) break;
        nexts.add(pc);
        link(what === 'null' ? 'next gave NULL, so it is drained' : 'next gave an element, so it stays active');
    }
  }
  return links;
}

/** How it reads that something has a value, and gets one. */
interface Verbs {
  readonly is: string;
  readonly becomes: string;
}

// What cannot be read is no value.
const verbsFor = (value: Phrase): Verbs =>
  value.kind === 'nothing' ? { is: 'holds', becomes: 'holds' } : { is: 'is', becomes: 'becomes' };

const MADE: Readonly<Record<How, (name: string, value: string, callee: string, verbs: Verbs) => string>> = {
  constant: (name, value, _callee, { becomes }) => `${name} ${becomes} ${value}`,
  copied: (name, value, _callee, { becomes }) => `copied: ${name} ${becomes} ${value}`,
  computed: (name, value, _callee, { becomes }) => `computed: ${name} ${becomes} ${value}`,
  saved: (name, value) => `saved: ${name} holds ${value}`,
  filled: (name, value, _callee, { becomes }) => `loaded back from the stack: ${name} ${becomes} ${value}`,
  loaded: (name, value, _callee, { becomes }) => `loaded: ${name} ${becomes} ${value}`,
  called: (name, value, callee, { becomes }) => `${callee} returns: ${name} ${becomes} ${value}`,
  argument: (name, value, callee, { is }) => `handed to ${callee}: ${name} ${is} ${value}`,
  returned: (name, value, _callee, { becomes }) => `returned: ${name} ${becomes} ${value}`,
  clobbered: (name, _value, callee) => `${callee} leaves ${name} unreadable`,
  checked: (name, value, _callee, { is }) => `checked: on this path ${name} ${is} ${value}`,
  widened: (name, value, _callee, { is }) => `forgotten, so that the loop can converge: ${name} ${is} ${value}`,
  changed: (name, value, callee, { is }) => `${callee} takes away what ${name} was: it ${is} ${value} from here on`,
};

const isZero = (reg: Reg | null): boolean =>
  reg !== null && reg.type === SCALAR && reg.scalar.isConst && reg.scalar.value === 0n;

/** A made value as a link of the chain. */
export function madeLink(trace: Trace, text: ProgramText, made: Made): Link {
  const { values } = trace.data;
  const { spot, pc, step } = made;
  const value =
    spot.what === 'reg'
      ? phraseOf(values.getReg(made.value), spot.frame, text)
      : slotPhraseOf(values.getSlot(made.value), spot.frame, text);
  const names = namesOf(trace, text);
  const called =
    spot.what === 'slot'
      ? names.slot(step, spot)
      : made.how === 'checked' || made.how === 'clobbered' || made.how === 'changed'
        ? names.local(pc, spot.index)
        : names.local(pc + 1, spot.index);
  const name = called === null ? spotName(spot) : code(called);
  const callee = text.callee(pc);
  const who = code(callee ?? text.texts[pc] ?? '');
  // A helper's arguments are made by the helper; those of a function of the program by its caller.
  if (made.how === 'argument' && text.program.insns[pc]?.src !== BPF_PSEUDO_CALL)
    return { step, pc, text: `${who} gives its callback ${name}: ${value.text}` };
  // What next returns at the end is no number.
  const isNull = made.how === 'called' && text.iteratorMethod(pc) === 'next' && isZero(values.getReg(made.value));
  return { step, pc, text: MADE[made.how](name, isNull ? 'NULL' : value.text, who, verbsFor(value)) };
}

/** The decisions on the way to `step`, oldest first: every fork, and which way this path took. Repeated ones are told once, with their number. */
export function decisions(trace: Trace, text: ProgramText, step: number): (Link & { readonly times: number })[] {
  const { forks } = trace.data;
  const links: (Link & { times: number })[] = [];
  const told = new Map<string, Link & { times: number }>();
  const wordsAt = new Map<number, ForkWords>();
  let taken = -1;
  let budget = MAX_STEPS;
  // From the end: of several rounds the last one is where a decision stands in the list.
  for (const segment of lineage(trace, step, MAX_STEPS)) {
    for (let i = upper(forks, segment.last) - 1; i >= 0 && forks[i]!.step >= segment.first && budget-- > 0; i--) {
      const fork = forks[i]!;
      if (fork.step >= step) continue;
      let words = wordsAt.get(fork.pc);
      if (words === undefined) wordsAt.set(fork.pc, (words = forkWords(fork, trace, text)));
      const outcome = fork.id === taken ? words.facts.later : words.facts.now;
      const key = `${fork.pc} ${outcome}`;
      const known = told.get(key);
      if (known !== undefined) {
        known.times++;
        continue;
      }
      const link = { step: fork.step, pc: fork.pc, text: outcome, times: 1 };
      told.set(key, link);
      links.push(link);
    }
    taken = trace.data.paths[segment.path]?.fork ?? -1;
  }
  return links.reverse();
}

function upper(records: readonly { readonly step: number }[], step: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The instructions that made the blamed registers and slots, latest first. */
export function madeOf(trace: Trace, text: ProgramText, spots: readonly Spot[]): Made[] {
  return trace.steps === 0 ? [] : provenance(trace, text, trace.steps, spots);
}
