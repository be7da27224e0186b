import { BREAKS } from '../../core/kernel/catalogue/own/definition.ts';
import { THINGS } from '../../core/kernel/catalogue/own/things.ts';
import { headerOf } from '../../core/kernel/catalogue/own/header.ts';
import { distinct, fieldOf, iteratorsOf, registration } from '../../core/kernel/catalogue/own/model-file.ts';
import type { OwnIterator } from '../../core/kernel/catalogue/own/own-iterator.ts';
import { kfuncsOf } from '../../core/kernel/catalogue/iterators/table.ts';
import type { KernelModel } from '../../core/kernel/model.ts';
import { ITERATOR_RULES } from '../../core/kernel/rules/iterator-rules.ts';
import { isKernelRule, REGISTRATION_CHECKS } from '../../core/kernel/rules/registration.ts';
import { describedFile, inFile, kernelModel } from '../../node/inputs.ts';
import { UsageError } from '../../node/usage-error.ts';
import { readArguments } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';

const rows = (list: readonly (readonly [string, string])[]): string =>
  list.map(([name, words]) => `  ${name.padEnd(18)} ${words}\n`).join('');

export const ITERATOR_HELP = `iterscope iterator check FILE.json [--btf FILE]
Checks the definition of an iterator of one's own as Linux 6.18 checks one when its functions are registered, says which rules it keeps, and prints
the C header that a kernel with it would have for programs. FILE.json may also be a model: then each of its iterators is checked.

A definition:
  { "name": "evens", "doc": "Even numbers.", "element": "int",
    "new": { "parameters": [{ "name": "from", "type": "int" }, { "name": "to", "type": "int" }],
             "fails": [{ "parameter": "from", "below": 0, "errno": "EINVAL" }] },
    "generator": { "kind": "range", "from": { "parameter": "from" }, "to": { "parameter": "to" }, "step": 2 } }

  element            what next gives a pointer to: int, u64, …, or a structure of the kernel, struct task_struct
  elementAt          state: in the iterator, on the program's stack (what numbers get unless told), or memory: of the kernel
  generator          { "kind": "range", from, to, step, longest }     from on, up to and without to
                     { "kind": "list", "values": […], first }         numbers, or objects: { "pid": 1, "comm": "init" }
                     { "kind": "bits", mask }                         the positions of the bits that are set
                     { "kind": "tree", "root": { "value", "children": […] }, "order": "pre", "post", "breadth" }
                     { "kind": "things", "of", "order", "where" }     of the simulated world: ${Object.keys(THINGS).join(', ')};
                                                                      where: [{ "field": "pid", "above": 100 }], below, above, is, not
                     a number is told, or given by an argument: { "parameter": "from" } (for an order: 0 pre, 1 post, 2 breadth)
  new.fails          when new returns an errno: { "parameter", "below" | "above" | "is" | "not", "errno" }; the iterator is then empty
  state.fields, size its layout, or its size in bytes, instead of what the generator keeps
  methods            further functions: { "name": "left", "gives": "remaining" } or { "name": "peek", "gives": "following" }
  flags              KF_* flags instead of the usual ones: { "next": ["KF_ITER_NEXT"] }
  prototypes         how functions of the trio are declared, as C writes it, instead of as usual:
                     { "next": "int *bpf_iter_evens_next(struct bpf_iter_evens *it)" }; with "new", parameters are those of its prototype
  breaks             contracts that it breaks on purpose:
${rows(Object.entries(BREAKS)).replace(/^/gm, '    ').trimEnd()}

A model, for verify, run and shell --model FILE.json: { "title", "limits": { "processed": 1000 }, "iterators": […], "rulesOff": […] }. Rules:
${rows(ITERATOR_RULES.map(({ id, asks }) => [id, asks]))}
Exit status: 0 all rules are kept, 1 one is broken, 2 unusable input.
`;

/** `iterscope iterator check`. */
export function iteratorCommand(args: readonly string[], { out, err }: Output): number {
  const { values, files } = readArguments(args, { btf: 'string' });
  const [verb, file] = files;
  if (verb !== 'check')
    throw new UsageError(verb === undefined ? 'iterator check FILE.json' : `iterator ${verb}: there is check`);
  if (file === undefined || files.length > 2) throw new UsageError('iterator check takes one FILE.json');
  const base = kernelModel(values.btf);
  const described = describedFile(file);
  // The size is looked at by a model that keeps the rule.
  const off = described.kind === 'model' ? (described.model.rulesOff ?? []) : [];
  const kernel = base.derive({ rulesOff: off });
  const iterators = inFile(file, () => iteratorsOf(described, kernel));
  if (kernel.notice !== '') out(`${kernel.notice}\n`);
  let status = ACCEPTED;
  for (const [i, own] of iterators.entries()) {
    const broken = registration(own, kernel);
    const prefix = described.kind === 'iterator' ? '' : `iterators[${i}].`;
    for (const violation of distinct(broken))
      err(`${file}: ${prefix}${fieldOf(violation, own)}: ${violation.message}\n`);
    if (broken.length > 0) status = REJECTED;
    else out(`${checked(own, kernel)}\n${headerOf(own)}`);
  }
  return status;
}

/** The rules that an iterator keeps. */
function checked(own: OwnIterator, { rules }: KernelModel): string {
  const { descriptor } = own;
  const names = kfuncsOf(descriptor).map(({ name }) => name);
  const lines = REGISTRATION_CHECKS.filter(({ kind }) => rules.size || kind !== 'state-size').map(
    ({ kind, asks }) =>
      `  ok  ${asks}${isKernelRule(kind) ? '' : ' (the documentation’s rule; the kernel does not look)'}`,
  );
  return [`${descriptor.name}: ${names.join(', ')}: registered, ${descriptor.size} bytes of state`, ...lines, ''].join(
    '\n',
  );
}
