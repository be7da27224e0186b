import type { IteratorDescriptor } from '../descriptor.ts';
import { bits } from './bits.ts';
import { css } from './css.ts';
import { cssTask } from './css-task.ts';
import { dmabuf } from './dmabuf.ts';
import { kmemCache } from './kmem-cache.ts';
import { num } from './num.ts';
import { task } from './task.ts';
import { taskVma } from './task-vma.ts';

/** Every open-coded iterator that the model knows. */
export const ITERATORS: readonly IteratorDescriptor[] = [num, bits, task, taskVma, css, cssTask, kmemCache, dmabuf];

/** By kfunc name: the iterator and which of its three methods that is. */
export const ITERATOR_METHODS: ReadonlyMap<
  string,
  { readonly iterator: IteratorDescriptor; readonly method: 'new' | 'next' | 'destroy' }
> = new Map(
  ITERATORS.flatMap((iterator) =>
    (['new', 'next', 'destroy'] as const).map((method) => [iterator[method].name, { iterator, method }] as const),
  ),
);
