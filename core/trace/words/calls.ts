import type { Build } from './scene.ts';
import { calleeOf, code, detail, lastLine, signed } from './scene.ts';

// Words for calls, their arguments and results.

export const unknownHelper: Build = (r, s) => ({
  title: 'It calls a helper that does not exist',
  what: `At ${s.place}, ${code(s.insn)} asks for a helper by a number that the kernel does not have.`,
  rule: 'Helpers are called by number, and the list of them is part of the kernel.',
  todo: 'Include the kernel’s own `bpf_helper_defs.h`, and call the helper by its name.',
  error: lastLine(r),
});

export const gplOnly: Build = (_r, s) => ({
  title: 'It calls what only GPL programs may call',
  what: `At ${s.place}, ${calleeOf(s)} is called, and the object declares no licence that is compatible with the GPL.`,
  rule: 'Some helpers are offered to GPL-compatible programs only.',
  todo: 'Declare the licence, if it is one: `char LICENSE[] SEC("license") = "GPL";`.',
  error: 'the licence does not allow it',
});

export const notAllowed: Build = (_r, s) => ({
  title: 'It calls what this type of program may not call',
  what: `At ${s.place}, ${calleeOf(s)} is called from a program of type \`${s.progType}\`, for which the kernel does not offer it.`,
  rule: 'Each helper and kernel function is offered to certain types of programs only.',
  todo: 'Use another type of program, or another function.',
  error: 'not offered to this type of program',
});

const KINDS: Readonly<Record<string, string>> = {
  fp: 'a pointer to the stack',
  ctx: 'the context',
  map_ptr: 'a map',
  func: 'a function of the program',
  scalar: 'a number',
  map_value: 'a pointer to a map’s value',
  ptr_: 'a pointer to a structure of the kernel',
};

/** What an argument may be, from the kernel's list of type names. */
function kindsOf(list: string): string {
  const names = list.split(', ');
  if (names.includes('fp') && names.length > 1) return 'a pointer to memory: the stack, a map’s value, a packet';
  return KINDS[names[0]!] ?? `a ${names[0]!}`;
}

export const badArgument: Build = (r, s) => {
  if (/or NULL/.test(s.value)) return maybeNullArgument(r, s);
  if (s.taker !== undefined && s.value === 'any number')
    return {
      title: 'It hands over what it has already given back',
      what: `At ${s.place}, ${calleeOf(s)} is handed ${s.reg}, but ${code(s.taker)} has released what it pointed at: since then it is a number like any other.`,
      rule: 'Each reference is released once. The release makes every pointer to the object useless.',
      todo: 'Drop this call, or the earlier release.',
      error: `${s.callee ?? 'the call'} with a dead pointer`,
    };
  const expected = /expected=(.+)$/.exec(lastLine(r))?.[1];
  const struct = /pointer type STRUCT (\w+)/.exec(r.message)?.[1];
  const wants =
    expected !== undefined
      ? kindsOf(expected)
      : struct !== undefined
        ? `a pointer to a struct ${struct} of the kernel`
        : 'something else';
  return {
    title: 'It hands over something that does not fit',
    what: `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg}, and takes ${wants}.`,
    rule: 'Each argument must be of the kind that the function declares.',
    todo: 'Look at the function’s prototype, and hand over what it asks for.',
    error: `${s.callee ?? 'the function'} takes ${wants}`,
  };
};

export const wrongStruct: Build = (r, s) => {
  const [, wanted, actual] = /pointer to STRUCT (\w+) but R\d+ has a pointer to STRUCT (\w+)/.exec(r.message) ?? [];
  return {
    title: 'It hands over another structure',
    what: `At ${s.place}, ${calleeOf(s)} takes a pointer to a struct ${wanted ?? 'of another type'}, and ${s.reg} points at a struct ${actual ?? 'of this type'}.`,
    rule: 'Kernel functions get exactly the structure that they declare.',
    todo: 'Hand over the object that the function works on, not one that it is a part of.',
    error: lastLine(r),
  };
};

export const untrusted: Build = (r, s) => ({
  title: 'It hands over a pointer that nothing keeps valid',
  what: `At ${s.place}, ${calleeOf(s)} needs a pointer that is certainly valid, and ${s.reg} is ${s.value}.`,
  rule: 'Valid for certain are pointers that a function acquired, that the program was given, or that an RCU read section protects.',
  todo: 'Acquire the object first, or stay inside the read section in which you found it.',
  error: lastLine(r),
});

export const maybeNullArgument: Build = (r, s) => ({
  title: 'It hands on what may be NULL',
  what: s.isNull
    ? `At ${s.place}, ${calleeOf(s)} is handed NULL in ${s.reg}.`
    : `At ${s.place}, ${calleeOf(s)} is handed ${s.reg}, and nobody has compared it with NULL on this path: it is ${s.value}.`,
  rule: 'Functions of the kernel get valid pointers only, unless they say that NULL is fine.',
  todo: `Compare ${s.reg} with NULL first, and call only where it is not.`,
  error: lastLine(r),
});

