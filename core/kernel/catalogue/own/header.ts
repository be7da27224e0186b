import { KF_RET_NULL } from '../descriptor.ts';
import type { OwnIterator } from './own-iterator.ts';

/** Bytes of a slot of the stack. */
const SLOT = 8;

/** `int x`, `struct task_struct *x`: a star stands at the name. */
const declare = (type: string, name: string): string =>
  type.trimEnd().endsWith('*') ? `${type.trimEnd()}${name}` : `${type.trimEnd()} ${name}`;

/** Text that ends no comment. */
const comment = (text: string): string => text.replaceAll('*/', '* /').replaceAll('\n', '\n * ');

/**
 * The C header that a kernel with this iterator would have for programs: its structure, its functions as externs, and how a program goes over it. It
 * is to be included after vmlinux.h and bpf_helpers.h.
 */
export function headerOf({ definition, descriptor, fields, doc }: OwnIterator): string {
  const { name, size } = descriptor;
  const guard = `__BPF_ITER_${name.toUpperCase()}_H`;
  const it = `struct bpf_iter_${name} *it`;
  const parameters = definition.new?.parameters ?? [];
  const declared = parameters.map((one) => declare(one.type, one.name));
  const slots = Math.floor(size / SLOT);
  const whole = size % SLOT === 0;
  const inside = fields.map((field) => ` *   ${String(field.offset).padStart(3)}  ${declare(field.type, field.name)}`);
  const methods = (definition.methods ?? []).map(
    (one) =>
      `extern ${declare(one.gives === 'remaining' ? 'u64' : definition.element, `bpf_iter_${name}_${one.name}`)}(struct bpf_iter_${name} *it__iter) __weak __ksym;`,
  );
  const next = `bpf_iter_${name}_next`;
  const nullable = (descriptor.next.flags & KF_RET_NULL) !== 0;
  const loop = [name, 'element', ...parameters.map((one) => one.name)].join(', ');
  return [
    '/* SPDX-License-Identifier: GPL-2.0-only */',
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    '/*',
    ` * ${comment(doc)}`,
    ' *',
    ` * ${comment(descriptor.new.doc)}`,
    ' *',
    ' * Within the state, which only its functions read and write:',
    ...inside,
    ' */',
    `struct bpf_iter_${name} {`,
    whole ? `\t__u64 __opaque[${slots}];` : `\t__u8 __opaque[${size}]; /* no multiple of 8: no kernel registers it */`,
    whole ? '} __attribute__((aligned(8)));' : '};',
    '',
    `extern int bpf_iter_${name}_new(${[it, ...declared].join(', ')}) __weak __ksym;`,
    `extern ${declare(`${definition.element} *`, next)}(${it}) __weak __ksym;${nullable ? ' /* NULL at the end */' : ''}`,
    `extern void bpf_iter_${name}_destroy(${it}) __weak __ksym;`,
    ...methods,
    '',
    '/*',
    ` * ${definition.element} *element;`,
    ' *',
    ` * bpf_for_each(${loop}) {`,
    ' *\t…',
    ' * }',
    ' */',
    '',
    `#endif /* ${guard} */`,
    '',
  ].join('\n');
}
