import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const getNumaNodeId: HelperDescriptor = {
  id: 42,
  name: 'get_numa_node_id',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'The memory node of the CPU that the program runs on.',
  run(_machine, regs) {
    give(regs, 0n);
  },
};
