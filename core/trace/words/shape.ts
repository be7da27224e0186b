import type { Build } from './scene.ts';
import { code, detail, lastLine } from './scene.ts';

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
export const badCallback: Build = (r, s) =>
  /static/.test(r.message)
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
export const badLoad: Build = (r, s) => {
  const value = /value/.test(r.message);
  const map = /map|fd/.test(r.message);
  return {
    title: map ? 'It loads the address of a map that is not there' : 'A load of a 64-bit constant is not well formed',
    what: value
      ? `At ${s.place}, the address of a map’s value is asked for, and the map has none there.`
      : map
        ? `At ${s.place}, a map is named that the program does not have.`
        : `At ${s.place}, a load of a 64-bit constant does not have its two halves, or stands for something that the kernel does not know.`,
    rule: 'A load of a 64-bit constant takes two instruction slots; the second one holds nothing but its upper half. It may stand for a map, a map’s value, a function or a variable.',
    todo: COMPILER,
    error: lastLine(r),
  };
};
export const badBtf: Build = (r) => ({
  title: 'Its type information does not fit',
  what: /line_info/.test(r.message)
    ? 'What the object says of its source lines does not fit its instructions.'
    : /func_info/.test(r.message)
      ? 'What the object says of its functions does not fit its instructions.'
      : /LD_ABS|tail_call/.test(r.message)
        ? 'A function that may end the whole program does not return a number, or says nothing of what it returns.'
        : 'The program calls a function whose type information is missing or does not fit.',
  rule: 'BTF comes with the program, and the verifier relies on it: what does not fit is refused.',
  todo: 'Compile the object anew with `-g`, and load it as it came from the compiler.',
  error: lastLine(r) === '' ? 'type information does not fit' : lastLine(r),
});
export const badGlobal: Build = (r) => ({
  title: 'A global function has a prototype that cannot be verified',
  what: `A global function is verified on its own, from its prototype alone${lastLine(r) === '' ? '' : `, and this one says: ${lastLine(r).replace(/\.$/, '')}`}.`,
  rule: 'Its arguments must be numbers, the context, or pointers to memory whose size is known, and it must return a number.',
  todo: 'Change its prototype, or make it `static`: then it is verified with what it really gets.',
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
export const unreachable = shape(
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
export const badAtomic: Build = (r, s) => ({
  title: 'It does an atomic operation where none is possible',
  what: /invalid atomic operand size/.test(r.message)
    ? `At ${s.place}, ${code(s.insn)} works on 1 or 2 bytes.`
    : `At ${s.place}, ${code(s.insn)} works on ${s.value}.`,
  rule: 'Atomic operations work on 4 or 8 bytes of plain memory: stack, map values and the like, not the context or a packet.',
  todo: 'Do it on a map value.',
  error: lastLine(r),
});

export const tooMuch: Build = (r) => ({
  title: 'It takes too long to verify',
  what: 'The verifier has walked a million instructions and the end was not in sight.',
  rule: 'Every path is walked until it ends or meets an earlier state that covers it. A loop whose state is new in every round is walked round by round.',
  todo: 'Look below at what differs in each round. Let the loop count in an iterator (`bpf_for`), or keep what it changes out of comparisons, so that a round can be covered by an earlier one.',
  error: lastLine(r),
});

export const tooManyBranches: Build = (r) => ({
  title: 'Too many ways wait to be walked',
  what: `More than 8192 paths wait at the same time.`,
  rule: 'Each branch that may go both ways leaves one path waiting until the other is done.',
  todo: 'Look below at where it forks most. Do with fewer branches, or move the loop into an iterator (`bpf_for`).',
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

export const stackTooDeep: Build = (r) => ({
  title: 'It needs too much stack',
  what: `Together, functions that call each other need ${detail(r, 'size') ?? 'more than 512'} bytes of stack.`,
  rule: 'The deepest chain of calls must do with 512 bytes, whether it is ever taken or not.',
  todo: 'Make arrays on the stack smaller, or move them into a map.',
  error: lastLine(r),
});

export const kernelMistake: Build = (_r, s) => ({
  title: 'The kernel trips over itself',
  what: `At ${s.place}, the verifier of Linux 6.18 finds its own bookkeeping in a state that it takes for impossible, and gives up.`,
  rule: 'Nothing is wrong with the program: it runs into a mistake of the kernel, which refuses what it cannot follow.',
  todo: 'Write it another way: without a loop inside a callback, or with a number where the helper counts.',
  error: 'refused by a mistake of the kernel',
});

export const endless: Build = (_r, s) => ({
  title: 'It may loop for ever',
  what: `The path comes back to ${s.place} with everything exactly as it was there before: it would go round and round.`,
  rule: 'In a loop something must change that ends it one day, or an iterator must lead it: its next promises to return NULL in the end.',
  todo: 'Let the loop’s condition depend on something that the loop changes, or use `bpf_for` with an upper limit.',
  error: 'the same state as before: an endless loop',
});

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
