import type { Spot } from '../../verifier/values/spot.ts';
import { sameSpot, spotName } from '../../verifier/values/spot.ts';
import { InputError } from '../../base/errors.ts';
import { madeLink } from '../explain/chain.ts';
import { namesOf } from '../explain/names.ts';
import { compareWalks } from '../explain/walk-comparison.ts';
import { code } from '../explain/words/text.ts';
import { lastMade } from '../query/provenance.ts';
import type { Made } from '../query/provenance.ts';
import { lineage } from '../query/lineage.ts';
import { stateDifference } from '../query/state-difference.ts';
import type {
  CallDifference,
  Known,
  ReferenceDifference,
  Relation,
  Sections,
  ValueDifference,
} from '../query/state-difference.ts';
import { grouped } from '../query/numbers.ts';
import { NOTHING, regShape, slotShape, storedState } from './comparison-view.ts';
import type { TraceView } from './trace-view.ts';
import type { DifferenceRow, DifferenceSide, DifferenceView, Shape } from './view.ts';

/** A state to be compared: that before a step's instruction, or the one stored under a number. */
export type Moment =
  | { readonly at: 'step'; readonly session: number; readonly step: number }
  | { readonly at: 'checkpoint'; readonly session: number; readonly checkpoint: number };

/** A moment with the walk that it is of. */
interface Placed {
  readonly moment: Moment;
  readonly view: TraceView;
}

/** The state of a moment. @throws InputError where the walk has no such step or stored state */
function knownAt({ moment, view }: Placed): Known {
  const { trace, text } = view;
  const { name } = text.program;
  if (moment.at === 'checkpoint') {
    const record = trace.checkpoint(moment.checkpoint);
    if (record === undefined) throw new InputError(`${name} has no checkpoint ${moment.checkpoint}`);
    // As it was at the end, with the marks that it got since; only comparisons keep it so.
    const { comparisons } = trace.data;
    let at = comparisons.length - 1;
    while (at >= 0 && comparisons[at]!.checkpoint !== moment.checkpoint) at--;
    const state = at < 0 ? trace.cursor(record.step).ids() : storedState(trace, comparisons[at]!);
    return { trace, text, state, step: record.step };
  }
  if (moment.step < 1 || moment.step > trace.steps)
    throw new InputError(
      `${name} has no step ${moment.step}: it has ${trace.steps === 0 ? 'none' : `1 to ${trace.steps}`}`,
    );
  return { trace, text, state: trace.cursor(moment.step).ids(), step: moment.step };
}

/** What differs between two moments, in the words of the panes. @throws InputError where one of them is none */
export function differenceView(from: Placed, to: Placed): DifferenceView {
  const [a, b] = [knownAt(from), knownAt(to)];
  const rows = new Rows(from.view, a, to.view, b).all();
  const walks = from.moment.session === to.moment.session ? null : walksOf(from.view, to.view);
  return { from: sideOf(from, a), to: sideOf(to, b), rows, words: wordsOf(rows), walks };
}

// Walks do not change: where two of them part is worked out once, and not again at every step.
const compared = new WeakMap<TraceView, WeakMap<TraceView, { readonly walks: DifferenceView['walks'] }>>();

function walksOf(from: TraceView, to: TraceView): DifferenceView['walks'] {
  const others = compared.get(from) ?? new WeakMap();
  compared.set(from, others);
  const known = others.get(to) ?? { walks: compareWalks(from, to) };
  others.set(to, known);
  return known.walks;
}

function sideOf({ moment, view }: Placed, { step }: Known): DifferenceSide {
  const pc = view.trace.pc(step);
  const { text } = view;
  const where = `before ${pc}: ${text.texts[pc] ?? ''}`;
  const what = moment.at === 'checkpoint' ? `checkpoint ${moment.checkpoint}, stored at step` : 'step';
  return { session: moment.session, step, pc, words: `${what} ${grouped(step)} of ${text.program.name}, ${where}` };
}

const counted = (n: number, one: string, more: string): string => (n === 0 ? '' : `${n} ${n === 1 ? one : more}`);

