import type { HelperDescriptor } from '../descriptor.ts';

export const seqWrite: HelperDescriptor = {
  id: 127,
  name: 'seq_write',
  args: ['btf-id', 'rdonly-mem', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  btfStruct: 'seq_file',
  doc: 'Writes bytes to the file that an iterator program fills.',
};
