import type { Btf, BtfType } from '../btf/btf.ts';
import { declaration, typeName } from '../btf/print.ts';
import { findAnnotation } from '../kernel/catalogue/annotations.ts';
import type { Annotation } from '../kernel/catalogue/annotations.ts';
import type { ArgType, HelperDescriptor, RetType } from '../kernel/catalogue/descriptor.ts';
import type { EntryRow } from './entry.ts';

type FuncProto = Extract<BtfType, { kind: 'func_proto' }>;

/** The prototype of a kernel function; null for one that the kernel's BTF does not have. */
function protoOf(btf: Btf, name: string): FuncProto | null {
  const func = btf.type(btf.find('func', name));
  const proto = func.kind === 'func' ? btf.type(func.type) : null;
  return proto?.kind === 'func_proto' ? proto : null;
}

/** A kernel function as C declares it, from BTF; its name alone where BTF does not have it. */
export function kfuncPrototype(btf: Btf, name: string): string {
  const proto = protoOf(btf, name);
  return proto === null ? `${name}(…)` : `${declaration(btf, proto.id, name)};`;
}

/** What a kernel function gives, as C writes it; empty where that is not known. */
export function resultType(btf: Btf, name: string): string {
  const proto = protoOf(btf, name);
  return proto === null ? '' : typeName(btf, proto.ret);
}

// The ending of a parameter's name counts, whatever stands before it: `aux__prog`.
const annotationOf = (name: string): Annotation | undefined => {
  const ending = /__[a-z_]+$/.exec(name)?.[0];
  const annotation = ending === undefined ? undefined : findAnnotation(ending);
  return annotation?.kind === 'parameter' ? annotation : undefined;
};

/** The parameters of a kernel function, with what the annotations of their names demand. */
export const kfuncParameters = (btf: Btf, name: string): readonly EntryRow[] =>
  (protoOf(btf, name)?.params ?? []).map((param) => ({
    name: param.name,
    type: typeName(btf, param.type),
    words: annotationOf(param.name)?.doc ?? '',
  }));

/** The fields of a structure, unions that hold one of them taken away. */
export function fieldsOf(btf: Btf, struct: string): readonly (Omit<EntryRow, 'words'> & { readonly at: number })[] {
  const type = btf.type(btf.find('struct', struct));
  if (type.kind !== 'struct') return [];
  return type.members.flatMap((member) => {
    const inner = member.name === '' ? btf.type(member.type) : null;
    const members = inner?.kind === 'union' || inner?.kind === 'struct' ? inner.members : [member];
    return members.map((one) => ({
      name: one.name,
      type: typeName(btf, one.type),
      at: (member.bitOffset + (one === member ? 0 : one.bitOffset)) / 8,
    }));
  });
}

/** What a helper takes, in words: helpers have no prototype in BTF. */
const ARGUMENT: Readonly<Record<ArgType, string>> = {
  anything: 'any value',
  ctx: 'the context',
  'ctx-or-null': 'the context, or NULL',
  'const-map-ptr': 'a map',
  'map-key': 'a pointer to a key of the map',
  'map-value': 'a pointer to a value of the map',
  'uninit-map-value': 'room for a value of the map',
  mem: 'memory',
  'rdonly-mem': 'memory that is read',
  'uninit-mem': 'memory that is filled',
  'mem-or-null': 'memory, or NULL',
  'rdonly-mem-or-null': 'memory that is read, or NULL',
  size: 'its size in bytes, above 0',
  'size-or-zero': 'its size in bytes',
  'alloc-size-or-zero': 'a size in bytes, a known constant',
  func: 'a function of the program',
  'stack-or-null': 'a pointer to the stack, or NULL',
  'const-str': 'a text that cannot change',
  'btf-id': 'a pointer to a structure of the kernel',
  'sock-common': 'a socket',
  'long-ptr': 'room for a long',
  'int-ptr': 'room for an int',
  'percpu-btf-id': 'a per-CPU variable of the kernel',
  'ringbuf-mem': 'a reserved record, which is taken back',
  dynptr: 'a dynptr',
  'ringbuf-dynptr': 'a dynptr of a reserved record, which is taken back',
  'new-local-dynptr': 'room on the stack for a dynptr',
  'new-ringbuf-dynptr': 'room on the stack for a dynptr of a record',
  'spin-lock': 'a lock in a value of a map',
  timer: 'a timer in a value of a map',
  'kptr-field': 'a pointer that a value of a map owns',
  'released-kptr': 'an object with a reference, which is taken, or NULL',
};

const RESULT: Readonly<Record<RetType, string>> = {
  integer: 'a number',
  void: 'nothing',
  'map-value-or-null': 'a pointer to a value of the map, or NULL',
  'btf-task': 'a pointer to a task',
  'btf-id': 'a pointer to a structure of the kernel',
  'btf-id-or-null': 'a pointer to a structure of the kernel, or NULL',
  'mem-or-null': 'memory, or NULL',
  'ringbuf-mem-or-null': 'a reserved record, or NULL',
  'dynptr-mem-or-null': 'memory of the dynptr, or NULL',
  'cpu-copy': 'one CPU’s copy',
  'cpu-copy-or-null': 'one CPU’s copy, or NULL',
  'kptr-or-null': 'the object that was there, or NULL',
};

/** What a helper takes, by register. */
export const helperArguments = ({ args, btfStruct }: HelperDescriptor): readonly EntryRow[] =>
  args.map((arg, i) => ({
    name: `r${i + 1}`,
    type: arg === 'btf-id' && btfStruct !== undefined ? `struct ${btfStruct} *` : ARGUMENT[arg],
    words: '',
  }));

/** What a helper gives in r0. */
export const helperResult = ({ ret, retStruct }: HelperDescriptor): string =>
  retStruct === undefined
    ? RESULT[ret]
    : `a pointer to \`struct ${retStruct}\`${ret.endsWith('or-null') ? ', or NULL' : ''}`;