function wordsOf(rows: readonly DifferenceRow[]): string {
  const of = (...relations: Relation[]): number => rows.filter(({ relation }) => relations.includes(relation)).length;
  const parts = [
    counted(of('changed'), 'value changed', 'values changed'),
    counted(of('only-to'), 'only in the second', 'only in the second'),
    counted(of('only-from'), 'only in the first', 'only in the first'),
    counted(of('marked'), 'the same under another number or mark', 'the same under other numbers or marks'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Both states are the same in everything that the trace keeps.' : `${parts.join(', ')}.`;
}

/** Makes the rows of a difference: what is called, registers, iterators, stack, references and sections. */
class Rows {
  readonly #rows: DifferenceRow[] = [];

  constructor(
    private readonly fromView: TraceView,
    private readonly from: Known,
    private readonly toView: TraceView,
    private readonly to: Known,
  ) {}

  all(): readonly DifferenceRow[] {
    const { calls, values, references, sections } = stateDifference(this.from, this.to);
    const made = this.#made(values.filter(({ relation }) => relation !== 'same'));
    for (const call of calls) this.#call(call);
    for (const value of values) this.#value(value, made(value));
    for (const reference of references) this.#reference(reference);
    this.#sections(sections.from, sections.to);
    const ORDER: readonly DifferenceRow['group'][] = [
      'calls',
      'registers',
      'iterators',
      'stack',
      'references',
      'sections',
    ];
    // What has another value comes before what has another number or mark, and that before what is the same.
    const NEWS: Readonly<Record<Relation, number>> = { changed: 0, 'only-from': 0, 'only-to': 0, marked: 1, same: 2 };
    return this.#rows.sort(
      (a, b) =>
        ORDER.indexOf(a.group) - ORDER.indexOf(b.group) || NEWS[a.relation] - NEWS[b.relation] || b.frame - a.frame,
    );
  }

  // The side that has the place's frame says what made it; the later one where both have it.
  #made(values: readonly ValueDifference[]): (value: ValueDifference) => DifferenceRow['made'] {
    const has = ({ state }: Known, { frame }: Spot): boolean => frame < state.frames.length;
    const spots = (own: (spot: Spot) => boolean): Spot[] => values.map(({ spot }) => spot).filter(own);
    const inTo = lastMade(
      this.to.trace,
      this.to.text,
      this.to.step,
      spots((spot) => has(this.to, spot)),
    );
    const inFrom = lastMade(
      this.from.trace,
      this.from.text,
      this.from.step,
      spots((spot) => !has(this.to, spot)),
    );
    return ({ spot }) => {
      const side = has(this.to, spot) ? 'to' : 'from';
      const made = (side === 'to' ? inTo : inFrom).find((one) => sameSpot(one.spot, spot));
      if (made === undefined) return null;
      return { side, step: made.step, pc: made.pc, text: this.#madeWords(side, made) };
    };
  }

  // What an iterator's method did to it is told of the iterator, and not of its bytes.
  #madeWords(side: 'from' | 'to', made: Made): string {
    const { trace, text } = this[side];
    const method = made.spot.what === 'slot' ? text.iteratorMethod(made.pc) : undefined;
    const called = code(text.callee(made.pc) ?? '');
    if (made.how === 'clobbered')
      return `${code(text.callee(made.pc) ?? text.texts[made.pc] ?? '')} leaves it unreadable`;
    if (method === 'new') return `constructed by ${called}`;
    if (method === 'destroy') return `destroyed by ${called}`;
    if (method === undefined) return madeLink(trace, text, made).text;
    const iter = trace.data.values.getSlot(made.value)?.iter;
    return `${called} gave ${iter?.state === 'drained' ? 'NULL' : 'an element'}`;
  }

  #call({ frame, relation, from, to }: CallDifference): void {
    const shape = (known: Known, called: CallDifference['from']): Shape => {
      if (called === null) return { ...NOTHING, words: 'not called' };
      const name = known.text.subprogs[called.subprog]?.name ?? `function ${called.subprog}`;
      const words = called.callsite < 0 ? name : `${name}, called at ${called.callsite}`;
      return { range: null, words, kernel: '' };
    };
    const name = frame === 0 ? 'the program' : `frame ${frame}`;
    this.#add('calls', name, -1, relation, shape(this.from, from), shape(this.to, to), null, null);
  }

  #value(value: ValueDifference, made: DifferenceRow['made']): void {
    const { spot, relation } = value;
    if (spot.what === 'reg') {
      const shape = ({ trace, text }: Known, id: number): Shape => {
        const reg = trace.data.values.getReg(id);
        return reg === null || reg.type === 0
          ? { ...NOTHING, words: 'not readable' }
          : regShape(reg, spot.index, spot.frame, text);
      };
      const shapes = [shape(this.from, value.from), shape(this.to, value.to)] as const;
      this.#add('registers', spotName(spot), spot.frame, relation, ...shapes, made, spot, this.#variable(spot));
      return;
    }
    const slots = [
      this.from.trace.data.values.getSlot(value.from),
      this.to.trace.data.values.getSlot(value.to),
    ] as const;
    // The state of an iterator is told once, where it begins.
    if (slots.every((slot) => slot === null || slot.iter?.first === false)) return;
    const iterator = slots.some((slot) => slot?.iter?.first === true);
    const shapes = [
      slotShape(slots[0], spot.frame, this.from.text),
      slotShape(slots[1], spot.frame, this.to.text),
    ] as const;
    const words = iterator ? shapes.map((shape, i) => iteratorShape(shape, slots[i]?.iter ?? null)) : shapes;
    const own = iterator ? (this.toView.iteratorAt(spot) ?? this.fromView.iteratorAt(spot) ?? '') : '';
    this.#add(
      iterator ? 'iterators' : 'stack',
      spotName(spot),
      spot.frame,
      relation,
      words[0]!,
      words[1]!,
      made,
      spot,
      own,
    );
  }

  // As the source calls what is in a register on the later side.
  #variable({ index, frame }: Spot): string {
    const { trace, text, step, state } = this.to;
    if (frame !== state.frames.length - 1) return '';
    return namesOf(trace, text).local(trace.pc(step), index) ?? '';
  }

  #reference({ id, relation, from, to }: ReferenceDifference): void {
    const shape = ({ text }: Known, insn: number): Shape =>
      insn < 0
        ? { ...NOTHING, words: 'not held' }
        : { range: null, words: `held since ${text.callee(insn) ?? text.texts[insn] ?? ''} at ${insn}`, kernel: '' };
    const side = to >= 0 ? 'to' : 'from';
    const insn = to >= 0 ? to : from;
    const step = visitOf(this[side], insn);
    const text = this[side].text.callee(insn) ?? this[side].text.texts[insn] ?? '';
    const made =
      step === 0 || relation === 'same' ? null : ({ side, step, pc: insn, text: `taken by \`${text}\`` } as const);
    this.#add('references', `reference ${id}`, -1, relation, shape(this.from, from), shape(this.to, to), made, null);
  }

  #sections(from: Sections, to: Sections): void {
    const add = (name: string, a: number, b: number, outside: string, inside: (n: number) => string): void => {
      if (a === 0 && b === 0) return;
      const relation = a === b ? 'same' : a === 0 ? 'only-to' : b === 0 ? 'only-from' : 'changed';
      const shape = (n: number): Shape => ({ range: null, words: n <= 0 ? outside : inside(n), kernel: '' });
      this.#add('sections', name, -1, relation, shape(a), shape(b), null, null);
    };
    add('RCU read section', from.rcu, to.rcu, 'outside', () => 'inside');
    add('preemption', from.preempt, to.preempt, 'on', (n) => (n === 1 ? 'off' : `off, ${n} deep`));
  }

  #add(
    group: DifferenceRow['group'],
    name: string,
    frame: number,
    relation: Relation,
    from: Shape,
    to: Shape,
    made: DifferenceRow['made'],
    spot: Spot | null,
    variable = '',
  ): void {
    this.#rows.push({ group, name, variable, frame, relation, from, to, made, spot });
  }
}

const iteratorShape = (
  shape: Shape,
  iter: { type: string; refObjId: number; state: string; depth: number } | null,
): Shape =>
  iter === null
    ? shape
    : { ...shape, words: `iter_${iter.type} · ${iter.state} · depth ${iter.depth} · ref ${iter.refObjId}` };

/** The last step on the way to a state at which an instruction was processed; 0 for none. */
function visitOf({ trace, step }: Known, insn: number): number {
  const { pcs } = trace.data;
  for (const { first, last } of lineage(trace, step))
    for (let at = last; at >= first; at--) if (at !== step && pcs[at - 1] === insn) return at;
  return 0;
}
