import type { Facts, Rejection } from '../../../verifier/rejection.ts';
import type { BuildScene } from '../build-cause.ts';
import type { GlobalScene } from '../global-cause.ts';
import type { Build, Explanation, Scene } from './scene.ts';
import { because, calleeOf, lastLine } from './scene.ts';
import { bytes, capital, code, signed } from './text.ts';

type PointerInData = Extract<BuildScene, { kind: 'pointer-in-data' }>;

// Words for registers, arithmetic, memory and the stack.

export const unreadable: Build<'uninitialized-register'> = (r, s) =>
  holdsNothing(s, `r${r.details.reg}`, r.details.reg === 0);

/** @param isResult it is r0, which functions return their results in */
function holdsNothing(s: Scene, reg: string, isResult: boolean): Explanation {
  const returns = isResult && s.exits;
  const result = isResult && s.clobberedBy !== undefined;
  return {
    title: returns ? 'It returns nothing' : `It reads ${reg}, which holds nothing`,
    what: returns
      ? `The program ends at ${s.place}, and on this path nothing was put into r0, which is what a program returns${
          s.clobberedBy === undefined ? '' : `: ${code(s.clobberedBy)}, called last, leaves nothing there`
        }.`
      : result
        ? `At ${s.place}, ${s.act} needs what ${code(s.clobberedBy!)} returned, and that function returns nothing.`
        : s.clobberedBy === undefined
          ? `At ${s.place}, ${s.act} needs ${reg}, and on this path nothing was ever put into it.`
          : `At ${s.place}, ${s.act} needs ${reg}, and the call of ${code(s.clobberedBy)} before it has left it unreadable.`,
    rule: returns
      ? 'A program returns a number, on every way out of it.'
      : 'In the beginning only r1 (the context) and r10 (the frame pointer) hold something. Every call leaves r1 to r5 unreadable; r6 to r9 keep their values.',
    todo: returns
      ? 'Return a number on this way out (`return 0;`): in assembly, `r0 = 0` before the exit.'
      : result
        ? 'Do not use a result of this function: it has none.'
        : s.clobberedBy === undefined
          ? `Give it a value on every path that comes here: a variable that is used must have been set before.`
          : `Keep the value in one of r6 to r9, or on the stack, over the call.`,
    error: `${s.insn} reads ${reg}`,
  };
}

export const framePointer: Build = (_r, s) => ({
  title: 'It writes to r10',
  what: `At ${s.place}, ${s.act} would change the frame pointer.`,
  rule: 'r10 always points at the top of the function’s stack and is only for reading.',
  todo: 'Copy it into another register, and do the arithmetic there.',
  error: s.insn,
});

export const mixedPointers: Build = (_r, s) => ({
  title: 'One instruction, two kinds of memory',
  what: `At ${s.place}, ${s.act} was first reached with another kind of pointer in ${s.reg} than now: ${s.value}.`,
  rule: 'The kernel translates an access through the context or a kernel structure in another way than one through plain memory: one instruction cannot be both.',
  todo: 'Read through each pointer in its own branch, with its own instruction.',
  error: `${s.insn} through another kind of pointer`,
});

/** What each kind of arithmetic does, and what to do instead. */
const ARITHMETIC: Readonly<
  Record<
    Exclude<Facts['pointer-arithmetic']['why'], 'fixed'>,
    { readonly does: (s: Scene) => string; readonly todo: string }
  >
> = {
  'two-pointers': {
    does: () => 'adds or combines two pointers',
    todo: 'The difference of two pointers is all that can be computed.',
  },
  '32-bit': {
    does: ({ reg }) => `does 32-bit arithmetic on the pointer in ${reg}: half an address is none`,
    todo: 'Use the 64-bit instruction.',
  },
  'number-minus-pointer': {
    does: () => 'subtracts a pointer from a number',
    todo: 'Subtract the other way round, or not at all.',
  },
  'stack-minus': {
    does: () => 'subtracts from a stack pointer',
    todo: 'Add a negative number instead: that is allowed.',
  },
  bitwise: {
    does: () => 'takes single bits of a pointer',
    todo: 'Do the bit work on the offset, before it is added to the pointer.',
  },
  operator: {
    does: () => 'multiplies, divides or shifts a pointer',
    todo: 'Do that with the offset, before it is added to the pointer.',
  },
};

