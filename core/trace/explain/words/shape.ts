import type { Apart, WalkScene } from '../walk-cause.ts';
import type { RejectionOf } from '../../../verifier/rejection.ts';
import type { Build } from './scene.ts';
import { lastLine } from './scene.ts';
import { code } from './text.ts';

// Words for programs that are not well formed, and for limits.

/** What is wrong with the program's shape, and what to do about it. */
const shape =
  (title: string, what: string, todo: string): Build =>
  (r, s) => ({
    title,
    what: what.replaceAll('%insn', s.insn === '' ? 'an instruction' : code(s.insn)).replaceAll('%place', s.place),
    rule:
      r.insn < 0
        ? 'The program was turned down before its first instruction was walked: its shape alone is wrong.'
        : 'Every instruction must be one that the kernel knows, written as it defines it.',
    todo,
    error: lastLine(r) === '' ? title : lastLine(r),
  });

const COMPILER = 'A compiler does not write this: look at the assembly, or at the tool that made the bytes.';

export const badSize = shape(
  'It has no instructions, or too many',
  'A program has at least one instruction and at most a million.',
  'Check how the bytes were cut out of the object.',
);
export const badCallTarget = shape(
  'It calls outside of the program',
  'A call leads to an instruction that does not exist.',
  COMPILER,
);
export const badCallback: Build<'bad-callback'> = (r, s) =>
  r.details.why === 'throws'
    ? {
        title: 'Its callback ends the program',
        what: `At ${s.place}, \`bpf_throw\` is called in a function that a helper calls, or in one that it calls.`,
        rule: 'A program can be ended from its own functions only: what called the callback would never go on.',
        todo: 'Return 1 from the callback, which ends the helper’s loop, and call `bpf_throw` after the helper.',
        error: lastLine(r),
      }
    : r.details.why === 'global'
      ? {
          title: 'Its callback is a global function',
          what: `At ${s.place}, a global function is handed over as a callback.`,
          rule: 'A callback is verified with what its helper hands it; a global function only with what its prototype says.',
          todo: 'Make the callback `static`.',
          error: lastLine(r),
        }
      : {
          title: 'Its callback has no type information',
          what: `At ${s.place}, the address of a function is taken, and the program comes without information on its functions.`,
          rule: 'What a callback may be handed is checked against its BTF.',
          todo: 'Compile with `-g`, so that the object carries BTF for its functions.',
          error: lastLine(r),
        };
export const badLoad: Build<'bad-ld-imm64'> = (r, s) => {
  const { of } = r.details;
  const map = of === 'map' || of === 'value';
  return {
    title: map ? 'It loads the address of a map that is not there' : 'A load of a 64-bit constant is not well formed',
    what:
      of === 'value' || of === 'offset'
        ? `At ${s.place}, the address of a map’s value is asked for, and the map has none there.`
        : map
          ? `At ${s.place}, a map is named that the program does not have.`
          : `At ${s.place}, a load of a 64-bit constant does not have its two halves, or stands for something that the kernel does not know.`,
    rule: 'A load of a 64-bit constant takes two instruction slots; the second one holds nothing but its upper half. It may stand for a map, a map’s value, a function or a variable.',
    todo: COMPILER,
    error: lastLine(r),
  };
};
/** What of the type information is wrong. */
const BTF: Readonly<Record<RejectionOf<'bad-btf'>['details']['of'], string>> = {
  lines: 'What the object says of its source lines does not fit its instructions.',
  functions: 'What the object says of its functions does not fit its instructions.',
  ending: 'A function that may end the whole program does not return a number, or says nothing of what it returns.',
  callee: 'The program calls a function whose type information is missing or does not fit.',
};
export const badBtf: Build<'bad-btf'> = (r) => ({
  title: 'Its type information does not fit',
  what: BTF[r.details.of],
  rule: 'BTF comes with the program, and the verifier relies on it: what does not fit is refused.',
  todo: 'Compile the object anew with `-g`, and load it as it came from the compiler.',
  error: lastLine(r) === '' ? 'type information does not fit' : lastLine(r),
});
const withoutStop = (text: string): string => (text.endsWith('.') ? text.slice(0, -1) : text);

