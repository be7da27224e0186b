import type { Rejection } from '../verifier/rejection.ts';

/** What an explanation may speak of. */
export interface Scene {
  /** The blamed thing: a variable's name, a slot or a register. */
  readonly subject: string;
  /** Source line or instruction at fault. */
  readonly place: string;
  /** The instruction at fault, as text. */
  readonly insn: string;
  /** The kernel function that it calls, if any. */
  readonly callee: string | undefined;
}

export interface Explanation {
  readonly title: string;
  readonly words: readonly string[];
  /** The chain's last link. */
  readonly error: string;
}

type Build = (r: Rejection, s: Scene) => Explanation;

const detail = (r: Rejection, name: string, otherwise = ''): string => String(r.details[name] ?? otherwise);
const regIn = (r: Rejection): string => /\bR(\d+)\b/.exec(r.message)?.[1] ?? detail(r, 'reg', '?');

const leak: Build = (r, { subject, place }) => {
  const ref = /id=(\d+)/.exec(r.message)?.[1] ?? detail(r, 'ref', detail(r, 'id', '?'));
  const name = subject === 'the iterator' ? 'The iterator' : subject;
  return {
    title: 'It leaves with the iterator still alive',
    words: [
      `On this way to ${place} the program ends, and ${name === 'The iterator' ? 'the iterator' : name} is never destroyed.`,
      'Every iterator that was constructed must be destroyed on every way out, also when the constructor failed or next gave nothing.',
    ],
    error: `exit with reference ${ref} still held`,
  };
};

const notConstructed: Build = (_r, { subject, callee, place }) => ({
  title:
    callee?.endsWith('_destroy') === true ? 'It destroys what is not there' : 'It uses an iterator that is not there',
  words: [
    `At ${place}, ${callee ?? 'the call'} is handed ${subject}, but no iterator lives there at this point of the path.`,
    'Either it was never constructed on this path, or it was already destroyed: an iterator is constructed once, and destroyed once.',
  ],
  error: `no live iterator to give to ${callee ?? 'the call'}`,
});

const alreadyConstructed: Build = (_r, { subject, callee, place }) => ({
  title: 'It constructs an iterator where one must not be',
  words: [
    `At ${place}, ${callee ?? 'the constructor'} needs ${subject} to be free stack space, and it is not.`,
    'A live iterator must be destroyed before its place can be used again; its state may be touched by its own methods only.',
  ],
  error: `${callee ?? 'the constructor'} finds its place taken`,
});

const memAccess: Build = (r, { place, insn }) => {
  const reg = regIn(r);
  const kind = /invalid mem access '([^']+)'/.exec(r.message)?.[1] ?? detail(r, 'type', 'scalar');
  const maybeNull = kind.endsWith('_or_null') || kind === 'scalar';
  return {
    title: maybeNull ? 'It may read through NULL' : 'It reads through something that is no pointer to memory',
    words: [
      kind === 'scalar'
        ? `At ${place}, r${reg} is used as an address, but on this path it is a plain number. If it came from next or from a lookup, it is the NULL outcome, which was walked first.`
        : kind.endsWith('_or_null')
          ? `At ${place}, r${reg} may still be NULL: nobody has compared it with 0 on this path.`
          : `At ${place}, r${reg} is a ${kind}, which can't be read or written this way.`,
      ...(maybeNull ? ['Compare the pointer with NULL first, and use it only where it is not.'] : []),
    ],
    error: `${insn} goes through ${kind === 'scalar' ? 'a number' : kind}`,
  };
};

const unreadable: Build = (r, { place, insn }) => ({
  title: `It reads r${regIn(r)}, which holds nothing`,
  words: [
    `At ${place}, r${regIn(r)} is read, but on this path nothing readable was put into it.`,
    'A call leaves r1 to r5 unreadable; r6 to r9 keep their values. At the beginning only r1 (the context) and r10 (the frame pointer) hold something.',
  ],
  error: `${insn} reads r${regIn(r)}`,
});

const stackRead: Build = (_r, { place, insn }) => ({
  title: 'It reads stack that was never written',
  words: [
    `At ${place} some of the bytes that are read were never written on this path, or may not be read because an iterator lives there.`,
    'What an iterator keeps on the stack is its own business: only new, next and destroy may touch it.',
  ],
  error: insn,
});

const outOfRange: Build = (r, { place, insn }) => ({
  title: 'It may reach outside of what it points to',
  words: [
    `At ${place} the offset can be so small or so large that the access leaves the memory behind r${regIn(r)}.`,
    'Check the value against the size before, so that the verifier knows its range: it looks at every value that is still possible.',
  ],
  error: insn,
});