export const badArithmetic: Build<'pointer-arithmetic'> = (r, s) => {
  const { why } = r.details;
  const known = why === 'fixed' ? null : ARITHMETIC[why];
  return {
    title: 'It does arithmetic that pointers don’t allow',
    what:
      known === null
        ? `At ${s.place}, ${s.act} moves the pointer in ${s.reg}, which must stay as it is: ${s.value}.`
        : `At ${s.place}, ${s.act} ${known.does(s)}.`,
    rule: 'A pointer may be moved by numbers whose range is known; whatever else is done to it, nobody could say where it points after.',
    todo: known?.todo ?? 'Keep the pointer as it is, and use another register for the arithmetic.',
    error: lastLine(r),
  };
};

export const nullArithmetic: Build<'maybe-null-arithmetic'> = (r, s) =>
  s.global?.param != null
    ? ofGlobal(r, s, s.global, s.global.param)
    : {
        title: 'It moves a pointer that may be NULL',
        what: `At ${s.place}, ${s.act} moves ${s.reg}, and nobody has checked yet that it is not NULL: it is ${s.value}.`,
        rule: 'NULL plus a number is not NULL any more: a check that comes later would not help.',
        todo: 'Compare the pointer with NULL first, then move it.',
        error: lastLine(r),
      };

/** Words for a parameter of a global function, of which only its prototype is known. */
function ofGlobal(
  r: Rejection,
  s: Scene,
  { name }: GlobalScene,
  param: NonNullable<GlobalScene['param']>,
): Explanation {
  const size = param.size;
  const whole = size > 1 || param.structured;
  return {
    title: 'It counts on what a global function does not know',
    what: `At ${s.place}, ${s.act} uses ${code(param.name)}, a parameter of ${code(name)}. That is a global function, verified by itself and not with what its callers hand over: by its prototype alone, ${code(param.declared)} may be NULL, and is ${size === 0 ? 'a pointer to nothing that may be read' : `${bytes(size)} long`}.`,
    rule: 'A global function (one that is not `static`) is verified once, for any arguments of the types in its prototype.',
    todo: whole
      ? `Check ${code(param.name)} for NULL first, and stay inside of ${param.pointee}; or make ${code(name)} \`static\`: then it is verified with what it really gets.`
      : `Make ${code(name)} \`static\`: then it is verified with what it really gets. Or take a pointer to a whole array (${code(`${param.pointee === '' ? 'char' : param.pointee} (*${param.name})[16]`)}), and check it for NULL first. A check for NULL alone is not enough.`,
    error: lastLine(r),
  };
}

/** Words for a pointer that was to lie in global data. */
export function pointerInData(r: Rejection, s: Scene, { variable, maps }: PointerInData): Explanation {
  return {
    title: 'It follows a pointer that nobody filled in',
    what: `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} uses a pointer that was loaded from the global variable ${code(variable)}. A loader of programs does not fill in pointers inside of global data: the bytes there are 0, or an offset, and for the verifier a number like any other.`,
    rule: 'Only an instruction can load the address of a map, a variable or a string: addresses that are kept in data are not known to the verifier.',
    todo: maps
      ? `Choose the map in the code, with \`if\` or \`switch\`, or use a map of maps.`
      : `Keep the data itself in ${code(variable)}, not pointers to it (for strings an array of two dimensions, \`char ${variable}[4][8]\`). \`bpf_probe_read_kernel\` would be let through, and read from a wrong address.`,
    error: lastLine(r),
  };
}