export const badGlobal: Build = (r) => ({
  title: 'A global function has a prototype that cannot be verified',
  what: `A global function is verified by itself, from its prototype alone${lastLine(r) === '' ? '' : `, and this one says: ${withoutStop(lastLine(r))}`}.`,
  rule: 'Its arguments must be numbers, the context, or pointers to memory whose size is known, and it must return a number.',
  todo: 'Make it `static`: then it is verified with what it really gets. Or change its prototype.',
  error: lastLine(r),
});

export const badKfunc = shape(
  'It calls no function of the kernel',
  'At %place, the called number is no function in the kernel’s type information.',
  'Build against this kernel’s `vmlinux.h`, so that the name is looked up when the object is loaded.',
);
export const intoConstant = shape(
  'It jumps into the middle of a constant',
  'A jump leads to the second half of a 64-bit constant, which is no instruction.',
  COMPILER,
);
export const jumpOut = shape(
  'It jumps out of the function',
  'A jump leads to an instruction outside of its own function.',
  COMPILER,
);
export const noArena = shape(
  'It uses an arena that the program does not have',
  'At %place, %insn converts a pointer between address spaces, and the program has no arena map.',
  'Declare a map of type `BPF_MAP_TYPE_ARENA` and use it.',
);
export const noExit = shape(
  'A function runs into what follows it',
  'The last instruction of a function must be an exit or a jump back, and it is neither.',
  'Return a value on every way out of the function.',
);
export const reservedField = shape(
  'An instruction is not well formed',
  'At %place, a field that must be 0 in this kind of instruction is not.',
  COMPILER,
);
export const runsOff = shape(
  'It runs off its end',
  'The walk came to an instruction that does not exist.',
  'Return a value on every way out.',
);
export const tooManySubprograms = shape(
  'It has too many functions',
  'A program may have at most 256 functions.',
  'Inline small functions (`__always_inline`), or split the program.',
);
export const unknownOpcode = shape(
  'It holds an instruction that the kernel does not know',
  'An opcode is none of those that this kernel has.',
  'Compile for an older instruction set (`-mcpu=v3`), if a newer compiler made it.',
);
export const unreachable: Build = (r, s) =>
  s.build?.kind === 'trap'
    ? {
        title: 'It runs into a trap that the compiler put there',
        what: `At ${s.place}, the compiler put a call of \`__bpf_trap\`: it found that whoever comes here uses a variable that was never set, or something else that C gives no meaning, and threw the rest away.`,
        rule: 'The trap must never be reached: the verifier refuses the program when it is.',
        todo: 'Look for a variable that is used without a value on some way to this line (the compiler’s warnings with `-Wall` name most of them), and set it.',
        error: 'a trap that the compiler put there',
      }
    : unreached(r, s);

const unreached = shape(
  'It holds instructions that are never reached',
  'No way through the program leads to them, and the kernel takes no dead code.',
  'Remove them, or the jump that skips them; compilers do so with `-O2`.',
);

export const invalidRegister = shape(
  'It names a register that does not exist',
  'At %place, %insn names a register above r10.',
  COMPILER,
);
export const invalidShift: Build = (r, s) => ({
  title: 'It shifts by more bits than there are',
  what: `At ${s.place}, ${code(s.insn)} shifts by a constant that is negative, or as large as the register.`,
  rule: 'A shift must be by less than the width: at most 63 bits, at most 31 in 32-bit arithmetic.',
  todo: 'Shift by a smaller amount, or write 0 where all bits are shifted out.',
  error: lastLine(r),
});
export const divisionByZero: Build = (r, s) => ({
  title: 'It divides by the constant 0',
  what: `At ${s.place}, ${code(s.insn)} divides by 0, whatever the other side is.`,
  rule: 'A division by a register that turns out to be 0 gives 0; by a constant 0 it is a mistake.',
  todo: 'Divide by the number that you meant.',
  error: lastLine(r),
});
export const badAtomic: Build<'bad-atomic'> = (r, s) => ({
  title: 'It does an atomic operation where none is possible',
  what:
    r.details.why === 'size'
      ? `At ${s.place}, ${code(s.insn)} works on 1 or 2 bytes.`
      : `At ${s.place}, ${code(s.insn)} works on ${s.value}.`,
  rule: 'Atomic operations work on 4 or 8 bytes of plain memory: stack, map values and the like, not the context or a packet.',
  todo: 'Do it on a map value.',
  error: lastLine(r),
});

