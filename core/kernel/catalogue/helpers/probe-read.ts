import type { HelperDescriptor } from '../descriptor.ts';
import { readMemory } from './probe.ts';

export const probeRead: HelperDescriptor = {
  id: 4,
  name: 'probe_read',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  gplOnly: true,
  needs: 'readsKernelMemory',
  doc: 'Copies memory that may not be there: the older form of probe_read_kernel.',
  run: readMemory('either'),
};
