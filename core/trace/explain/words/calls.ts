import type { Facts, Rejection, Structure } from '../../../verifier/rejection.ts';
import type { Build, Explanation, Scene } from './scene.ts';
import { pointerInData } from './memory.ts';
import { because, calleeOf, lastLine } from './scene.ts';
import { code, signed } from './text.ts';

// Words for calls, their arguments and results.

const withoutArticle = (text: string): string => (text.startsWith('the ') ? text.slice(4) : text);

export const unknownHelper: Build = (r, s) => {
  if (s.build?.kind === 'core')
    return {
      title: 'This kernel lacks what the program asks for',
      what: `At ${s.place}, the program needs ${s.build.lacks}, and this kernel’s types do not have it. The loader could not fill it in, and put a call of a helper that does not exist in its place: that is the number in the kernel’s message.`,
      rule: 'CO-RE looks fields, types and values up by their names when the program is loaded. What is not found must never be reached: the verifier refuses the place only when it walks it.',
      todo: `Ask first, and take another way where it is missing: \`if (bpf_core_field_exists(…))\` (for types \`bpf_core_type_exists\`, for values \`bpf_core_enum_value_exists\`); or name what this kernel has.`,
      error: `no ${withoutArticle(s.build.lacks)} in this kernel`,
    };
  if (s.build?.kind === 'kfunc')
    return {
      title: 'This kernel does not have the function',
      what: `At ${s.place}, ${code(s.build.name)} is called, which this kernel does not have. It is declared weak, so the loader went on, and put a call of a helper that does not exist in its place: that is the number in the kernel’s message.`,
      rule: 'A weak function may be missing; a call of it must not be reached then.',
      todo: `Ask first: \`if (bpf_ksym_exists(${s.build.name}))\`, and do without it otherwise.`,
      error: `${s.build.name} is missing`,
    };
  return {
    title: 'It calls a helper that does not exist',
    what: `At ${s.place}, ${code(s.insn)} asks for a helper by a number that the kernel does not have.`,
    rule: 'Helpers are called by number, and the list of them is part of the kernel.',
    todo: 'Include the `bpf_helper_defs.h` of libbpf, and call the helper by its name; a newer helper may be missing in this kernel.',
    error: lastLine(r),
  };
};

export const gplOnly: Build = (_r, s) => ({
  title: 'It calls what only GPL programs may call',
  what: `At ${s.place}, ${calleeOf(s)} is called, and the object declares no licence that is compatible with the GPL.`,
  rule: 'Some helpers are offered to GPL-compatible programs only.',
  todo: 'Declare the licence, if it is one: `char LICENSE[] SEC("license") = "GPL";`.',
  error: 'the licence does not allow it',
});

export const notAllowed: Build = (_r, s) => {
  const offered = s.offered.length === 0 ? null : s.offered.map((section) => code(`SEC("${section}")`)).join(', ');
  return {
    title: 'It calls what this type of program may not call',
    what: `At ${s.place}, ${calleeOf(s)} is called from a program of type \`${s.progType}\`, for which the kernel does not offer it.`,
    rule: 'Each helper and kernel function is offered to certain types of programs only; some depend on how the machine is set up as well (lockdown, error injection).',
    todo:
      offered === null
        ? 'Use another function: none of the common types of programs may call this one.'
        : `Make it a program of a type that may call it: ${offered}; or use another function.`,
    error: 'not offered to this type of program',
  };
};

const KINDS: Readonly<Record<string, string>> = {
  fp: 'a pointer to the stack',
  ctx: 'the context',
  map_ptr: 'a map',
  func: 'a function of the program',
  scalar: 'a number',
  map_value: 'a pointer to a map’s value',
  ptr_: 'a pointer to a structure of the kernel',
};

/** What an argument may be, from the kernel's names of the kinds that are taken. */
function kindsOf(names: readonly string[]): string {
  if (names.includes('fp') && names.length > 1) return 'a pointer to memory: the stack, a map’s value, a packet';
  return KINDS[names[0]!] ?? `a ${names[0]!}`;
}

const NUMBERS: ReadonlySet<Scene['valueKind']> = new Set<Scene['valueKind']>(['constant', 'range', 'half', 'any']);

