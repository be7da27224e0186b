import type { Importer } from './importer.ts';

/** A text of instructions in the spelling of the kernel's log. */
export const assembly: Importer = {
  id: 'assembly',
  title: 'assembly',
  one: 'assembly (.asm, .s)',
  extensions: ['asm', 's'],
  magic: null,
  read: (file, bytes) => ({ kind: 'input', input: { kind: 'assembly', file, bytes } }),
};
