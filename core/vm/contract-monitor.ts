import type { Behaviour, IteratorDescriptor } from '../kernel/catalogue/descriptor.ts';
import type { IteratorMethod, IteratorTable } from '../kernel/catalogue/iterators/table.ts';
import { ADDRESS_HI } from '../kernel/machine/memory.ts';
import type { Memory } from '../kernel/machine/memory.ts';
import type { CallResolver, RunFault } from './executor.ts';
import { KfuncWatch } from './kfunc-watch.ts';

/** What is owed by an iterator's functions, or by the program that calls them, and was not kept. */
export type BreachKind =
  /** The constructor left the state as it found it. */
  | 'not-initialized'
  /** After NULL, next gave an element. */
  | 'comes-back'
  /** So many elements, and no NULL. */
  | 'endless'
  /** A function of the iterator wrote beside its slots. */
  | 'writes-elsewhere'
  /** Somebody else than the iterator's functions wrote its state. */
  | 'state-written'
  /** A function got what no constructor had made. */
  | 'never-made'
  | 'used-after-destroy'
  | 'destroyed-twice'
  /** A function got an iterator of another type. */
  | 'other-type'
  /** A constructor got an iterator that had not been destroyed. */
  | 'made-again'
  /** Its destructor left memory that its functions had taken. */
  | 'keeps-memory'
  /** The run ended with it. */
  | 'not-destroyed';

/** A contract of an iterator that a run broke, as it was seen. */
export interface Breach {
  readonly kind: BreachKind;
  /** The iterator's type: `num`. */
  readonly iterator: string;
  /** Counted from 1 in the order in which they were made; 0 for one that never was. */
  readonly ref: number;
  /** The kernel function at whose call it was seen; empty at the end of the run. */
  readonly func: string;
  /** The instruction of that call, -1 at the end, and the number of instructions executed with it. */
  readonly pc: number;
  readonly step: number;
  /** Address of the iterator (low word). */
  readonly address: number;
  /** For bytes that were written: the first one, from the iterator's address; for `endless` the number of elements, for `keeps-memory` of regions; else 0. */
  readonly at: number;
}

/** An iterator that is alive. */
interface Watched {
  readonly iterator: IteratorDescriptor;
  readonly ref: number;
  /** Its state as the last of its functions left it. */
  readonly bytes: Uint8Array;
  ended: boolean;
  elements: number;
  /** Regions of memory that its functions took and did not give back. */
  held: number;
}

/** Fills the state before its constructor runs, so that one which leaves it alone is seen; the kernel's stack holds anything there, too. */
const POISON = 0xa5;
/** Bytes on each side of an iterator that its functions have no business with. */
const GUARD = 8;
/** Elements of an iterator in a run that had to be stopped, from which on the iterator is at fault. */
const MANY = 100_000;
const MAX_BREACHES = 100;
const SLOT = 8;

/** What the monitor sees of what runs the program. */
export interface Watchable {
  readonly calling: { readonly pc: number; readonly step: number };
}

/**
 * Wraps a resolver and looks, at every call of an iterator's function, whether the contract that the verifier relies on is kept
 * (Documentation/bpf/bpf_iterators.rst): a constructor makes a valid iterator also when it fails, NULL stays NULL, every iterator is destroyed once,
 * and nobody but its functions writes its state. Linux 6.18's own iterators and verified programs keep
 * all of it, but for DMA buffers, whose next begins again after NULL.
 */
export class ContractMonitor extends KfuncWatch {
  readonly breaches: Breach[] = [];
  /** By address (low word). */
  private readonly live = new Map<number, Watched>();
  private readonly destroyed = new Map<number, number>();
  private made = 0;
  private running: Watchable | null = null;

  constructor(
    resolver: CallResolver,
    private readonly types: Pick<IteratorTable, 'method' | 'owner'>,
    private readonly memory: Memory,
  ) {
    super(resolver);
  }

  /** How many iterators were made. */
  get iterators(): number {
    return this.made;
  }

  /** Says what runs the program, before it runs. */
  watch(running: Watchable): void {
    this.running = running;
  }

