import type { HelperDescriptor } from '../descriptor.ts';

export const getCurrentPidTgid: HelperDescriptor = {
  id: 14,
  name: 'get_current_pid_tgid',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'The current task: process id in the upper half, thread id in the lower.',
  run(machine, regs) {
    regs[0] = machine.task.pid;
    regs[1] = machine.task.tgid;
  },
};
