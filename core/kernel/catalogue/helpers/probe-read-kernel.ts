import type { HelperDescriptor } from '../descriptor.ts';
import { readMemory } from './probe.ts';

export const probeReadKernel: HelperDescriptor = {
  id: 113,
  name: 'probe_read_kernel',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  gplOnly: true,
  needs: 'readsKernelMemory',
  doc: 'Copies kernel memory that may not be there. 0, or a negative error number with the destination zeroed.',
  run: readMemory('kernel'),
};
