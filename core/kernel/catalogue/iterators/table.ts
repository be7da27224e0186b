import type { IteratorDescriptor } from '../descriptor.ts';

/** What an iterator's kernel functions do: begin, give the next element, end. */
export type IteratorMethod = 'new' | 'next' | 'destroy';
const METHODS: readonly IteratorMethod[] = ['new', 'next', 'destroy'];

/** A kernel function that is a method of an iterator. */
export interface MethodOf {
  readonly iterator: IteratorDescriptor;
  readonly method: IteratorMethod;
}

/** The open-coded iterators of a kernel. */
export class IteratorTable {
  private readonly methods: ReadonlyMap<string, MethodOf>;

  constructor(readonly all: readonly IteratorDescriptor[]) {
    this.methods = new Map(
      all.flatMap((iterator) => METHODS.map((method) => [iterator[method].name, { iterator, method }] as const)),
    );
  }

  /** The iterator that a kernel function belongs to, by the function's name; undefined for other functions. */
  method(kfunc: string): MethodOf | undefined {
    return this.methods.get(kfunc);
  }

  /** By its name, `num`, or its structure's, `bpf_iter_num`. */
  find(name: string): IteratorDescriptor | undefined {
    return this.all.find((one) => one.name === name || `bpf_iter_${one.name}` === name);
  }

  /** Names of all methods. */
  get methodNames(): string[] {
    return [...this.methods.keys()];
  }
}
