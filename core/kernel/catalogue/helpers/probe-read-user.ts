import type { HelperDescriptor } from '../descriptor.ts';
import { readMemory } from './probe.ts';

export const probeReadUser: HelperDescriptor = {
  id: 112,
  name: 'probe_read_user',
  args: ['uninit-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  gplOnly: true,
  doc: 'Copies memory of the current process.',
  run: readMemory('user'),
};
