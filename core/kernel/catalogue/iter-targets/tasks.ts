import { attachToTasks, TaskAreas, taskFdinfo, TaskFiles, walkTasks } from '../../machine/iter/task-walks.ts';
import type { TargetInput } from '../../machine/iter/walk.ts';
import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** Parameters that all of them take. */
const BY_TASK = { parameters: 'task', attach: attachToTasks, fdinfo: taskFdinfo } as const;

/** Targets that visit tasks and what belongs to them. */
export const TASKS: readonly IterTarget[] = [
  { name: 'task', doc: 'Visits every task.', args: [trusted(8, 'task_struct')], ...BY_TASK, walk: walkTasks },
  {
    name: 'task_file',
    doc: 'Visits every open file of every task.',
    args: [plain(8, 'task_struct'), plain(24, 'file')],
    ...BY_TASK,
    walk: (input: TargetInput) => new TaskFiles(input),
  },
  {
    name: 'task_vma',
    doc: 'Visits every memory area of every task.',
    args: [plain(8, 'task_struct'), plain(16, 'vm_area_struct')],
    ...BY_TASK,
    walk: (input: TargetInput) => new TaskAreas(input),
  },
];