export const badArgument: Build<'bad-argument'> = (r, s) => {
  if (s.maybeNull) return maybeNullArgument(r, s);
  if (s.trust !== null && s.trust.kind !== 'never') return uncertain(r, s, 'trusted');
  if (s.clobberedBy !== undefined && s.valueKind === 'any')
    return {
      title: 'It hands over what it has already given back',
      what: `At ${s.place}, ${calleeOf(s)} is handed ${s.reg}, but ${code(s.clobberedBy)} has released what it pointed at: since then it is a number like any other.`,
      rule: 'Each reference is released once. The release makes every pointer to the object useless.',
      todo: 'Drop this call, or the earlier release.',
      error: `${s.callee ?? 'the call'} with a dead pointer`,
    };
  const misfit = r.details;
  if (misfit.why === 'map-type')
    return {
      title: 'It hands over a map of another type',
      what: `At ${s.place}, ${calleeOf(s)} is handed a map of type \`${misfit.type}\`, which it cannot work with.`,
      rule: 'Many helpers work with certain types of maps only: an element of a ring buffer cannot be looked up, a program array holds no values.',
      todo: 'Hand over a map of the type that the helper is made for, or use the helpers of this type of map.',
      error: lastLine(r),
    };
  if (s.build?.kind === 'pointer-in-data') return pointerInData(r, s, s.build);
  const wants =
    misfit.why === 'kind'
      ? kindsOf(misfit.expected)
      : misfit.why === 'struct'
        ? `a pointer to a struct ${misfit.struct} of the kernel`
        : 'something else';
  return {
    title: 'It hands over something that does not fit',
    what: `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg}, and takes ${wants}.`,
    rule: 'Each argument must be of the kind that the function declares.',
    todo:
      NUMBERS.has(s.valueKind) && s.how === 'loaded'
        ? 'What is loaded from memory that is not followed counts as a number, whatever it was meant to be: get the pointer anew from the function that gives it, and hand that over.'
        : `Hand over ${wants === 'something else' ? 'what its prototype asks for' : wants}.`,
    error: `${s.callee ?? 'the function'} takes ${wants}`,
  };
};

const structText = ({ kind, name }: Structure): string => `a ${kind} ${name === '' ? 'without a name' : name}`;

export const wrongStruct: Build<'wrong-struct'> = (r, s) => {
  const { wanted, actual } = r.details;
  const inside = wanted.kind === actual.kind && wanted.name === actual.name;
  return {
    title: 'It hands over another structure',
    what: `At ${s.place}, ${calleeOf(s)} takes a pointer to ${structText(wanted)}, and ${s.reg} points ${inside ? 'into one, not at its beginning' : `at ${structText(actual)}`}.`,
    rule: 'Kernel functions get exactly the structure that they declare.',
    todo: 'Hand over the object that the function works on, not one that it is a part of.',
    error: lastLine(r),
  };
};

export const untrusted: Build<'untrusted-argument'> = (r, s) => uncertain(r, s, r.details.needs);

function uncertain(r: Rejection, s: Scene, kind: Facts['untrusted-argument']['needs']): Explanation {
  const needs =
    kind === 'rcu' ? 'an object that certainly lives on while it looks at it' : 'an object that it can rely on';
  const rule =
    'Valid for certain are pointers that a function acquired, that the program was given, or that an RCU read section protects; what is read from their fields is so only for the fields that the kernel lists.';
  const base = `At ${s.place}, ${calleeOf(s)} needs ${needs}, and ${s.reg} is ${s.value}.`;
  const { trust } = s;
  switch (trust?.kind) {
    case 'no-section':
      return {
        title: 'It needs an RCU read section',
        what: `${base} It was read from the field \`${trust.field}\` of struct ${trust.owner}, which keeps trust only inside an RCU read section. A program that may sleep, as this one, is in none unless it opens one.`,
        rule,
        todo: `Call \`bpf_rcu_read_lock()\` before that field is read, and \`bpf_rcu_read_unlock()\` after ${calleeOf(s)}.`,
        error: lastLine(r),
      };
    case 'section-ended':
      return {
        title: 'It hands over a pointer whose read section has ended',
        what: `${base} It was read inside an RCU read section, and that has ended since: what it points at may be gone.`,
        rule,
        todo: `Call ${calleeOf(s)} before \`bpf_rcu_read_unlock()\`, or acquire the object inside of the section.`,
        error: lastLine(r),
      };
    case 'field': {
      const again = ACQUIRED_ANEW[trust.gives];
      const keeping =
        trust.keeping.length === 0 ? '' : ` (of struct ${trust.owner}: ${trust.keeping.map(code).join(', ')})`;
      return {
        title: 'It hands over a pointer that nothing keeps valid',
        what: `${base} Trust ended where \`${trust.field}\` of struct ${trust.owner} was read: that field may point at an object that is going away, and everything that is reached through it is as uncertain. An acquiring function refuses it too.`,
        rule,
        todo:
          again !== undefined
            ? `Get the object anew by its number, which may be read from an uncertain pointer: ${again}. Or reach it by fields that keep trust${keeping}.`
            : `Reach the object by fields that keep trust${keeping}, or take one that a function or an iterator hands over.`,
        error: lastLine(r),
      };
    }
    default:
      return {
        title: 'It hands over a pointer that nothing keeps valid',
        what: base,
        rule,
        todo: 'Take an object that a function or an iterator hands over, or one that the program was given.',
        error: lastLine(r),
      };
  }
}

