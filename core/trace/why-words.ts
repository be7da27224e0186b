import type { Rejection, RejectionKind } from '../verifier/rejection.ts';

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
  /** The last decision on the way there: `when w1 is 0 at line 16, …`; may be empty. */
  readonly way: string;
  /** The kernel function that made the blamed register's value, if one did. */
  readonly maker: string | undefined;
  /** The blamed register is known to be 0. */
  readonly isNull: boolean;
}

export interface Explanation {
  readonly title: string;
  readonly words: readonly string[];
  /** The chain's last link. */
  readonly error: string;
}

type Build = (r: Rejection, s: Scene) => Explanation;

const detail = (r: Rejection, name: string, otherwise = ''): string => String(r.details[name] ?? otherwise);
/** The register that the rejection is about, as the learner writes it. */
const regOf = (r: Rejection): string => {
  const number =
    /\bR(\d+)\b/.exec(r.message)?.[1] ?? r.details['reg'] ?? r.blame.find(({ reg }) => reg !== undefined)?.reg;
  return number === undefined ? 'its register' : `r${number}`;
};

const leak: Build = (r, { subject, place, way }) => {
  const ref = /id=(\d+)/.exec(r.message)?.[1] ?? detail(r, 'ref', detail(r, 'id', '?'));
  const name = subject === 'the iterator' ? subject : `\`${subject}\``;
  return {
    title: 'It leaves with the iterator still alive',
    words: [
      way === ''
        ? `The program ends at ${place}, and ${name} is never destroyed.`
        : `${way[0]!.toUpperCase()}${way.slice(1)}, the program goes to its end at ${place}, and ${name} is never destroyed.`,
      'Every iterator that was constructed must be destroyed on every way out, also when the constructor failed or next gave nothing.',
    ],
    error: `exit with reference ${ref} still held`,
  };
};

const notConstructed: Build = (_r, { subject, callee, place }) => ({
  title:
    callee?.endsWith('_destroy') === true ? 'It destroys what is not there' : 'It uses an iterator that is not there',
  words: [
    `At ${place}, ${callee ?? 'the call'} is handed \`${subject}\`, but no iterator lives there at this point of the path.`,
    'Either it was never constructed on this path, or it was already destroyed: an iterator is constructed once, and destroyed once.',
  ],
  error: `no live iterator to give to ${callee ?? 'the call'}`,
});

const alreadyConstructed: Build = (_r, { subject, callee, place }) => ({
  title: 'It constructs an iterator where one must not be',
  words: [
    `At ${place}, ${callee ?? 'the constructor'} needs \`${subject}\` to be free stack space, and it is not.`,
    'A live iterator must be destroyed before its place can be used again; its state may be touched by its own methods only.',
  ],
  error: `${callee ?? 'the constructor'} finds its place taken`,
});

const noField: Build = (r, { place }) => ({
  title: 'There is no such field to read',
  words: [
    `At ${place} the program reads through a pointer to a kernel structure, and the bytes that it asks for are no field: ${r.message.split('\n').at(-1)!}.`,
    'A pointer member is read whole, eight bytes at its own offset; numbers may be read in part, but not across their end.',
  ],
  error: 'no field at that offset with that size',
});

const foreignMemory: Build = (r, { place }) => ({
  title: 'The pointer does not point into the kernel’s own memory',
  words: [
    `At ${place} the program reads through ${regOf(r)}, which holds an address of ${r.message.includes('percpu') ? 'per-CPU memory' : 'user space'}.`,
    r.message.includes('percpu')
      ? 'Such an address stands for one copy for each CPU: bpf_per_cpu_ptr or bpf_this_cpu_ptr picks one.'
      : 'Memory of user space is read with bpf_probe_read_user or bpf_copy_from_user.',
  ],
  error: 'an address that cannot be read through',
});

const badTarget: Build = (r) => ({
  title: 'It cannot be attached there',
  words: [
    `The kernel refuses before it looks at the first instruction: ${r.message === '' ? 'there is no such target' : r.message}.`,
    'Where a program is attached decides what its context holds and what it may call, so this is settled first.',
  ],
  error: 'refused attach target',
});

const memAccess: Build = (r, { place, insn, maker, isNull }) => {
  const reg = regOf(r);
  const kind = /invalid mem access '([^']+)'/.exec(r.message)?.[1] ?? detail(r, 'type', 'scalar');
  const check = 'Compare the pointer with NULL first, and use it only where it is not.';
  if (kind.endsWith('_or_null'))
    return {
      title: 'It may read through NULL',
      words: [`At ${place}, ${reg} may still be NULL: nobody has compared it with 0 on this path.`, check],
      error: `${insn} goes through ${kind}`,
    };
  if (kind === 'scalar' && isNull)
    return {
      title: 'It may read through NULL',
      words: [
        maker?.endsWith('_next') === true
          ? `At ${place}, ${reg} is what ${maker} returned, and it is used as an address. On this path that is NULL: the verifier always walks that outcome first, and nobody has looked.`
          : `At ${place}, ${reg} is used as an address, and on this path it is NULL.`,
        check,
      ],
      error: `${insn} goes through NULL`,
    };
  if (kind === 'scalar')
    return {
      title: 'It follows a number',
      words: [
        `At ${place}, ${reg} is used as an address, but it is a plain number: nobody can say where it would lead.`,
        'Only pointers can be followed: those that the program was given, those that functions return, and those to its own stack.',
      ],
      error: `${insn} goes through a number`,
    };
  return {
    title: 'It reads through something that is no pointer to memory',
    words: [`At ${place}, ${reg} is a ${kind}, which can't be read or written this way.`],
    error: `${insn} goes through ${kind}`,
  };
};

