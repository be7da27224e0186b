import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** Targets that visit tasks and what belongs to them. */
export const TASKS: readonly IterTarget[] = [
  { name: 'task', doc: 'Visits every task.', args: [trusted(8, 'task_struct')] },
  {
    name: 'task_file',
    doc: 'Visits every open file of every task.',
    args: [plain(8, 'task_struct'), plain(24, 'file')],
  },
  {
    name: 'task_vma',
    doc: 'Visits every memory area of every task.',
    args: [plain(8, 'task_struct'), plain(16, 'vm_area_struct')],
  },
];
