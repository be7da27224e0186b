import type { Importer } from './importer.ts';

/** What `export/iterscope.ts` writes: a zip. */
export const iterscope: Importer = {
  id: 'iterscope',
  title: 'traces',
  one: 'a trace (.iterscope)',
  extensions: ['iterscope'],
  magic: [0x50, 0x4b, 0x03, 0x04],
  read: (_file, bytes) => ({ kind: 'trace', bytes }),
};
