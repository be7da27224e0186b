import { getU64, setU64 } from '../../../base/u64.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Behaviour } from '../descriptor.ts';
import type { Break } from './definition.ts';
import type { Amount, Kept, Sequence } from './sequence.ts';
import { asNumber } from './layout.ts';
import type { NumberType, PlacedField } from './layout.ts';
import { firstThing } from './things.ts';

/** An argument of the constructor, after the iterator itself. */
export interface Argument {
  readonly name: string;
  /** Null for what is no number: a pointer. */
  readonly type: NumberType | null;
}

/** What is needed to run an iterator of one's own. */
export interface Plan {
  readonly sequence: Sequence;
  /** Every field of the state. */
  readonly fields: readonly PlacedField[];
  /** Bytes of the state. */
  readonly size: number;
  readonly arguments: readonly Argument[];
  /** The errno, negative, that the constructor gives for these arguments by name; 0 for none. */
  readonly fails: (values: Readonly<Record<string, bigint>>) => number;
  /** Where an element lies, and what it is. */
  readonly element:
    | { readonly at: 'state'; readonly type: NumberType }
    | { readonly at: 'memory'; readonly type: NumberType }
    /** Objects, one behind the other. */
    | { readonly at: 'objects'; readonly bytes: Uint8Array; readonly stride: number }
    /** Things of the machine's world, where they are. */
    | { readonly at: 'things' };
  readonly breaks: ReadonlySet<Break>;
}

/** Fields that are kept beside those of the sequence. */
export const VALUE = 'value';
export const MEMORY = 'memory';
export const NULLS = 'nulls';

/** What `writes-elsewhere` puts behind the state. */
const STRAY = 0x5a5a5a5a5a5a5a5an;

interface Behaviours {
  readonly new: Behaviour;
  readonly next: Behaviour;
  readonly destroy: Behaviour;
  readonly remaining: Behaviour;
  readonly following: Behaviour;
}

/** An iterator's state in the machine's memory. */
class State {
  constructor(
    private readonly plan: Plan,
    readonly machine: Machine,
    private readonly lo: number,
    private readonly hi: number,
  ) {}

  address(name: string): bigint {
    return this.at + BigInt(this.field(name).offset);
  }

  get at(): bigint {
    return (BigInt(this.hi >>> 0) << 32n) | BigInt(this.lo >>> 0);
  }

  get(name: string): bigint {
    const { offset, size, type } = this.field(name);
    const bits = this.machine.load((this.lo + offset) | 0, this.hi, size);
    return asNumber({ size, signed: type.startsWith('s') }, bits);
  }

  set(name: string, value: bigint): void {
    const { offset, size } = this.field(name);
    this.machine.store((this.lo + offset) | 0, this.hi, size, value);
  }

  kept(): Kept {
    return Object.fromEntries(this.plan.sequence.fields.map(({ name }) => [name, this.get(name)]));
  }

  keep(kept: Kept): void {
    for (const { name } of this.plan.sequence.fields) this.set(name, kept[name]!);
  }

  /** Every byte of the state is zero, as a constructor begins. */
  clear(): void {
    this.machine.writeBytes(this.lo, this.hi, new Uint8Array(this.plan.size));
  }

  strayWrite(): void {
    this.machine.store((this.lo + this.plan.size) | 0, this.hi, 8, STRAY);
  }

  private field(name: string): PlacedField {
    return this.plan.fields.find((one) => one.name === name)!;
  }
}