/** How an object that was found on an uncertain way is had for certain. */
const ACQUIRED_ANEW: Readonly<Record<string, string>> = {
  task_struct: '`bpf_task_from_pid(t->pid)`, checked for NULL and given back with `bpf_task_release`',
  cgroup: '`bpf_cgroup_from_id(cgrp->kn->id)`, checked for NULL and given back with `bpf_cgroup_release`',
};

export const maybeNullArgument: Build = (r, s) => ({
  title: 'It hands on what may be NULL',
  what: s.isNull
    ? `At ${s.place}, ${calleeOf(s)} is handed NULL in ${s.reg}.`
    : `At ${s.place}, ${calleeOf(s)} is handed ${s.reg}, and nobody has compared it with NULL on this path: it is ${s.value}.`,
  rule: 'Functions of the kernel get valid pointers only, unless they say that NULL is fine.',
  todo: `Compare ${s.reg} with NULL first, and call only where it is not.`,
  error: lastLine(r),
});

export const badGlobalArguments: Build<'bad-global-arguments'> = (r, s) => {
  const name = r.details.callee;
  const why = r.message.split('\n')[0] ?? '';
  return {
    title: 'It calls a global function with what it does not take',
    what: `At ${s.place}, the arguments of ${code(name)} are not what its prototype says: ${why}.`,
    rule: 'A global function is verified by itself, for any arguments of the types in its prototype, so its callers must keep to them.',
    todo: `Make ${code(name)} \`static\`: then it is verified with what it really gets. Or hand over what the prototype says, checked for NULL before where it may be.`,
    error: lastLine(r),
  };
};

export const badFormat: Build = (r, s) => ({
  title: 'Its string is not constant',
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg}, and takes a string that is known beforehand.`,
  rule: 'A format, or a name that the kernel looks up, must lie in read-only data, at a known place, and end with a zero byte.',
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
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.bound?.name ?? s.reg} as a size, and it may be negative: it is ${s.value}.${because(s)}`,
  rule: 'A negative size, taken as unsigned, is a very large one.',
  todo:
    s.bound === null ||
    s.bound.cause.kind === 'unchecked' ||
    s.bound.cause.kind === 'no-lower' ||
    s.bound.cause.kind === 'no-upper'
      ? 'Make the variable unsigned, or check that it is not below 0, and limit it by the size of the buffer: on the very variable that is handed over.'
      : s.bound.todo,
  error: lastLine(r),
});

export const unboundedSize: Build = (r, s) => ({
  title:
    s.bound === null || s.bound.cause.kind === 'unchecked'
      ? 'Its size has no limit'
      : 'Its size has no limit that counts',
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.bound?.name ?? s.reg} as a size: it is ${s.value}.${because(s)}`,
  rule: 'The verifier must know that the buffer is large enough for every possible size.',
  todo:
    s.bound === null || s.bound.cause.kind === 'unchecked'
      ? `Check ${s.bound?.name ?? 'the size'} against the size of the buffer before the call.`
      : s.bound.todo,
  error: lastLine(r),
});

export const returnValue: Build<'bad-return-value'> = (r, s) => returned(r, s, r.details);
export const callbackReturn: Build<'bad-callback-return'> = (r, s) => returned(r, s, { callback: true, range: null });

function returned(r: Rejection, s: Scene, { callback, range }: Facts['bad-return-value']): Explanation {
  const who = callback ? 'a callback' : `a program of type \`${s.progType}\``;
  return {
    title: 'It returns a value that it must not',
    what: `At ${s.place}, r0 is ${s.value}${range === null ? ', which is no number' : `, and ${who} may return ${range.min === range.max ? signed(range.min) : `${signed(range.min)} … ${signed(range.max)}`}`}.`,
    rule: callback
      ? 'What a callback returns tells its helper whether to go on (0) or to stop (1).'
      : 'What a program returns means something to the kernel: it must be one of the values that it knows.',
    todo: 'Return a constant, or check the value before it is returned.',
    error: lastLine(r),
  };
}

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
  rule: 'A tail call needs a map of programs, and cannot be made from a function that a helper calls, nor while a reference, a lock or a section is held.',
  todo: 'Make the tail call from the program itself or from a function that it calls directly, after everything was given back, with a map of type `BPF_MAP_TYPE_PROG_ARRAY`.',
  error: 'no tail call here',
});