const unreadable: Build = (r, { place, insn }) => ({
  title: `It reads ${regOf(r)}, which holds nothing`,
  words: [
    `At ${place}, ${regOf(r)} is read, but on this path nothing readable was put into it.`,
    'A call leaves r1 to r5 unreadable; r6 to r9 keep their values. At the beginning only r1 (the context) and r10 (the frame pointer) hold something.',
  ],
  error: `${insn} reads ${regOf(r)}`,
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
    `At ${place} the offset can be so small or so large that the access leaves the memory behind ${regOf(r)}.`,
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
    `At ${place}, ${callee ?? 'the function'} expects something else in ${/arg ?#(\d+)/.exec(r.message) ? `argument ${Number(/arg ?#(\d+)/.exec(r.message)![1])} (counted from 0)` : `${regOf(r)}`}.`,
    'Each argument must have the type that the function declares; a pointer to an iterator must point at the iterator’s own place on the stack.',
  ],
  error: `${callee ?? 'the call'} with an argument of another type`,
});

const badArithmetic: Build = (r, { place, insn }) => ({
  title: 'It does arithmetic that pointers don’t allow',
  words: [
    `At ${place}, \`${insn}\` would make a pointer of which nobody could say where it points.`,
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

const lastLine = (r: Rejection): string => r.message.split('\n').at(-1) ?? '';

/** An explanation whose words do not depend on more than the place. */
const plainly =
  (title: string, what: (r: Rejection, s: Scene) => string, rule: string): Build =>
  (r, s) => ({ title, words: [what(r, s), rule], error: lastLine(r) === '' ? s.insn : lastLine(r) });

const readOnly = plainly(
  'It writes to what is read-only',
  (_r, { place, insn }) => `At ${place}, \`${insn}\` would write to memory that the program may only read.`,
  'Elements that next gives, the context and constant data are for reading: copy the value into a register or onto the stack first.',
);
const framePointer = plainly(
  'It writes to r10',
  (_r, { place }) => `At ${place} the frame pointer would be changed.`,
  'r10 always points at the top of the stack; copy it into another register, and do the arithmetic there.',
);
const misaligned = plainly(
  'It reaches across a boundary',
  (_r, { place, insn }) =>
    `At ${place}, the address of \`${insn}\` is not a multiple of the size that is read or written.`,
  'The stack, and most memory, can only be accessed in whole pieces: 8 bytes at multiples of 8, 4 at multiples of 4.',
);
const maybeNull = plainly(
  'It hands on what may be NULL',
  (r, { place }) => `At ${place}, ${regOf(r)} may still be NULL: nobody has compared it with 0 on this path.`,
  'Compare the pointer with NULL first, and use it only where it is not.',
);
const notOnStack = plainly(
  'The iterator is not where it must be',
  (_r, { place, callee }) =>
    `At ${place}, ${callee ?? 'the function'} needs a pointer to its iterator’s own place on the stack.`,
  'The state of an open-coded iterator lives on the program’s stack, at a fixed place, and is handed over by its address.',
);
const needsRcu = plainly(
  'It needs an RCU read section',
  (_r, { place, callee }) => `At ${place}, ${callee ?? 'the call'} works on data that may be freed at any time.`,
  'Call bpf_rcu_read_lock() first: until bpf_rcu_read_unlock(), what was found stays.',
);
const unbalanced = plainly(
  'It leaves something locked, or unlocks what is not',
  (_r, { place }) => `At ${place} a read section or a part without preemption is not closed by the one who opened it.`,
  'Every lock needs its unlock on every way, exactly once, before the program or the function ends.',
);
const sleepable = plainly(
  'It may sleep where it must not',
  (_r, { place, callee }) =>
    `At ${place}, ${callee ?? 'the function'} may wait for something, and this part of the program may not wait.`,
  'Only sleepable programs may call it, and not inside a read section.',
);
const context = plainly(
  'It reads a part of the context that is not there',
  (_r, { place, insn }) =>
    `At ${place}, \`${insn}\` reaches into the context where this type of program has no field to be read this way.`,
  'What r1 points at in the beginning depends on the type of the program: each has its own fields.',
);
const notAllowed = plainly(
  'It calls what it may not call',
  (_r, { place, callee }) => `At ${place}, ${callee ?? 'the function'} is not there for this program.`,
  'What may be called depends on the type of the program, its licence, and the kernel.',
);
const deep = plainly(
  'It needs too much stack',
  () => 'Together, the functions that call each other need more than the 512 bytes of stack, or more than 8 frames.',
  'The verifier adds up the deepest chain of calls, whether it is ever taken or not.',
);
const spill = plainly(
  'It moves a pointer in pieces',
  (_r, { place, insn }) =>
    `At ${place}, \`${insn}\` would save or load only a part of a pointer, or put it where it does not belong.`,
  'Pointers are saved and loaded whole: 8 bytes, in the frame that they belong to.',
);
const released = plainly(
  'It gives back what it does not hold',
  (r, { place, callee }) =>
    `At ${place}, ${callee ?? 'the call'} is to release ${regOf(r)}, which holds no reference on this path.`,
  'Each reference is released once: the first release makes its pointers useless.',
);
const notScalar = plainly(
  'It needs a number there',
  (r, { place }) => `At ${place}, ${regOf(r)} must be a number, and on this path it is not one.`,
  'A pointer’s value is the kernel’s secret: it can be followed, not counted with.',
);
const notConstant = plainly(
  'It needs to know the value beforehand',
  (r, { place, callee }) =>
    `At ${place}, ${callee ?? 'the call'} needs a constant in ${regOf(r)}, but its value depends on the path.`,
  'Sizes and flags that decide what the verifier must check have to be known when it looks.',
);

/** The builder of each kind of rejection. */
const BY_KIND: Readonly<Record<RejectionKind, Build>> = {
  'unreleased-reference': leak,
  'uninitialized-iterator': notConstructed,
  'iterator-already-initialized': alreadyConstructed,
  'iterator-not-on-stack': notOnStack,
  'variable-stack-argument': notOnStack,
  'iterator-needs-rcu': needsRcu,
  'needs-rcu': needsRcu,
  'unreleased-rcu': unbalanced,
  'unmatched-rcu-unlock': unbalanced,
  'nested-rcu-lock': unbalanced,
  'unmatched-preempt-enable': unbalanced,
  'irq-out-of-order': unbalanced,
  'interrupts-disabled': unbalanced,
  'preemption-disabled': unbalanced,
  'sleepable-helper': sleepable,
  'sleepable-kfunc': sleepable,
  'css-task-not-allowed': notAllowed,
  'gpl-only': notAllowed,
  'packet-load': notAllowed,
  'kfunc-not-allowed': notAllowed,
  'unknown-helper': notAllowed,
  'bad-kfunc': notAllowed,
  'invalid-mem-access': memAccess,
  'maybe-null-access': memAccess,
  'uninitialized-register': unreadable,
  'invalid-stack-read': stackRead,
  'stack-out-of-bounds': outOfRange,
  'unbounded-stack-access': outOfRange,
  'out-of-bounds': outOfRange,
  'no-such-field': noField,
  'foreign-memory': foreignMemory,
  'bad-attach-target': badTarget,
  'out-of-packet': outOfRange,
  'packet-range': outOfRange,
  'unbounded-access': outOfRange,
  'unbounded-offset': outOfRange,
  'unbounded-size': outOfRange,
  'negative-offset': outOfRange,
  'negative-size': outOfRange,
  'offset-too-large': outOfRange,
  'zero-size': outOfRange,
  'variable-offset': outOfRange,
  misaligned,
  'read-only': readOnly,
  'map-permission': readOnly,
  'frame-pointer-write': framePointer,
  'maybe-null-argument': maybeNull,
  'maybe-null-arithmetic': maybeNull,
  'pointer-arithmetic': badArithmetic,
  'modified-pointer': badArithmetic,
  'not-a-scalar': notScalar,
  'not-constant': notConstant,
  'invalid-context-access': context,
  'infinite-loop': endless,
  'too-many-instructions': tooMuch,
  'too-many-branches': tooMuch,
  'too-many-frames': deep,
  'stack-too-deep': deep,
  'bad-return-value': returnValue,
  'bad-callback-return': returnValue,
  'returns-stack-pointer': returnValue,
  'bad-spill-size': spill,
  'bad-fill-size': spill,
  'spill-to-caller': spill,
  'release-unreferenced': released,
  'bad-argument': badArgument,
  'untrusted-argument': badArgument,
  'wrong-struct': badArgument,
  'bad-global-arguments': badArgument,
  'bad-callback': badArgument,
  'bad-format-string': badArgument,
  'bad-atomic': malformed,
  'bad-btf': malformed,
  'bad-global-function': malformed,
  'mixed-pointers': badArgument,
  'bad-call-target': malformed,
  'bad-ld-imm64': malformed,
  'bad-size': malformed,
  'division-by-zero': malformed,
  'invalid-register': malformed,
  'invalid-shift': malformed,
  'jump-into-ld-imm64': malformed,
  'jump-out-of-range': malformed,
  'no-arena': malformed,
  'no-exit': malformed,
  'reserved-field': malformed,
  'runs-off-the-end': malformed,
  'too-many-subprograms': malformed,
  'unknown-opcode': malformed,
  unreachable: malformed,
};

/** The plain words for a rejection. */
export function explanationOf(rejection: Rejection, scene: Scene): Explanation {
  return BY_KIND[rejection.kind](rejection, scene);
}
