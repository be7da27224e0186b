import type { HelperDescriptor } from '../descriptor.ts';

/** The name of a file, for programs that may ask for it where they are attached. */
export const dPath: HelperDescriptor = {
  id: 147,
  name: 'd_path',
  args: ['btf-id', 'mem', 'size-or-zero'],
  btfStruct: 'path',
  ret: 'integer',
  gplOnly: false,
  doc: 'Writes the name of a path into a buffer; returns its length with the zero at its end.',
};