export const offsetTooLarge: Build = (r, s) => ({
  title: 'It moves a pointer too far',
  what:
    s.bound === null
      ? `At ${s.place}, ${s.act} moves a pointer by more than half a gigabyte: nothing that a program may touch is that large.`
      : `At ${s.place}, a pointer is moved by ${s.bound.name}, which may be more than half a gigabyte to either side: nothing that a program may touch is that large.${because(s)}`,
  rule: 'Offsets must stay within ±2²⁹, so that they can be added up without overflow.',
  todo: s.bound?.todo ?? 'Stay inside of what is pointed at.',
  error: lastLine(r),
});

export const unboundedOffset: Build = (r, s) => ({
  title: 'It moves a pointer by a number without a lower end',
  what: `At ${s.place}, a pointer is moved by ${s.bound?.name ?? 'a number'}, which may be negative without limit when it is taken as signed.${because(s)}`,
  rule: 'What is added to a pointer must have a smallest and a largest value that the verifier knows. A check of its lower 32 bits alone says nothing of the upper ones.',
  todo:
    s.bound?.todo ??
    'Compare the number with both ends of what is allowed first, or make it unsigned (`&=` with a mask is enough).',
  error: lastLine(r),
});

const checkForNull = (s: Scene): string => `Compare ${s.reg} with NULL first, and use it only where it is not.`;

export const maybeNullAccess: Build<'maybe-null-access'> = (r, s) => {
  if (s.build?.kind === 'pointer-in-data') return pointerInData(r, s, s.build);
  if (s.global?.param != null) return ofGlobal(r, s, s.global, s.global.param);
  return {
    title: 'It may read through NULL',
    what: `At ${s.place}, ${s.act} goes through ${s.reg}, and nobody has compared it with NULL on this path. It is ${s.value}${s.producedBy === undefined ? '' : `, from ${code(s.producedBy)}`}.`,
    rule: 'A pointer that may be NULL can be followed only after a check that it is not.',
    todo: checkForNull(s),
    error: `${s.insn} may go through NULL`,
  };
};

export const memAccess: Build<'invalid-mem-access'> = (r, s) => {
  const { place, insn, act, reg, producedBy, isNull, clobberedBy } = s;
  const { type, number } = r.details;
  if (s.build?.kind === 'pointer-in-data') return pointerInData(r, s, s.build);
  if (number && isNull)
    return {
      title: 'It may read through NULL',
      what:
        producedBy !== undefined && s.producedByNext
          ? `At ${place}, ${act} goes through ${reg}, which is what ${code(producedBy)} returned. On this path that is NULL: the verifier always walks that outcome, and nobody has looked.`
          : `At ${place}, ${act} goes through ${reg}, and on this path it is NULL.`,
      rule: 'NULL cannot be followed.',
      todo: checkForNull(s),
      error: `${insn} goes through NULL`,
    };
  if (number && s.losesPacket)
    return {
      title: 'It uses a packet pointer from before the packet moved',
      what: `At ${place}, ${act} goes through ${reg}, which pointed into the packet until ${code(clobberedBy ?? 'a helper')} was called: that may move the packet, or change its length.`,
      rule: 'After a helper that may change the packet, every pointer into it is worthless, and every check against its end has to be made anew.',
      todo: `Load \`ctx->data\` and \`ctx->data_end\` again after ${code(clobberedBy ?? 'the helper')}, and check again.`,
      error: `${insn} goes through a packet pointer that ended`,
    };
  if (number && clobberedBy !== undefined)
    return {
      title: 'It uses a pointer after its object was given back',
      what: `At ${place}, ${act} goes through ${reg}, but ${code(clobberedBy)} has released what it pointed at: since then it is a number like any other.`,
      rule: 'Releasing a reference, or destroying an iterator, makes every pointer that came from it useless.',
      todo: 'Read what you need before the release, and keep the value, not the pointer.',
      error: `${insn} goes through a dead pointer`,
    };
  if (number)
    return {
      title: 'It follows a number',
      what: `At ${place}, ${act} uses ${reg} as an address, but it is a number (${s.value}): nobody can say where it would lead.`,
      rule: 'Only pointers can be followed: those that the program was given, those that functions return, and those to its own stack.',
      todo:
        s.how === 'loaded'
          ? 'What is loaded from memory counts as a number, whatever it was meant to be. To read what such an address points at, call `bpf_probe_read_kernel`.'
          : 'If it was a pointer once, look for the instruction in the chain below after which it is none any more.',
      error: `${insn} goes through a number`,
    };
  return {
    title: 'It reads through something that is no pointer to memory',
    what: `At ${place}, ${act} goes through ${reg}, which is ${s.value}.`,
    rule: `The memory behind a \`${type}\` is not for programs to read or write.`,
    todo: 'Hand it to the functions that take it, or use a pointer to the data itself.',
    error: `${insn} goes through ${type}`,
  };
};

