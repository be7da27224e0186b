import type { IteratorDescriptor, KfuncDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT } from '../descriptor.ts';

/** What an iterator's kernel functions do: begin, give the next element, end. */
export type IteratorMethod = 'new' | 'next' | 'destroy';
const METHODS: readonly (readonly [IteratorMethod, number])[] = [
  ['new', KF_ITER_NEW],
  ['next', KF_ITER_NEXT],
  ['destroy', KF_ITER_DESTROY],
];

/** All kernel functions of an iterator: its trio, and what it has beyond that. */
export const kfuncsOf = (iterator: IteratorDescriptor): readonly KfuncDescriptor[] => [
  iterator.new,
  iterator.next,
  iterator.destroy,
  ...(iterator.methods ?? []),
];

/** A kernel function that is a method of an iterator. */
export interface MethodOf {
  readonly iterator: IteratorDescriptor;
  readonly method: IteratorMethod;
}

/** The open-coded iterators of a kernel. */
export class IteratorTable {
  private readonly methods: ReadonlyMap<string, MethodOf>;
  private readonly owners: ReadonlyMap<string, IteratorDescriptor>;

  constructor(readonly all: readonly IteratorDescriptor[]) {
    this.owners = new Map(all.flatMap((iterator) => kfuncsOf(iterator).map(({ name }) => [name, iterator] as const)));
    // As for the kernel, it is the flags that make a function a method.
    this.methods = new Map(
      all.flatMap((iterator) =>
        METHODS.filter(([method, flag]) => (iterator[method].flags & flag) !== 0).map(
          ([method]) => [iterator[method].name, { iterator, method }] as const,
        ),
      ),
    );
  }

  /** The iterator whose own functions, of the trio or beyond it, a kernel function is one of; undefined for other functions. */
  owner(kfunc: string): IteratorDescriptor | undefined {
    return this.owners.get(kfunc);
  }

  /** The iterator that a kernel function is a method of, by the function's name; undefined for other functions. */
  method(kfunc: string): MethodOf | undefined {
    return this.methods.get(kfunc);
  }

  /** By its name, `num`, or its structure's, `bpf_iter_num`. */
  find(name: string): IteratorDescriptor | undefined {
    return this.all.find((one) => one.name === name || `bpf_iter_${one.name}` === name);
  }

  /** The kernel functions of all of them. */
  get kfuncs(): readonly KfuncDescriptor[] {
    return this.all.flatMap(kfuncsOf);
  }
}
