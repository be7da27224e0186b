import type { JsonObject } from './draft.ts';

/** What a definition may begin with. */
export interface Template {
  readonly title: string;
  readonly definition: JsonObject;
}

const between = [
  { name: 'from', type: 'int' },
  { name: 'to', type: 'int' },
];

export const TEMPLATES: readonly Template[] = [
  {
    title: 'Even numbers',
    definition: {
      name: 'evens',
      doc: 'Even numbers from one on, up to and without another.',
      element: 'int',
      new: { parameters: between, fails: [{ parameter: 'from', below: 0, errno: 'EINVAL' }] },
      generator: { kind: 'range', from: { parameter: 'from' }, to: { parameter: 'to' }, step: 2 },
    },
  },
  {
    title: 'A list of primes',
    definition: {
      name: 'primes',
      doc: 'The first primes.',
      element: 'u32',
      generator: { kind: 'list', values: [2, 3, 5, 7, 11, 13] },
    },
  },
  {
    title: 'Bits that are set',
    definition: {
      name: 'set_bits',
      doc: 'Positions of the bits that are set in a mask, lowest first.',
      element: 'int',
      new: { parameters: [{ name: 'mask', type: 'u64' }] },
      generator: { kind: 'bits', mask: { parameter: 'mask' } },
    },
  },
  {
    title: 'A tree',
    definition: {
      name: 'tree',
      doc: 'A small tree: 0 parents first, 1 children first, 2 level by level.',
      element: 'u32',
      new: { parameters: [{ name: 'order', type: 'u32' }] },
      generator: {
        kind: 'tree',
        root: { value: 1, children: [{ value: 2, children: [{ value: 4 }, { value: 5 }] }, { value: 3 }] },
        order: { parameter: 'order' },
      },
    },
  },
  {
    title: 'Processes of the world',
    definition: {
      name: 'late_tasks',
      doc: 'Processes whose pid is above a number.',
      element: 'struct task_struct',
      new: { parameters: [{ name: 'above', type: 'int' }] },
      generator: { kind: 'things', of: 'processes', where: [{ field: 'pid', above: { parameter: 'above' } }] },
    },
  },
];
