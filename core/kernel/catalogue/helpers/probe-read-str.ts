import type { HelperDescriptor } from '../descriptor.ts';
import { readText } from './probe.ts';

export const probeReadStr: HelperDescriptor = {
  id: 45,
  name: 'probe_read_str',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  retBounds: 'length-or-errno',
  gplOnly: true,
  needs: 'readsKernelMemory',
  doc: 'Copies a string that may not be there: the older form of probe_read_kernel_str.',
  run: readText('either'),
};