/** What kept the verifier walking. */
function walkWords(walk: WalkScene): string {
  const apart = walk.apart.map(nameOf);
  const names = apart.join(' and ');
  const are = apart.length === 1 ? 'is' : 'are';
  const [example] = walk.apart;
  const values =
    example === undefined || example.stored === example.current || example.stored === '' || example.current === ''
      ? ''
      : ` (${nameOf(example)} was ${example.stored}, then ${example.current})`;
  switch (walk.shape) {
    case 'straight':
      return `There is no loop: at each of ${walk.places} places the program may go two ways, and the ways multiply${apart.length === 0 ? '' : `, for what they leave in ${names} keeps them apart`}.`;
    case 'callback':
      return `The function that ${code(walk.helper ?? 'the helper')} calls back is walked again and again${
        apart.length === 0
          ? ''
          : `: ${names} ${are} new in every round${values}, so that no round is covered by an earlier one`
      }.`;
    case 'iterator':
      return `The loop is led by an iterator, which alone would converge${
        apart.length === 0
          ? ''
          : `, but ${names} ${are} new in every round${values}, and a later comparison needs the exact value`
      }.`;
    default:
      return `It goes round a loop${apart.length === 0 ? '' : `, and ${names} ${are} new in every round${values}`}: every round is walked by itself.`;
  }
}

const nameOf = ({ name, named }: Apart): string => (named ? code(name) : name);

/** What makes the walk shorter. */
function walkTodo(walk: WalkScene): string {
  const named = walk.apart.filter((apart) => apart.named);
  const names = (named.length === 0 ? walk.apart : named).map(nameOf).join(' and ');
  const it = walk.apart.length === 0 ? 'what changes' : names;
  switch (walk.shape) {
    case 'straight':
      return `Keep ${walk.apart.some((apart) => apart.onStack) ? it : 'the results'} in a map’s value or a global variable instead of the stack: what lies there is not followed, and the ways become alike after each branch. Or compute without branches.`;
    case 'callback':
      return `Let the callback count in a global variable (or a map’s value) instead of ${it}: what lies there is not followed, so that the rounds become alike.`;
    case 'iterator':
      return `Keep ${it} in a global variable (or a map’s value): what lies there is not followed, so that the rounds become alike and an earlier one covers them.`;
    default:
      return `Lead the loop by an iterator with an upper limit (\`bpf_for(i, 0, limit)\`): its rounds need not differ to come to an end. What is counted besides belongs into a global variable or a map’s value.`;
  }
}

export const tooMuch: Build = (r, s) => {
  const { walk } = s;
  const rule =
    'Every path is walked until it ends or meets an earlier state that covers it. A loop whose state is new in every round is walked round by round.';
  const base = 'The verifier has walked a million instructions and the end was not in sight.';
  if (walk === null)
    return {
      title: 'It takes too long to verify',
      what: base,
      rule,
      todo: 'Split the program, or do less in it.',
      error: lastLine(r),
    };
  return {
    title: 'It takes too long to verify',
    what: `${base} ${walkWords(walk)}`,
    rule:
      walk.shape === 'straight' ? 'Every path is walked until it ends or meets an earlier state that covers it.' : rule,
    todo: walkTodo(walk),
    error: lastLine(r),
  };
};

export const tooManyBranches: Build = (r, s) => ({
  title: 'Too many ways wait to be walked',
  what: `More than 8192 paths wait at the same time.${s.walk === null ? '' : ` ${walkWords(s.walk)}`}`,
  rule: 'Each branch that may go both ways leaves one path waiting until the other is done.',
  todo: s.walk === null ? 'Look below at where it forks most, and do with fewer branches.' : walkTodo(s.walk),
  error: lastLine(r),
});

