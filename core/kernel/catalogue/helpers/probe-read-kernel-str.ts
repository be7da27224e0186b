import type { HelperDescriptor } from '../descriptor.ts';
import { readText } from './probe.ts';

export const probeReadKernelStr: HelperDescriptor = {
  id: 115,
  name: 'probe_read_kernel_str',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  retBounds: 'length-or-errno',
  gplOnly: true,
  needs: 'readsKernelMemory',
  doc: 'Copies a string from kernel memory. Its length with the final zero, or a negative error number.',
  run: readText('kernel'),
};