export const badGlobalArguments: Build = (r, s) => {
  const name = /\('([^']*)'\)/.exec(r.message)?.[1] ?? 'the function';
  const why = r.message.split('\n')[0] ?? '';
  return {
    title: 'It calls a global function with what it does not take',
    what: `At ${s.place}, the arguments of ${code(name)} are not what its prototype says: ${why}.`,
    rule: 'A global function is verified on its own, for any arguments of the types in its prototype, so its callers must keep to them.',
    todo: 'Hand over what the prototype says, check pointers for NULL before, or make the function static: then it is verified with what it really gets.',
    error: lastLine(r),
  };
};

export const badFormat: Build = (r, s) => ({
  title: 'Its format string is not constant',
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg} as its format string.`,
  rule: 'A format string must lie in read-only data, at a known place, and end with a zero byte.',
  todo: 'Write the string as a literal, or as a `static const char []`.',
  error: lastLine(r),
});

export const notScalar: Build = (r, s) => ({
  title: 'It needs a number there',
  what: `At ${s.place}, ${calleeOf(s)} takes a number in ${s.reg}, and on this path ${s.reg} holds ${s.value}.`,
  rule: 'A pointer is no number for a function of the kernel, and neither is a register that holds nothing.',
  todo: 'Put a number into the register on every path that comes here.',
  error: lastLine(r),
});

export const notConstant: Build = (r, s) => ({
  title: 'It needs to know the value beforehand',
  what: `At ${s.place}, ${calleeOf(s)} takes a constant in ${s.reg}, and on this path ${s.reg} may be ${s.value}.`,
  rule: 'Numbers that decide what the verifier has to check must be known when it looks.',
  todo: 'Write the constant into the call.',
  error: lastLine(r),
});

export const zeroSize: Build = (r, s) => ({
  title: 'It may ask for no bytes at all',
  what: `At ${s.place}, ${calleeOf(s)} is handed a size in ${s.reg} that may be 0: it is ${s.value}.`,
  rule: 'This function must be given at least one byte.',
  todo: 'Check that the size is not 0 before the call.',
  error: lastLine(r),
});

export const negativeSize: Build = (r, s) => ({
  title: 'Its size may be negative',
  what: `At ${s.place}, ${calleeOf(s)} is handed a size in ${s.reg} that may be negative: it is ${s.value}.`,
  rule: 'A negative size, taken as unsigned, is a very large one.',
  todo: 'Make the variable unsigned, or cut it with `&=`, and check it against the size of the buffer.',
  error: lastLine(r),
});

export const unboundedSize: Build = (r, s) => ({
  title: 'Its size has no limit',
  what: `At ${s.place}, ${calleeOf(s)} is handed a size in ${s.reg} that nobody has limited: it is ${s.value}.`,
  rule: 'The verifier must know that the buffer is large enough for every possible size.',
  todo: 'Check the size against the size of the buffer before the call.',
  error: lastLine(r),
});

export const returnValue: Build = (r, s) => {
  const min = detail(r, 'min');
  const max = detail(r, 'max');
  const callback = /callback/.test(r.message) || r.kind === 'bad-callback-return';
  const who = callback ? 'a callback' : `a program of type \`${s.progType}\``;
  return {
    title: 'It returns a value that it must not',
    what: `At ${s.place}, r0 is ${s.value}${min === undefined || max === undefined ? ', which is no number' : `, and ${who} may return ${min === max ? signed(min) : `${signed(min)} … ${signed(max)}`}`}.`,
    rule: callback
      ? 'What a callback returns tells its helper whether to go on (0) or to stop (1).'
      : 'What a program returns means something to the kernel: it must be one of the values that it knows.',
    todo: 'Return a constant, or check the value before it is returned.',
    error: lastLine(r),
  };
};

export const stackPointerReturned: Build = (_r, s) => ({
  title: 'It returns a pointer to its stack',
  what: `At ${s.place}, the function returns ${s.value} to its caller.`,
  rule: 'A function’s stack is gone when it returns, and the verifier lets no stack pointer out, not even one to the caller’s stack.',
  todo: 'Return a number, and let the caller use its own pointer.',
  error: 'a stack pointer in r0',
});

export const packetLoad: Build = (r, s) => ({
  title: 'It reads the packet in the old way',
  what: `At ${s.place}, ${code(s.insn)} is one of the packet loads of classic BPF, in a program of type \`${s.progType}\`.`,
  rule: 'Only socket filters, traffic-control programs and the like, which are called with a packet, may use them.',
  todo: 'Read the packet through the pointers in the context, or use another type of program.',
  error: lastLine(r),
});

export const packetArgument: Build = (_r, s) => ({
  title: 'It hands a packet to a helper that takes none',
  what: `At ${s.place}, ${calleeOf(s)} gets a pointer into the packet.`,
  rule: 'A packet’s bytes can only be handed to the few helpers that are made for it, by programs that may reach the packet at all.',
  todo: 'Copy the bytes to the stack first, and hand that over.',
  error: 'a packet is no argument for it',
});

export const tailCall: Build = (_r, s) => ({
  title: 'A tail call where none can be made',
  what: `At ${s.place}, ${calleeOf(s)} is to go on with another program.`,
  rule: 'A tail call needs a map of programs, and cannot be made from a function that a helper calls.',
  todo: 'Use a map of type `BPF_MAP_TYPE_PROG_ARRAY`, and call outside of callbacks.',
  error: 'no tail call here',
});
