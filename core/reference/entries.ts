import { annotated, ANNOTATIONS, annotationsOf } from '../kernel/catalogue/annotations.ts';
import type { Annotation } from '../kernel/catalogue/annotations.ts';
import { KF_RCU_PROTECTED, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../kernel/catalogue/descriptor.ts';
import type { HelperDescriptor, IteratorDescriptor } from '../kernel/catalogue/descriptor.ts';
import type { IterTarget, TargetArgument } from '../kernel/catalogue/iter-targets/target.ts';
import { kfuncsOf } from '../kernel/catalogue/iterators/table.ts';
import type { KernelModel } from '../kernel/model.ts';
import { sectionsWithKfunc } from '../kernel/rules/offered.ts';
import type { Entry, MessageWords } from './entry.ts';
import { contextId, iteratorId } from './ids.ts';
import { ABOUT_ITERATORS } from './messages.ts';
import { fieldsOf, helperArguments, helperResult, kfuncParameters, kfuncPrototype, resultType } from './prototypes.ts';

/** The first sentence of a text. */
const firstSentence = (text: string): string => /^.+?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;

/** Helpers by which iterator programs write. */
const WRITES = ['bpf_seq_write', 'bpf_seq_printf', 'bpf_seq_printf_btf'];

function iteratorEntry(iterator: IteratorDescriptor, { btf, targets }: KernelModel): Entry {
  const { name, doc, size, allowed } = iterator;
  const { flags } = iterator.new;
  const functions = kfuncsOf(iterator);
  const rules = [
    (flags & KF_RCU_PROTECTED) !== 0
      ? 'It needs an RCU read section: programs that may sleep open one with `bpf_rcu_read_lock()` before *new*, and close it after *destroy*. In all other programs one is open anyway.'
      : '',
    (flags & KF_SLEEPABLE) !== 0 ? '*new* may sleep: only sleepable programs may call it.' : '',
    (flags & KF_TRUSTED_ARGS) !== 0 ? 'The pointer that *new* takes must be trusted, and not NULL.' : '',
    allowed === undefined
      ? ''
      : 'Only some programs may begin one: those of LSM hooks, iterator programs, and sleepable ones.',
  ].filter((rule) => rule !== '');
  return {
    id: iteratorId(name),
    category: 'iterator',
    title: `bpf_iter_${name}`,
    summary: firstSentence(doc),
    code: functions.map((one) => kfuncPrototype(btf, one.name)),
    words: [
      doc,
      `\`struct bpf_iter_${name}\` takes ${size} bytes of the program’s stack, ${size / 8 === 1 ? 'one slot' : `${size / 8} slots`} of 8. *next* gives \`${resultType(btf, iterator.next.name)}\`, or NULL at the end.`,
      ...(rules.length === 0 ? [] : [rules.join(' ')]),
    ],
    // The iterator itself is the first parameter of each.
    rows: kfuncParameters(btf, iterator.new.name).slice(1),
    related: [
      ...functions.map((one) => one.name),
      ...targets.all.filter((target) => target.name === name).map((target) => contextId(target.name)),
    ],
  };
}

/** What a context's field may be. The verifier knows of those that the target names; all others are as their type says. */
function fieldWords(type: string, argument: TargetArgument | undefined): string {
  if (argument === undefined) return type.endsWith('*') ? 'The verifier takes it to be there always.' : 'A number.';
  const null_ = 'May be NULL: at the last call, and where there is none.';
  if (argument.kind === 'buffer')
    return `${null_} ${argument.readOnly ? 'Its bytes may be read.' : 'Its bytes may be read and written.'}`;
  return argument.trusted
    ? `${null_} The kernel vouches for it: functions that ask for trusted pointers take it.`
    : `${null_} It may be read, and no more is known of it.`;
}

const LINK: Readonly<Record<NonNullable<IterTarget['parameters']>, string>> = {
  task: 'A link may name one thread or process (`tid`, `pid`, `pid_fd`).',
  map: 'A link names the map (`map_fd`).',
  cgroup: 'A link may name the cgroup and the order (`cgroup_fd`, `order`).',
};

function targetEntry(target: IterTarget, { btf, iterators, helpers }: KernelModel): Entry {
  const { name, doc, args, parameters, walk } = target;
  const own = (target.helpers ?? []).flatMap((id) => helpers.find(id) ?? []).map((helper) => `bpf_${helper.name}`);
  return {
    id: contextId(name),
    category: 'target',
    title: `SEC("iter/${name}")`,
    summary: doc,
    code: [`SEC("iter/${name}")\nint program(struct ${contextId(name)} *ctx)`],
    words: [
      `${doc} The program is called with \`struct bpf_iter__${name}\` once for each, and once more at the end.`,
      parameters === undefined ? 'A link takes no parameters.' : LINK[parameters],
      ...(own.length === 0 ? [] : [`Its programs may also call ${own.map((one) => `\`${one}\``).join(' and ')}.`]),
      ...(walk === undefined ? ['The simulated machine does not have what it visits.'] : []),
    ],
    rows: fieldsOf(btf, contextId(name)).map(({ name: field, type, at }) => ({
      name: field,
      type,
      words: fieldWords(
        type,
        args.find((argument) => argument.at === at),
      ),
    })),
    related: [
      ...iterators.all.filter((iterator) => iterator.name === name).map((iterator) => iteratorId(iterator.name)),
      ...own,
      ...WRITES,
    ],
  };
}

function kfuncEntry(name: string, kernel: KernelModel): Entry {
  const { btf, kfuncs, iterators } = kernel;
  const { descriptor } = kfuncs.find(name)!;
  const owner = iterators.owner(name);
  const sections = sectionsWithKfunc(kernel, name) ?? [];
  const everybody = descriptor.programs === undefined && descriptor.attachTypes === undefined;
  return {
    id: name,
    category: 'kfunc',
    title: name,
    summary: firstSentence(descriptor.doc),
    code: [kfuncPrototype(btf, name)],
    words: [
      descriptor.doc,
      everybody
        ? 'Programs of every type may call it.'
        : sections.length === 0
          ? 'None of the common types of programs may call it.'
          : `Of the common types of programs these may call it: ${sections.map((one) => `\`${one}\``).join(', ')}.`,
      ...(descriptor.run === undefined ? ['The simulated machine does not run it.'] : []),
    ],
    rows: kfuncParameters(btf, name),
    related: [
      ...(owner === undefined ? [] : [iteratorId(owner.name)]),
      ...annotationsOf(name, kfuncs, btf).map((annotation) => annotation.name),
    ],
  };
}

function helperEntry(helper: HelperDescriptor): Entry {
  const { id, name, args, doc, gplOnly, mightSleep, changesPacket, run } = helper;
  return {
    id: `bpf_${name}`,
    category: 'helper',
    title: `bpf_${name}`,
    summary: firstSentence(doc),
    code: [`bpf_${name}(${args.map((_, i) => `r${i + 1}`).join(', ')})`],
    words: [
      doc,
      [
        `Helper ${id}; it gives ${helperResult(helper)}.`,
        gplOnly ? 'Only programs with a licence that fits the GPL may call it.' : '',
        mightSleep === true ? 'It may sleep.' : '',
        changesPacket === true ? 'Pointers into the packet are lost afterwards.' : '',
        run === undefined ? 'The simulated machine does not run it.' : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    ],
    rows: helperArguments(helper),
    related: [],
  };
}

function annotationEntry(annotation: Annotation, { kfuncs, btf }: KernelModel): Entry {
  const { name, kind, doc } = annotation;
  const functions = annotated(annotation, kfuncs, btf);
  const what = kind === 'flag' ? 'Flag of kernel functions.' : 'Ending of a parameter’s name, of kernel functions.';
  return {
    id: name,
    category: kind === 'flag' ? 'flag' : 'annotation',
    title: name,
    summary: firstSentence(doc),
    code: [],
    words: [doc, functions.length === 0 ? `${what} No function of this kernel has it.` : what],
    rows: [],
    related: functions,
  };
}

const messageEntry = (kind: string, words: MessageWords, related: readonly string[]): Entry => ({
  id: kind,
  category: 'message',
  title: words.title,
  // The last line names the rule.
  summary: words.forms[0]?.split('\n').at(-1) ?? '',
  code: words.forms,
  words: [words.rule, words.todo],
  rows: [],
  related,
});

/**
 * Every entry of the reference, category by category, made from what the kernel's model declares.
 * @param messages the words of kinds of rejection, by kind
 */
export function referenceEntries(kernel: KernelModel, messages: ReadonlyMap<string, MessageWords>): readonly Entry[] {
  const entries = [
    ...kernel.iterators.all.map((iterator) => iteratorEntry(iterator, kernel)),
    ...kernel.targets.all.map((target) => targetEntry(target, kernel)),
    ...Object.entries(ABOUT_ITERATORS).flatMap(([kind, related]) => {
      const words = messages.get(kind);
      return words === undefined ? [] : [messageEntry(kind, words, related)];
    }),
    ...kernel.kfuncs.names.map((name) => kfuncEntry(name, kernel)),
    ...kernel.helpers.all.map(helperEntry),
    ...ANNOTATIONS.map((annotation) => annotationEntry(annotation, kernel)),
  ];
  return bothWays(entries);
}

/** What is related to an entry is told there, too. */
function bothWays(entries: readonly Entry[]): readonly Entry[] {
  const known = new Set(entries.map(({ id }) => id));
  const back = new Map<string, string[]>();
  for (const { id, related } of entries) for (const other of related) back.set(other, [...(back.get(other) ?? []), id]);
  return entries.map((entry) => {
    const all = new Set([...entry.related, ...(back.get(entry.id) ?? [])]);
    return { ...entry, related: [...all].filter((id) => known.has(id) && id !== entry.id) };
  });
}