export const contextAccess: Build<'invalid-context-access'> = (r, s) => {
  const { off, size, write } = r.details;
  return {
    title: write ? 'It writes to the context where it may not' : 'It reads a part of the context that is not there',
    what: `At ${s.place}, ${s.act} ${write ? 'writes' : 'reads'} ${bytes(size)} at offset ${signed(off)} of the context, where a program of type \`${s.progType}\` has nothing ${write ? 'that it may write' : 'to be read this way'}.`,
    rule: 'What r1 points at in the beginning depends on the type of the program: each has its own fields, to be read whole.',
    todo: 'Look up the structure that belongs to this type of program, and read its fields by their names.',
    error: lastLine(r),
  };
};

export const modifiedPointer: Build = (r, s) => ({
  title: 'It uses a pointer that was moved',
  what: `At ${s.place}, ${s.act} goes through ${s.reg}, which does not point at the beginning any more: it is ${s.value}.`,
  rule: 'The context, and most objects of the kernel, can be used only through the pointer as it was given.',
  todo: 'Put the constant offset into the access itself (`ctx->field`), instead of adding it to the pointer.',
  error: lastLine(r),
});

export const variableOffset: Build = (r, s) => {
  // The kernel meets this rule first when the register holds nothing at all.
  if (s.valueKind === 'nothing') return { ...holdsNothing(s, s.reg, false), error: lastLine(r) };
  return offsetNotConstant(r, s);
};

const offsetNotConstant: Build = (r, s) => ({
  title: 'It reaches into an object at an offset that is not constant',
  what: `At ${s.place}, ${s.act} goes through ${s.reg}, to which a number was added that is not one known constant.`,
  rule: 'The context and kernel structures have fields at fixed places: only constant offsets make sense there.',
  todo: 'Copy what you index into an array on the stack or a map, or choose the field with a `switch`.',
  error: lastLine(r),
});

export const negativeOffset: Build = (r, s) => ({
  title: 'It may reach before the beginning',
  what: `At ${s.place}, ${s.act} goes through ${s.reg} (${s.value}), and its offset may be negative.${because(s)}`,
  rule: 'Before the beginning of an object lies memory that the program does not own.',
  todo:
    s.bound === null
      ? 'Use an offset inside of the object.'
      : s.bound.cause.kind === 'unchecked' || s.bound.cause.kind === 'no-upper'
        ? `Make ${s.bound.name} unsigned and limit it from above, or check \`>= 0\` as well, on the very variable that is used.`
        : s.bound.todo,
  error: lastLine(r),
});

/** What is pointed at, in words. */
const REGIONS: Readonly<Record<Facts['out-of-bounds']['region'], string>> = {
  'map-key': 'the map’s key',
  'map-value': 'the map’s value',
  memory: 'the memory',
};

