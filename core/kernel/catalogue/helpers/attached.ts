import type { HelperDescriptor } from '../descriptor.ts';

/** Helpers that speak of what a program is attached to. Which programs may call them is recorded from the kernel (`helper-access.ts`). */
export const ATTACHED: readonly HelperDescriptor[] = [
  {
    id: 173,
    name: 'get_func_ip',
    args: ['ctx'],
    ret: 'integer',
    gplOnly: true,
    doc: 'The address of the function that a program is attached to.',
  },
  {
    id: 174,
    name: 'get_attach_cookie',
    args: ['ctx'],
    ret: 'integer',
    gplOnly: false,
    doc: 'The number that user space gave when it attached the program.',
  },
  {
    id: 183,
    name: 'get_func_arg',
    args: ['ctx', 'anything', 'long-ptr'],
    ret: 'integer',
    gplOnly: false,
    doc: 'An argument of the traced function, by its number. 0, or -EINVAL when there is none of that number.',
  },
  {
    id: 184,
    name: 'get_func_ret',
    args: ['ctx', 'long-ptr'],
    ret: 'integer',
    gplOnly: false,
    doc: 'What the traced function returned. 0, or -EOPNOTSUPP where it has not returned yet.',
  },
  {
    id: 185,
    name: 'get_func_arg_cnt',
    args: ['ctx'],
    ret: 'integer',
    gplOnly: false,
    doc: 'How many arguments the traced function has.',
  },
];
