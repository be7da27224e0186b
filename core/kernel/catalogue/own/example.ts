import type { Btf } from '../../../btf/btf.ts';
import type { Failure } from './definition.ts';
import { numberType } from './layout.ts';
import type { OwnIterator } from './own-iterator.ts';

/** Bytes of a slot of the stack. */
const SLOT = 8;
/** Registers of the constructor's arguments, behind the iterator itself. */
const FIRST_ARGUMENT = 2;

/** What is given for a parameter, by the part of the generator that it is for; the first that lets the constructor succeed. */
const VALUES: Readonly<Record<string, readonly bigint[]>> = {
  to: [10n, 100n, 1n],
  step: [1n, 2n],
  mask: [0b1011n, 1n],
};
const OTHERS = [0n, 1n, 10n, 100n, 1000n];

const fails = (value: bigint, { below, above, is, not }: Failure): boolean =>
  (below === undefined || value < below) &&
  (above === undefined || value > above) &&
  (is === undefined || value === is) &&
  (not === undefined || value !== not);

/**
 * Assembly of a program that goes over an iterator to its end, asks once more, and destroys it: it returns the sum of the elements, or how many objects
 * there were. Empty where an argument is a pointer, which no number can be given for.
 */
export function exampleOf(own: OwnIterator, btf: Btf): string {
  const { definition, descriptor } = own;
  const parameters = definition.new?.parameters ?? [];
  if (parameters.some(({ type }) => numberType(btf, type) === null)) return '';
  const { name, size } = descriptor;
  const place = Math.ceil(size / SLOT) * SLOT;
  const iterator = ['r1 = r10', `r1 += -${place}`];
  const element = numberType(btf, definition.element);
  const taken = element === null ? ['r6 += 1'] : [`r1 = *(u${element.size * 8} *)(r0 +0)`, 'r6 += r1'];
  const lines = [
    ...iterator,
    ...parameters.map((parameter, i) => `r${FIRST_ARGUMENT + i} = ${argument(own, parameter.name)}`),
    `call bpf_iter_${name}_new`,
    'r6 = 0',
    'again:',
    ...iterator,
    `call bpf_iter_${name}_next`,
    'if r0 == 0 goto done',
    ...taken,
    'goto again',
    'done:',
    ...iterator,
    `call bpf_iter_${name}_next`,
    ...iterator,
    `call bpf_iter_${name}_destroy`,
    'r0 = r6',
    'exit',
  ];
  const result = element === null ? 'Counts the elements' : 'Sums the elements';
  return `; ${result} of bpf_iter_${name}, and asks once more after the end.\n${lines.join('\n')}\n`;
}

function argument({ definition }: OwnIterator, parameter: string): bigint {
  const part = Object.entries(definition.generator).find(
    ([, given]: [string, unknown]) =>
      typeof given === 'object' && given !== null && 'parameter' in given && given.parameter === parameter,
  )?.[0];
  const failing = (definition.new?.fails ?? []).filter((one) => one.parameter === parameter);
  const values = [...(VALUES[part ?? ''] ?? []), ...OTHERS];
  return values.find((value) => !failing.some((one) => fails(value, one))) ?? values[0]!;
}