export const outOfBounds: Build<'out-of-bounds'> = (r, s) => {
  const { off, size, limit } = r.details;
  const region = REGIONS[r.details.region];
  const what = `${region} is ${bytes(limit)} long, and the access of ${bytes(size)} may begin at offset ${signed(off)}${off < 0 ? ', before its beginning' : ''}.`;
  const before = off < 0;
  const through = s.callee === undefined ? s.act : calleeOf(s);
  // By its prototype a global function knows one element of what its callers hand over.
  const { global } = s;
  if (global?.param != null && global.param.pointee !== '' && !global.param.structured)
    return ofGlobal(r, s, global, global.param);
  // Every index is inside, and the end of the last access is not: the access itself is too long.
  const cause = s.bound?.cause.kind;
  const stretches =
    s.callee !== undefined && off >= 0 && off < limit && cause !== 'sum' && (s.param !== null || s.bound === null);
  if (stretches)
    return {
      title: 'The function needs more bytes than there are',
      what: `At ${s.place}, ${through} is handed ${s.reg} and works on ${bytes(size)} from there${
        s.param === null ? '' : `, for its parameter is a pointer to ${s.param}`
      }. ${capital(region)} is ${bytes(limit)} long, and from offset ${signed(off)} on only ${bytes(limit - off)} of it ${limit - off === 1 ? 'is' : 'are'} left.`,
      rule: 'How much a function touches is said by the type of its parameter (or by the size that it is handed), not by the type of what is passed: a cast makes nothing longer.',
      todo:
        s.param === null
          ? 'Hand over a smaller size, or make the object as long as the function expects.'
          : `Make each object as long as ${s.param} (${bytes(size)}), or use one of that type.`,
      error: lastLine(r),
    };
  return {
    title: before ? 'It may reach before the beginning' : 'It may reach past the end',
    what: `At ${s.place}, ${through} goes through ${s.reg}: ${what}${because(s)}`,
    rule: 'An access must be inside for every value that the verifier holds possible, not only for those that you expect.',
    todo:
      s.bound !== null && s.bound.cause.kind !== 'unchecked' && s.bound.cause.kind !== 'too-wide'
        ? s.bound.todo
        : r.details.end === 'max'
          ? `Check ${s.bound?.name ?? 'the index'} before, so that the offset is at most ${Math.max(0, limit - size)} here.`
          : s.bound === null
            ? 'Stay inside of it: use a smaller offset, or read fewer bytes.'
            : 'Check the offset against the size before, or read fewer bytes.',
    error: lastLine(r),
  };
};

export const unboundedAccess: Build = (r, s) => ({
  title:
    s.bound === null || s.bound.cause.kind === 'unchecked'
      ? 'It uses an index that nobody has checked'
      : 'It uses an index that the check does not limit',
  what: `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} goes through ${s.reg}, whose offset has no upper limit${s.bound === null ? '' : `: ${s.bound.name} was added to it`}.${because(s)}`,
  rule: 'An access must be inside for every value that the verifier holds possible.',
  todo:
    s.bound?.todo ?? 'Compare the index with the number of elements first, on the same copy of it that is used here.',
  error: lastLine(r),
});

