import type { Btf } from '../../btf/btf.ts';
import {
  KF_ACQUIRE,
  KF_DESTRUCTIVE,
  KF_FASTCALL,
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RCU,
  KF_RCU_PROTECTED,
  KF_RELEASE,
  KF_RET_NULL,
  KF_SLEEPABLE,
  KF_TRUSTED_ARGS,
} from './descriptor.ts';
import type { KfuncTable } from './kfuncs/table.ts';

/** An annotation of kernel functions (Documentation/bpf/kfuncs.rst): the ending of a parameter's name, or a flag of the function. */
export interface Annotation {
  /** `__sz`, `KF_ACQUIRE`. */
  readonly name: string;
  readonly kind: 'parameter' | 'flag';
  /** What the verifier does for its sake. */
  readonly doc: string;
}

const parameter = (name: string, doc: string): Annotation => ({ name, kind: 'parameter', doc });
const flag = (name: string, doc: string): Annotation => ({ name, kind: 'flag', doc });

/** KF_* bits by their names. */
const FLAGS: Readonly<Record<string, number>> = {
  KF_ACQUIRE,
  KF_RELEASE,
  KF_RET_NULL,
  KF_TRUSTED_ARGS,
  KF_RCU,
  KF_SLEEPABLE,
  KF_DESTRUCTIVE,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_ITER_DESTROY,
  KF_RCU_PROTECTED,
  KF_FASTCALL,
};

/** Annotations of parameters and flags that Linux 6.18 knows. */
export const ANNOTATIONS: readonly Annotation[] = [
  parameter(
    '__sz',
    'The size in bytes of the memory that the parameter before it points at. The verifier checks that so much may be read there, for the largest value that the size can have.',
  ),
  parameter(
    '__szk',
    'As __sz, but the size must be a known constant: it is also the size of the memory that the function gives back.',
  ),
  parameter(
    '__k',
    'The argument must be a known constant, and what the call gives depends on it: two calls that differ in it are never taken for alike.',
  ),
  parameter(
    '__uninit',
    'The function fills what it points at: nothing must have been made there before, and nothing is asked of what the bytes hold.',
  ),
  parameter(
    '__opt',
    'NULL may be passed for the memory, with any size; a pointer that is not NULL is checked as ever.',
  ),
  parameter(
    '__str',
    'The argument points at a text that cannot change and that ends with a zero byte: into a frozen, read-only map, as a string literal does. (`__const_str` is the same: the ending is what counts.)',
  ),
  parameter('__nullable', 'NULL may be passed, also to a function that takes trusted arguments only.'),
  parameter('__ign', 'The argument is not looked at: whatever the register holds is passed on, also nothing at all.'),
  parameter(
    '__map',
    'The argument is a map, given by its own address; where another argument lies in a value, it must be one of this map.',
  ),
  parameter(
    '__prog',
    'The program cannot pass it: whatever the register holds, the kernel puts in the caller’s own struct bpf_prog_aux when it rewrites the program (`bpftool prog dump xlated` shows it).',
  ),
  parameter('__alloc', 'The argument is an object that the program allocated and still owns.'),
  parameter(
    '__refcounted_kptr',
    'The argument is an object that the program allocated, of a structure that counts its references (a bpf_refcount field); it need not own it.',
  ),
  parameter(
    '__irq_flag',
    'The argument lies on the stack and keeps the state of interrupts, from the call that saves it to the one that restores it, in the order of a stack.',
  ),
  parameter(
    '__iter',
    'The argument is an iterator on the stack that was made, though the function is none of the trio.',
  ),
  flag(
    'KF_ACQUIRE',
    'The result is a reference that the program owns: on every way out it must have been given back, or kept in a map.',
  ),
  flag(
    'KF_RELEASE',
    'The function takes a reference back: it must be given one that the program owns, and no copy of the pointer may be used afterwards.',
  ),
  flag('KF_RET_NULL', 'The result may be NULL, and must be compared with it before it is used.'),
  flag(
    'KF_TRUSTED_ARGS',
    'Every pointer must be one that the kernel vouches for, at the beginning of its object, and not NULL.',
  ),
  flag(
    'KF_RCU',
    'Pointers may also be those that an RCU read section protects; none may be NULL. For the object’s count the function looks itself whether it is still there.',
  ),
  flag(
    'KF_SLEEPABLE',
    'The function may sleep: only sleepable programs may call it, outside of RCU, preemption and interrupt sections, and without a lock.',
  ),
  flag(
    'KF_DESTRUCTIVE',
    'The function may bring the machine down (a reboot, a crash dump): the loader needs CAP_SYS_BOOT besides. crash_kexec alone has it, in kernels that are built with crash dumps: the one that is modelled here is not.',
  ),
  flag(
    'KF_ITER_NEW',
    'The function is an iterator’s constructor: it makes one on the stack, where none may be, and the program owes a destroy.',
  ),
  flag(
    'KF_ITER_NEXT',
    'The function is an iterator’s next: the verifier walks both outcomes, NULL first, and takes each element for another round.',
  ),
  flag('KF_ITER_DESTROY', 'The function is an iterator’s destructor: it takes one that was made, once.'),
  flag(
    'KF_RCU_PROTECTED',
    'The call, and what it gives, is protected by an RCU read section, which must be open and stay so; sections of an iterator may not end before it.',
  ),
  flag('KF_FASTCALL', 'The call changes no register but r0: what the compiler saves around it is taken out again.'),
  flag(
    'KF_DEPRECATED',
    'The function is to go: its documentation says what to use. The verifier does not look at it; no function of Linux 6.18 has it.',
  ),
];

/** The annotation with this name; without the leading underscores, too (`sz`), and in any case of letters. */
export function findAnnotation(name: string): Annotation | undefined {
  const wanted = name.toLowerCase();
  return ANNOTATIONS.find((one) =>
    [one.name, one.name.replace(/^(__|KF_)/, '')].some((as) => as.toLowerCase() === wanted),
  );
}

/** Whether a kernel function has an annotation: the flag, or a parameter whose name ends so. */
function hasAnnotation(kfunc: string, { name, kind }: Annotation, kfuncs: KfuncTable, btf: Btf): boolean {
  if (kind === 'flag') return ((kfuncs.find(kfunc)?.descriptor.flags ?? 0) & (FLAGS[name] ?? 0)) !== 0;
  const func = btf.type(btf.find('func', kfunc));
  const proto = func.kind === 'func' ? btf.type(func.type) : null;
  return proto?.kind === 'func_proto' && proto.params.some((param) => param.name.endsWith(name));
}

/** Kernel functions of a model that have an annotation, in the order of their names. */
export function annotated(annotation: Annotation, kfuncs: KfuncTable, btf: Btf): readonly string[] {
  return kfuncs.names.filter((kfunc) => hasAnnotation(kfunc, annotation, kfuncs, btf)).sort();
}

/** The annotations that a kernel function of a model has, flags last. */
export function annotationsOf(kfunc: string, kfuncs: KfuncTable, btf: Btf): readonly Annotation[] {
  return ANNOTATIONS.filter((annotation) => hasAnnotation(kfunc, annotation, kfuncs, btf));
}
