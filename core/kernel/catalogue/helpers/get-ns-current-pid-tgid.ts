import { EINVAL } from '../../../base/errno.ts';
import { NSFS_DEVICE } from '../../machine/world/flags.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';

/** struct bpf_pidns_info: u32 pid | u32 tgid */
const INFO_SIZE = 8;

export const getNsCurrentPidTgid: HelperDescriptor = {
  id: 120,
  name: 'get_ns_current_pid_tgid',
  args: ['anything', 'anything', 'uninit-mem', 'size'],
  ret: 'integer',
  gplOnly: false,
  doc: 'The current task’s thread and process id in its own pid namespace, which device and inode of `/proc/self/ns/pid` name: 0, or -EINVAL and zeros where they name another.',
  run(machine, regs) {
    const { tasks } = machine.kernel;
    const length = size(regs, 4);
    const bytes = new Uint8Array(length);
    const task = tasks.at(machine.currentTask);
    const named =
      task !== undefined &&
      length === INFO_SIZE &&
      argument(regs, 1) === BigInt(NSFS_DEVICE) &&
      argument(regs, 2) === BigInt(task.pidNamespace.ino);
    if (named) {
      const view = new DataView(bytes.buffer);
      view.setUint32(0, task.numbers.at(-1)!, true);
      view.setUint32(4, task.leader.numbers.at(-1)!, true);
    }
    machine.writeBytes(lo(regs, 3), hi(regs, 3), bytes);
    giveNumber(regs, named ? 0 : EINVAL);
  },
};