export const packet: Build<'out-of-packet' | 'packet-range'> = (r, s) => {
  const { size } = r.details;
  const rule =
    'A packet ends at `data_end`: before its bytes are touched, a pointer past the last of them must be compared with it.';
  const base = `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} touches ${bytes(size)} of the packet`;
  const far = s.packet;
  if (far?.kind === 'too-far')
    return {
      title: 'It goes too far into the packet for the check to count',
      what: `${base} at ${s.bound?.name ?? 'an offset'}, which may be as large as ${far.most}. The check against \`data_end\` was made, and does not count: the verifier keeps no account of packet pointers that were moved by more than 65 535.`,
      rule: 'An offset into a packet must be known to be at most 65 535, before it is added.',
      todo: `Limit ${s.bound?.name ?? 'the offset'} to 16 bits before it is added to the pointer (\`if (off > 0xffff - size) return …;\`, or a smaller limit), and check against \`data_end\` after.`,
      error: lastLine(r),
    };
  if (far?.kind === 'shorter')
    return {
      title: 'It reads more of the packet than was checked',
      what: `${base}, up to ${bytes(far.needed)} from the place that was checked, and the check at ${far.where} has shown ${bytes(far.checked)} to be there.`,
      rule,
      todo: `Compare a pointer past the last byte that is touched (\`+ ${far.needed}\`) with \`data_end\`.`,
      error: lastLine(r),
    };
  if (far?.kind === 'other-pointer')
    return {
      title: 'The check was made on another packet pointer',
      what: `${base} that no check has shown to be there: the one at ${far.where} was made on a pointer that was computed anew, with a number of its own, and says nothing of this one.`,
      rule,
      todo: 'Compute the pointer once, compare that very one (plus the size) with `data_end`, and use it.',
      error: lastLine(r),
    };
  return {
    title: 'It reads a packet that may be shorter',
    what: `${base} that no check has shown to be there.`,
    rule,
    todo: 'Check `if (data + size > data_end) return …;` before, with the very pointer that is used here.',
    error: lastLine(r),
  };
};

export const readOnly: Build<'read-only'> = (r, s) => notWritable(r, s, 'write');
export const mapPermission: Build<'map-permission'> = (r, s) => notWritable(r, s, r.details.access);

const notWritable = (r: Rejection, s: Scene, access: 'read' | 'write'): Explanation => ({
  title: 'It writes to what is read-only',
  what:
    access === 'read'
      ? `At ${s.place}, ${s.act} reads from a map that programs may only write.`
      : `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} would write to ${s.value}, which the program may only read.`,
  rule: 'Elements that next gives, map keys, constant data and the kernel’s structures are for reading.',
  todo: 'Copy the value into a register or onto the stack, and change the copy.',
  error: lastLine(r),
});

export const misaligned: Build<'misaligned'> = (r, s) => {
  const { at, size } = r.details;
  const { atomic } = s;
  return {
    title: 'It reaches across a boundary',
    what: `At ${s.place}, ${s.act} touches ${bytes(size)} ${
      at === null
        ? `through ${s.reg} (${s.value}), and not every possible offset is`
        : `at offset ${signed(at)}, which is not`
    } a multiple of ${size}.`,
    rule: atomic
      ? 'An atomic operation works on a whole piece: 8 bytes at multiples of 8, 4 at multiples of 4.'
      : 'The stack can only be accessed in whole pieces: 8 bytes at multiples of 8, 4 at multiples of 4, 2 at multiples of 2.',
    todo: atomic
      ? 'Move the variable to such an offset.'
      : 'Move the variable to such an offset, or access it byte by byte.',
    error: lastLine(r),
  };
};

export const offStack: Build<'stack-out-of-bounds'> = (r, s) => {
  const { at, size } = r.details;
  const fixed = at !== null;
  const off = at ?? 0;
  return {
    title: !fixed
      ? 'It may reach outside of the stack'
      : off < 0 && off > -512
        ? 'It reaches over the end of its stack'
        : `It reaches ${off < 0 ? 'below' : 'above'} its stack`,
    what: fixed
      ? `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} touches ${bytes(size)} at ${off < 0 ? `fp${off}` : `fp+${off}`}, ${off < 0 && off > -512 ? 'and these reach past its end' : 'which is not inside the function’s stack'}.`
      : `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} goes through ${s.reg}, which may lie outside of the function’s stack.`,
    rule: 'A function has 512 bytes of stack: fp-512 to fp-1, counted from its frame pointer r10.',
    todo: fixed
      ? off < 0 && off > -512
        ? 'Make the variable as large as what is touched, or touch less of it.'
        : 'Use an offset inside of it, so that the last byte is below fp too.'
      : 'Check the index against the size of the array before, so that every value that is left is inside.',
    error: lastLine(r),
  };
};

