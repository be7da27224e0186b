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
