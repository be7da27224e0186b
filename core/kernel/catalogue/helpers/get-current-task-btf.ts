import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const getCurrentTaskBtf: HelperDescriptor = {
  id: 158,
  name: 'get_current_task_btf',
  args: [],
  ret: 'btf-task',
  gplOnly: true,
  btfStruct: 'task_struct',
  doc: 'A trusted pointer to the current task_struct.',
  run: (machine, regs) => give(regs, machine.currentTask),
};
