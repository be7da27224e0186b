import type { HelperDescriptor } from '../descriptor.ts';

export const seqPrintf: HelperDescriptor = {
  id: 126,
  name: 'seq_printf',
  args: ['btf-id', 'rdonly-mem', 'size', 'rdonly-mem-or-null', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  btfStruct: 'seq_file',
  doc: 'Writes formatted text to the file that an iterator program fills. Each value takes eight bytes of data.',
};