export const unboundedStack: Build = (r, s) => ({
  title: 'It uses the stack at an offset without limits',
  what: `At ${s.place}, ${s.act} goes through ${s.reg}, to which ${s.bound?.name ?? 'a number'} without a known limit was added.${because(s)}`,
  rule: 'A function has 512 bytes of stack, and every possible offset must lie inside of them.',
  todo: s.bound?.todo ?? 'Compare the index with the size of the array before.',
  error: lastLine(r),
});

export const stackRead: Build = (_r, s) => ({
  title: 'It reads stack that it may not read',
  what:
    s.iterator !== null && s.iterator.past === 'alive'
      ? `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} reads bytes in which the iterator ${code(s.iterator.name)} keeps its state.`
      : `At ${s.place}, ${s.callee === undefined ? s.act : calleeOf(s)} reads bytes of the stack that hold nothing to be read.`,
  rule: 'What an iterator keeps on the stack is its own business: only its new, next and destroy may touch it.',
  todo: 'Read what next returns instead, and keep your own data in variables of their own.',
  error: s.insn,
});

export const variableStackArgument: Build = (r, s) => ({
  title: 'It hands over a place on the stack that is not known',
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.reg}, which points ${s.value}.`,
  rule: 'What a function is to read or write on the stack must be at one known place.',
  todo: 'Copy the element into a variable of its own, and hand over its address.',
  error: lastLine(r),
});

export const partialSpill: Build<'bad-fill-size' | 'bad-spill-size'> = (r, s) => {
  const load = r.kind === 'bad-fill-size';
  return {
    title: load ? 'It loads a part of a saved pointer' : 'It saves a part of a pointer',
    what: `At ${s.place}, ${s.act} ${load ? 'loads' : 'saves'} ${bytes(r.details.size)} of a pointer, which has 8.`,
    rule: 'Pointers are saved and loaded whole: a part of one says nothing, and would give away an address.',
    todo: load ? 'Load all 8 bytes.' : 'Save all 8 bytes.',
    error: s.insn,
  };
};

export const spillToCaller: Build = (_r, s) => ({
  title: 'It leaves its caller a pointer to its own stack',
  what: `At ${s.place}, ${s.act} saves a pointer to this function’s stack in the stack of its caller.`,
  rule: 'When the function returns, its stack is gone, and the pointer would lead nowhere.',
  todo: 'Let the caller hand over a place of its own, and write the data there.',
  error: s.insn,
});

export const noField: Build = (r, s) => ({
  title: 'There is no such field to read',
  what: `At ${s.place}, ${s.act} reads through ${s.value} in ${s.reg}, and the bytes that it asks for are no field.`,
  rule: 'A pointer member is read whole, eight bytes at its own offset; numbers may be read in part, but not across their end.',
  todo: 'Read the field by its name, with `BPF_CORE_READ` or `bpf_core_field_exists` where kernels differ.',
  error: lastLine(r),
});

export const foreignMemory: Build<'foreign-memory'> = (r, s) => {
  const percpu = r.details.memory === 'percpu';
  return {
    title: 'The pointer does not point into the kernel’s own memory',
    what: `At ${s.place}, ${s.act} goes through ${s.reg}, which holds an address of ${percpu ? 'per-CPU memory' : 'user space'}.`,
    rule: percpu
      ? 'Such an address stands for one copy for each CPU, and is none to be followed itself.'
      : 'The kernel’s addresses and those of user space are kept apart.',
    todo: percpu
      ? 'Let `bpf_per_cpu_ptr` or `bpf_this_cpu_ptr` pick a copy.'
      : 'Read it with `bpf_probe_read_user` or `bpf_copy_from_user`.',
    error: 'an address that cannot be read through',
  };
};