/** What the functions of an iterator of one's own do. */
export function behavioursOf(plan: Plan): Behaviours {
  const { sequence, breaks } = plan;
  const stateOf = (machine: Machine, regs: Int32Array): State => new State(plan, machine, regs[2]!, regs[3]!);
  return {
    new(machine, regs) {
      const state = stateOf(machine, regs);
      const values = argumentValues(plan, regs);
      const amount = (one: Amount): bigint => (typeof one === 'bigint' ? one : (values[one.parameter] ?? 0n));
      const begun = plan.fails(values) || sequence.begin(amount);
      const errno = typeof begun === 'number' ? begun : 0;
      if (errno === 0 || !breaks.has('leaves-state')) {
        state.clear();
        state.keep(typeof begun === 'number' ? sequence.empty : begun);
        if (errno === 0 && hasMemory(plan)) state.set(MEMORY, roomFor(plan, machine));
      }
      // An int result: the upper half of r0 is zero, as on x86-64.
      setU64(regs, 0, BigInt.asUintN(32, BigInt(errno)));
    },
    next(machine, regs) {
      const state = stateOf(machine, regs);
      const kept = state.kept();
      const following = sequence.next(kept, machine);
      if (breaks.has('writes-elsewhere')) state.strayWrite();
      if (following !== null) {
        state.keep(following.kept);
        setU64(regs, 0, give(plan, state, following.element));
        return;
      }
      if (sequence.end !== undefined) state.keep(sequence.end(kept));
      setU64(regs, 0, atEnd(plan, state) ? 0n : afterTheEnd(plan, state));
    },
    destroy(machine, regs) {
      const state = stateOf(machine, regs);
      if (hasMemory(plan) && !breaks.has('keeps-memory')) {
        const memory = state.get(MEMORY);
        if (memory !== 0n) machine.free(memory);
      }
      state.clear();
    },
    remaining: (machine, regs) => setU64(regs, 0, sequence.left(stateOf(machine, regs).kept(), machine)),
    following(machine, regs) {
      const following = sequence.next(stateOf(machine, regs).kept(), machine);
      const value = following === null ? 0n : valueOf(plan, following.element);
      const wide = 'type' in plan.element && plan.element.type.size > 4;
      setU64(regs, 0, BigInt.asUintN(wide ? 64 : 32, value));
    },
  };
}

function argumentValues(plan: Plan, regs: Int32Array): Readonly<Record<string, bigint>> {
  return Object.fromEntries(
    plan.arguments.map(({ name, type }, i) => {
      // r1 is the iterator.
      const bits = getU64(regs, 2 * (i + 2));
      return [name, type === null ? bits : asNumber(type, bits)];
    }),
  );
}

/** The iterator has memory of its own, from its constructor to its destructor. */
const hasMemory = ({ element }: Plan): boolean => element.at === 'memory' || element.at === 'objects';

/** Memory of the kernel for what next gives pointers to. */
function roomFor({ element }: Plan, machine: Machine): bigint {
  if (element.at !== 'objects') return machine.allocate(8);
  const address = machine.allocate(element.bytes.length);
  machine.writeBytes(...halves(address), element.bytes);
  return address;
}

/** True where NULL is given; a broken contract may give something instead. */
function atEnd(plan: Plan, state: State): boolean {
  const { breaks } = plan;
  // Without memory there is nothing that a pointer could point to.
  if (hasMemory(plan) && state.get(MEMORY) === 0n) return true;
  if (breaks.has('endless')) return false;
  if (!breaks.has('resurrects')) return true;
  const nulls = state.get(NULLS);
  state.set(NULLS, nulls ^ 1n);
  return nulls === 0n;
}

/** Where a broken contract's element after the end is. */
function afterTheEnd(plan: Plan, state: State): bigint {
  if (plan.element.at !== 'things') return elementAddress(plan, state, 0n);
  return firstThing(plan.sequence, state.kept(), state.machine);
}

function valueOf({ sequence }: Plan, element: bigint): bigint {
  const literal = sequence.literals?.[Number(element)];
  return typeof literal === 'bigint' ? literal : element;
}

/** Puts an element where it is to lie; returns its address. */
function give(plan: Plan, state: State, element: bigint): bigint {
  const address = elementAddress(plan, state, element);
  if ('type' in plan.element) state.machine.store(...halves(address), plan.element.type.size, valueOf(plan, element));
  return address;
}

function elementAddress({ element }: Plan, state: State, index: bigint): bigint {
  if (element.at === 'things') return index;
  if (element.at === 'state') return state.address(VALUE);
  const memory = state.get(MEMORY);
  return element.at === 'objects' ? memory + index * BigInt(element.stride) : memory;
}

const halves = (address: bigint): [number, number] => [
  Number(BigInt.asIntN(32, address)),
  Number(BigInt.asIntN(32, address >> 32n)),
];
