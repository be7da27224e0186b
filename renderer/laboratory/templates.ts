import type { JsonObject } from './draft.ts';
import { say } from '../words/index.ts';

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
    title: say.laboratory.templates.evenNumbers,
    definition: {
      name: 'evens',
      doc: say.laboratory.templates.evenNumbersWords,
      element: 'int',
      new: { parameters: between, fails: [{ parameter: 'from', below: 0, errno: 'EINVAL' }] },
      generator: { kind: 'range', from: { parameter: 'from' }, to: { parameter: 'to' }, step: 2 },
    },
  },
  {
    title: say.laboratory.templates.aListOfPrimes,
    definition: {
      name: 'primes',
      doc: say.laboratory.templates.primesWords,
      element: 'u32',
      generator: { kind: 'list', values: [2, 3, 5, 7, 11, 13] },
    },
  },
  {
    title: say.laboratory.templates.bitsThatAreSet,
    definition: {
      name: 'set_bits',
      doc: say.laboratory.templates.bitsWords,
      element: 'int',
      new: { parameters: [{ name: 'mask', type: 'u64' }] },
      generator: { kind: 'bits', mask: { parameter: 'mask' } },
    },
  },
  {
    title: say.laboratory.templates.aTree,
    definition: {
      name: 'tree',
      doc: say.laboratory.templates.treeWords,
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
    title: say.laboratory.templates.processesOfTheWorld,
    definition: {
      name: 'late_tasks',
      doc: say.laboratory.templates.processesWords,
      element: 'struct task_struct',
      new: { parameters: [{ name: 'above', type: 'int' }] },
      generator: { kind: 'things', of: 'processes', where: [{ field: 'pid', above: { parameter: 'above' } }] },
    },
  },
];
