import type { Build } from './scene.ts';
import { lastLine } from './scene.ts';
import { code } from './text.ts';

/** A variable of the kernel whose address this machine's kernel does not know. */
export const unnamed: Build<'unnamed-symbol'> = (r, s) => {
  const name = code(r.details.name);
  return {
    title: 'It asks for a variable whose address this kernel does not know',
    what: `At ${s.place}, the address of ${name}, a variable of the kernel, is loaded.`,
    rule: 'The kernel finds its variables by name only where it was built with CONFIG_KALLSYMS_ALL. Distributions build it so.',
    todo: `Load the program on a kernel that was built so, or do without ${name}.`,
    error: lastLine(r),
  };
};
