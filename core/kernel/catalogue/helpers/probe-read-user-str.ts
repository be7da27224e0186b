import type { HelperDescriptor } from '../descriptor.ts';
import { readText } from './probe.ts';

export const probeReadUserStr: HelperDescriptor = {
  id: 114,
  name: 'probe_read_user_str',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  retBounds: 'length-or-errno',
  gplOnly: true,
  doc: 'Copies a string from memory of the current process.',
  run: readText('user'),
};