  protected around(name: string, run: Behaviour): Behaviour | null {
    const iterator = this.types.owner(name);
    if (iterator === undefined) return null;
    const method = this.types.method(name)?.method ?? null;
    return (machine, regs) => {
      const address = regs[2]!;
      const call = { iterator, method, name, address };
      if (regs[3]! !== ADDRESS_HI || !this.mapped(address, iterator.size)) return run(machine, regs);
      this.before(call);
      const from = address - GUARD;
      const guard = this.memory.bytes.slice(from, this.endOf(address, iterator) + GUARD);
      const { held } = machine;
      run(machine, regs);
      this.afterwards(call, guard, (regs[0]! | regs[1]!) === 0, machine.held - held);
    };
  }

  /** Tells what can only be told at the end of a run. */
  finish(fault: RunFault | undefined): void {
    const place = this.running?.calling ?? { pc: -1, step: 0 };
    for (const [address, { iterator, ref, ended, elements }] of this.live) {
      const seen = { iterator: iterator.name, ref, func: '', ...place, address };
      if (fault === undefined) this.tell({ kind: 'not-destroyed', ...seen, pc: -1, at: 0 });
      else if (fault.stopped === true && !ended && elements >= MANY)
        this.tell({ kind: 'endless', ...seen, func: iterator.next.name, at: elements });
    }
  }

  private before({ iterator, method, name, address }: Call): void {
    const known = this.live.get(address);
    if (method === 'new') {
      if (known !== undefined) this.breach('made-again', iterator, known.ref, name, address);
      this.memory.bytes.fill(POISON, address, address + iterator.size);
      return;
    }
    if (known === undefined) {
      const ref = this.destroyed.get(address);
      const kind = ref === undefined ? 'never-made' : method === 'destroy' ? 'destroyed-twice' : 'used-after-destroy';
      this.breach(kind, iterator, ref ?? 0, name, address);
      return;
    }
    if (known.iterator !== iterator) this.breach('other-type', iterator, known.ref, name, address);
    const at = known.bytes.findIndex((byte, i) => this.memory.bytes[address + i] !== byte);
    if (at >= 0) this.breach('state-written', known.iterator, known.ref, name, address, at);
  }

  private afterwards(call: Call, guard: Uint8Array, isNull: boolean, taken: number): void {
    const { iterator, method, name, address } = call;
    const { bytes } = this.memory;
    if (method === 'new') this.construct(call);
    const known = this.live.get(address);
    const ref = known?.ref ?? 0;
    const end = this.endOf(address, iterator);
    const stray = guard.findIndex((byte, i) => {
      const at = address - GUARD + i;
      return (at < address || at >= end) && bytes[at] !== byte;
    });
    if (stray >= 0) this.breach('writes-elsewhere', iterator, ref, name, address, stray - GUARD);
    if (known === undefined) return;
    known.held += taken;
    if (method === 'next') {
      if (!isNull && known.ended) this.breach('comes-back', iterator, ref, name, address);
      known.ended = isNull;
      if (!isNull) known.elements++;
    }
    if (method === 'destroy') {
      if (known.held > 0) this.breach('keeps-memory', iterator, ref, name, address, known.held);
      this.live.delete(address);
      this.destroyed.set(address, ref);
    } else known.bytes.set(bytes.subarray(address, address + known.bytes.length));
  }

  private construct({ iterator, name, address }: Call): void {
    const ref = ++this.made;
    const state = this.memory.bytes.slice(address, address + iterator.size);
    this.live.set(address, { iterator, ref, bytes: state, ended: false, elements: 0, held: 0 });
    this.destroyed.delete(address);
    if (state.every((byte) => byte === POISON)) this.breach('not-initialized', iterator, ref, name, address);
  }

  /** Where the slots of an iterator end. */
  private endOf(address: number, { size }: IteratorDescriptor): number {
    return address + Math.floor(size / SLOT) * SLOT;
  }

  private mapped(address: number, size: number): boolean {
    const { access } = this.memory;
    return address >= 0 && address + size <= access.length && access[address] !== 0 && access[address + size - 1] !== 0;
  }

  private breach(
    kind: BreachKind,
    iterator: IteratorDescriptor,
    ref: number,
    func: string,
    address: number,
    at = 0,
  ): void {
    const { pc, step } = this.running?.calling ?? { pc: -1, step: 0 };
    this.tell({ kind, iterator: iterator.name, ref, func, pc, step, address, at });
  }

  private tell(breach: Breach): void {
    if (this.breaches.length < MAX_BREACHES) this.breaches.push(breach);
  }
}

interface Call {
  readonly iterator: IteratorDescriptor;
  /** Null for a function beyond the trio. */
  readonly method: IteratorMethod | null;
  readonly name: string;
  readonly address: number;
}