export const tooManyFrames: Build = (r, s) => ({
  title: 'Its functions call each other too deeply',
  what:
    s.insn === ''
      ? 'More than 8 functions call each other in a row.'
      : `At ${s.place}, a ninth function would be entered while eight are waiting.`,
  rule: 'At most 8 functions may be active at the same time; recursion always goes beyond that.',
  todo: 'Replace recursion by a loop, or inline functions.',
  error: lastLine(r),
});

export const stackTooDeep: Build<'stack-too-deep'> = (r, s) => {
  const { limit, size, tail } = r.details;
  const chain = r.details.functions.map(
    (one) => `${code(s.functions[one.number] ?? `function ${one.number}`)} (${one.bytes} bytes)`,
  );
  const who = chain.length === 0 ? '' : `: ${chain.join(', ')}`;
  if (tail !== null)
    return {
      title: 'It makes a tail call with too much stack in use',
      what: `${code(s.functions[tail] ?? 'A function')} makes a tail call, and the functions that wait for it hold ${size} bytes of stack${who}.`,
      rule: `A tail call from a function leaves the stack of its callers in use, and the next program may do the same: so its callers must do with fewer than ${limit} bytes, not 512.`,
      todo: 'Make the tail call in the program itself, or keep the arrays of its callers small: move them into a map.',
      error: lastLine(r),
    };
  return {
    title: 'It needs too much stack',
    what: `${chain.length > 1 ? 'Together, functions that call each other need' : 'It needs'} ${size} bytes of stack${who}.`,
    rule: `The deepest chain of calls must do with ${limit} bytes, whether it is ever taken or not.`,
    todo: 'Make the arrays on the stack smaller, or move them into a map (a per-CPU array with one element).',
    error: lastLine(r),
  };
};

export const kernelMistake: Build = (_r, s) => ({
  title: 'The kernel trips over itself',
  what: `At ${s.place}, the verifier of Linux 6.18 finds its own bookkeeping in a state that it takes for impossible, and gives up.`,
  rule: 'Nothing is wrong with the program: it runs into a mistake of the kernel, which refuses what it cannot follow.',
  todo: 'Write it another way: without a loop inside a callback, or with a number where the helper counts.',
  error: 'refused by a mistake of the kernel',
});

export const endless: Build = (_r, s) => {
  const memory = s.walk?.memory ?? [];
  const list = memory.map(code).join(' and ');
  const one = memory.length === 1;
  return {
    title: 'It may loop for ever',
    what: `The path comes back to ${s.place} with everything exactly as it was there before: it would go round and round.${
      memory.length === 0
        ? ''
        : ` The loop’s end depends on ${list}, which ${one ? 'lies' : 'lie'} in a map or a global variable: what is there is not tracked, so that every round looks like the one before, whatever the program writes.`
    }`,
    rule: 'In a loop something that the verifier tracks (a register, the stack) must change so that it ends one day, or an iterator must lead it: its next promises to return NULL in the end.',
    todo:
      memory.length === 0
        ? 'Let the loop’s condition depend on something that the loop changes, or lead it by an iterator with an upper limit (`bpf_for`), and leave it with `break`.'
        : `Lead the loop by an iterator with an upper limit (\`bpf_for(i, 0, limit)\`), and leave it with \`break\` when ${list} ${one ? 'says' : 'say'} so.`,
    error: 'the same state as before: an endless loop',
  };
};

export const badTarget: Build = (r) => ({
  title: 'It cannot be attached there',
  what: `The kernel refuses before it looks at the first instruction${r.message === '' ? ': there is no such target' : ''}.`,
  rule: 'Where a program is attached decides what its context holds and what it may call, so this is settled first.',
  todo: 'Check the name in the section (`SEC("….../name")`): it must be one that this kernel has and that may be attached to.',
  error: r.message === '' ? 'refused attach target' : lastLine(r),
});

export const badMap: Build = (r) => ({
  title: 'It uses a kind of map that a sleepable program may not use',
  what: 'The program may sleep, and one of its maps is of a kind whose entries can go away meanwhile.',
  rule: 'Sleepable programs can use arrays, hashes, queues, ring buffers and local storage.',
  todo: 'Use a map of another kind, or a program that does not sleep.',
  error: lastLine(r),
});