const tooMuch: Build = (r) => ({
  title: 'It takes too long to verify',
  words: [
    'The verifier walks at most a million instructions, and gives up then.',
    'A loop whose state changes in every round, such as one that counts exactly, never looks like an earlier round: nothing can be pruned.',
  ],
  error: r.message.split('\n').at(-1) ?? '',
});

const endless: Build = (_r, { place }) => ({
  title: 'It may loop for ever',
  words: [
    `The path comes back to ${place} in the very state in which it was there before, so nothing would ever end it.`,
    'A loop needs something that changes, or an iterator whose next promises to return NULL in the end.',
  ],
  error: 'the same state as before: an endless loop',
});

const returnValue: Build = (r, { place }) => ({
  title: 'It returns a value that it must not',
  words: [`At ${place} r0 may hold a value outside of what this type of program may return.`],
  error: r.message.split('\n').at(-1) ?? '',
});

const badArgument: Build = (r, { place, callee }) => ({
  title: 'It hands over something that does not fit',
  words: [
    `At ${place}, ${callee ?? 'the function'} expects something else in ${/arg ?#(\d+)/.exec(r.message) ? `argument ${Number(/arg ?#(\d+)/.exec(r.message)![1])} (counted from 0)` : `r${regIn(r)}`}.`,
    'Each argument must have the type that the function declares; a pointer to an iterator must point at the iterator’s own place on the stack.',
  ],
  error: `${callee ?? 'the call'} with an argument of another type`,
});

const badArithmetic: Build = (r, { place, insn }) => ({
  title: 'It does arithmetic that pointers don’t allow',
  words: [
    `At ${place}, “${insn}” would make a pointer of which nobody could say where it points.`,
    'Numbers of known range may be added to most pointers; anything else is refused.',
  ],
  error: r.message.split('\n')[0] ?? insn,
});

const malformed: Build = (r) => ({
  title: 'It is no well-formed program',
  words: [
    'The program was turned down before its first instruction was walked: its shape alone is wrong.',
    `The kernel says: ${r.message.split('\n').at(-1) ?? ''}`,
  ],
  error: r.message.split('\n').at(-1) ?? '',
});

/** Builders by the rejection's kind; the first whose pattern fits the kind, or else the kernel's message, explains it. */
const BUILDERS: readonly { readonly kind: RegExp; readonly message: RegExp; readonly build: Build }[] = [
  { kind: /leak|unreleased/, message: /Unreleased reference|reference leak/, build: leak },
  { kind: /uninitialized-iter|iterator-not-init/, message: /expected an initialized iter_/, build: notConstructed },
  { kind: /iterator-initialized|initialized-iter/, message: /expected uninitialized iter_/, build: alreadyConstructed },
  { kind: /^(invalid-)?mem-access|null/, message: /invalid mem access/, build: memAccess },
  { kind: /unreadable|uninitialized-reg|not-init/, message: /!read_ok/, build: unreadable },
  {
    kind: /stack-read|stack-access/,
    message: /invalid read from stack|invalid (unbounded |variable-offset )?(indirect )?(read|access)/,
    build: stackRead,
  },
  {
    kind: /out-of-(range|bounds)|bounds/,
    message: /is outside of|min value is negative|unbounded memory access|invalid access to|max value is outside/,
    build: outOfRange,
  },
  {
    kind: /too-(large|complex|many-insns|many-jumps)|complexity/,
    message: /too large\. Processed|too complex/,
    build: tooMuch,
  },
  { kind: /infinite|endless|back-edge/, message: /infinite loop|back-edge/, build: endless },
  { kind: /return/, message: /should have been in|At program exit/, build: returnValue },
  {
    kind: /arithmetic|pointer-/,
    message: /pointer arithmetic|prohibited|pointer \S+ (pointer|operation)/,
    build: badArithmetic,
  },
  { kind: /arg|type/, message: /arg ?#\d|expected|type=/, build: badArgument },
];

/** The plain words for a rejection. Kinds without a builder of their own get the kernel's message, introduced. */
export function explanationOf(rejection: Rejection, scene: Scene): Explanation {
  if (rejection.insn < 0 && !/too (large|complex)/.test(rejection.message)) return malformed(rejection, scene);
  const builder =
    BUILDERS.find(({ kind }) => kind.test(rejection.kind)) ??
    BUILDERS.find(({ message }) => message.test(rejection.message));
  if (builder !== undefined) return builder.build(rejection, scene);
  const message = rejection.message.split('\n').at(-1) ?? '';
  return {
    title: `Turned down at ${rejection.insn}`,
    words: [
      `On the path that is shown, ${scene.place} breaks a rule of the verifier: “${scene.insn}” is not allowed in this state.`,
      `In the kernel's words: ${message}`,
    ],
    error: message,
  };
}
