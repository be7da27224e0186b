import type { Importer } from './importer.ts';

/** What clang makes of a BPF program. */
export const object: Importer = {
  id: 'object',
  title: 'BPF objects',
  one: 'an object file (.bpf.o)',
  extensions: ['o'],
  magic: [0x7f, 0x45, 0x4c, 0x46],
  read: (file, bytes) => ({ kind: 'input', input: { kind: 'object', file, bytes } }),
};
