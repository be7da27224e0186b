import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const getCurrentTask: HelperDescriptor = {
  id: 35,
  name: 'get_current_task',
  args: [],
  ret: 'integer',
  gplOnly: true,
  doc: 'The address of the current task_struct, as a plain number.',
  run: (machine, regs) => give(regs, machine.currentTask),
};
