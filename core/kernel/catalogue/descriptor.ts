import type { BpfProgram } from '../../elf/object.ts';
import type { Machine } from '../machine/machine.ts';

/** kfunc flags (Documentation/bpf/kfuncs.rst section 2.4 and the iterator ones of bpf_iterators.rst). */
export const KF_ACQUIRE = 1 << 0;
export const KF_RELEASE = 1 << 1;
export const KF_RET_NULL = 1 << 2;
export const KF_TRUSTED_ARGS = 1 << 4;
export const KF_SLEEPABLE = 1 << 5;
export const KF_DESTRUCTIVE = 1 << 6;
export const KF_RCU = 1 << 7;
export const KF_ITER_NEW = 1 << 8;
export const KF_ITER_NEXT = 1 << 9;
export const KF_ITER_DESTROY = 1 << 10;
export const KF_RCU_PROTECTED = 1 << 11;
export const KF_FASTCALL = 1 << 12;

/**
 * What a kfunc or helper does when it runs. Arguments r1..r5 are read from, and the result r0 written to, `regs`:
 * register i has its low word at index 2*i and its high word at 2*i+1.
 */
export type Behaviour = (machine: Machine, regs: Int32Array) => void;

/**
 * Groups of program types for which the kernel registers its functions, by the words of its own table; `lsm` is the part of `tracing` that
 * is attached to LSM hooks.
 */
export type KfuncHook =
  | 'xdp'
  | 'tc'
  | 'tracing'
  | 'kprobe'
  | 'lsm'
  | 'syscall'
  | 'cgroup'
  | 'sched_act'
  | 'sk_skb'
  | 'socket_filter'
  | 'lwt'
  | 'netfilter';

/** What a kernel function does to the verifier's state beyond what its prototype and flags say. */
export type KfuncEffect =
  | 'rcu-lock'
  | 'rcu-unlock'
  | 'preempt-disable'
  | 'preempt-enable'
  | 'irq-save'
  | 'irq-restore'
  /** The result is the context as the kernel itself has it. */
  | 'kernel-context'
  /** The result is of the type that the last argument names, to be read by probing. */
  | 'read-only-cast'
  /** The result may be read, but not relied on. */
  | 'untrusted-result'
  /** The dynptr that it makes is of the kind of the first argument's, and shares its reference. */
  | 'clone-dynptr'
  /** The dynptr that it makes is of this kind of memory. */
  | 'skb-dynptr'
  | 'skb-meta-dynptr'
  | 'xdp-dynptr'
  /** The result is memory of the dynptr argument, as large as the size argument; read-only, or not. */
  | 'dynptr-slice'
  | 'dynptr-slice-rdwr'
  /** A function of the program, the second argument, is called later, by itself. */
  | 'queue-work'
  /** The same with the fourth argument, by a task. */
  | 'task-work'
  /** The result is a word of memory that may be written. */
  | 'writable-word'
  /** The result is an object of the program's structure that the constant names; of its own for every CPU, or not. */
  | 'new-object'
  | 'new-percpu-object'
  /** The object is given back. */
  | 'drop-object'
  | 'drop-percpu-object'
  /** The result is a second reference to the object. */
  | 'share-object'
  /** A list or tree owns the object from here on; in a tree, a function of the program compares. */
  | 'give-node'
  | 'add-node'
  /** A lock is taken, which may fail, or given back; with the state of interrupts, or without. */
  | 'lock'
  | 'unlock'
  | 'lock-irq'
  | 'unlock-irq'
  /** The program ends there. */
  | 'throw'
  /** The compiler puts it where the program would run into undefined behaviour. */
  | 'trap';

export interface KfuncDescriptor {
  readonly name: string;
  /** KF_* bits. The prototype itself comes from the kernel's BTF. */
  readonly flags: number;
  /** Programs that may call it; absent: all. */
  readonly programs?: readonly KfuncHook[];
  /** Of those programs, only the ones attached so (BPF_TRACE_ITER and the like); absent: all. */
  readonly attachTypes?: readonly number[];
  readonly effect?: KfuncEffect;
  /** The packet may lie elsewhere afterwards: pointers into it are lost. */
  readonly changesPacket?: boolean;
  /** One paragraph for `help` and the lessons. */
  readonly doc: string;
  /** Absent where the machine does not model it: running it says `unsupported`. */
  readonly run?: Behaviour;
}

/** A parameter as C would declare it. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly type: string;
}

/** The C types of an iterator's functions, as they would stand in a header: `int`, `u64`, `struct task_struct *`. */
export interface IteratorDeclaration {
  /** Parameters of `new` after the iterator itself. */
  readonly parameters: readonly ParameterDeclaration[];
  /** What `next` gives a pointer to. */
  readonly element: string;
  /** Results and parameters, after the iterator itself, of its further methods, by the function's name. */
  readonly methods?: Readonly<
    Record<string, { readonly result: string; readonly parameters: readonly ParameterDeclaration[] }>
  >;
  /** The trio's where they are written out, whatever they are: all parameters, the iterator among them. */
  readonly prototypes?: Readonly<
    Partial<
      Record<
        'new' | 'next' | 'destroy',
        { readonly result: string; readonly parameters: readonly ParameterDeclaration[] }
      >
    >
  >;
}

/** An open-coded iterator type: its trio and its state. One file each in `kernel/iterators/`. */
export interface IteratorDescriptor {
  /** `num`, `bits`, … The struct is `bpf_iter_<name>`, the methods `bpf_iter_<name>_{new,next,destroy}`. */
  readonly name: string;
  readonly doc: string;
  /** Size of the state in bytes: a positive multiple of 8. */
  readonly size: number;
  /** Programs that may begin one; absent: all that may call its functions. */
  readonly allowed?: (program: BpfProgram) => boolean;
  /** Prototypes of its functions, for an iterator that the kernel's BTF does not have; see `declareIterator`. */
  readonly declaration?: IteratorDeclaration;
  readonly new: KfuncDescriptor;
  readonly next: KfuncDescriptor;
  readonly destroy: KfuncDescriptor;
  /** What it has beyond the trio: functions without KF_ITER_* flags that get an iterator which was made. */
  readonly methods?: readonly KfuncDescriptor[];
}

/**
 * How the verifier treats a helper's argument (the kernel's enum bpf_arg_type, by words). `mem` is written and may be read, `rdonly-mem` is
 * read, `uninit-mem` only written.
 */
export type ArgType =
  | 'anything'
  | 'ctx'
  | 'ctx-or-null'
  | 'const-map-ptr'
  | 'map-key'
  | 'map-value'
  | 'uninit-map-value'
  | 'mem'
  | 'rdonly-mem'
  | 'uninit-mem'
  | 'mem-or-null'
  | 'rdonly-mem-or-null'
  | 'size'
  | 'size-or-zero'
  | 'alloc-size-or-zero'
  | 'func'
  | 'stack-or-null'
  | 'const-str'
  | 'btf-id'
  /** A socket of any kind, as the kernel's own structure or as a program's view of it. */
  | 'sock-common'
  | 'long-ptr'
  | 'int-ptr'
  | 'percpu-btf-id'
  /** A record reserved in a ring buffer, which the call takes back. */
  | 'ringbuf-mem'
  /** A dynptr that was made before; the call uses it, and leaves it as it is. */
  | 'dynptr'
  /** A dynptr of a ring buffer's record, which the call takes back. */
  | 'ringbuf-dynptr'
  /** Room on the stack for the dynptr that the call makes. */
  | 'new-local-dynptr'
  | 'new-ringbuf-dynptr'
  /** A lock in a map's value. */
  | 'spin-lock'
  /** A timer in a map's value. */
  | 'timer'
  /** A pointer in a map's value that the map owns. */
  | 'kptr-field'
  /** An object with a reference, which the call takes, or NULL. */
  | 'released-kptr';

/** What a helper returns (enum bpf_return_type). */
export type RetType =
  | 'integer'
  | 'void'
  | 'map-value-or-null'
  | 'btf-task'
  | 'btf-id'
  | 'btf-id-or-null'
  | 'mem-or-null'
  /** A reserved record of a ring buffer, as large as the size argument. */
  | 'ringbuf-mem-or-null'
  /** Memory of the dynptr argument, as large as the size argument. */
  | 'dynptr-mem-or-null'
  /** One CPU's copy of the per-CPU argument. */
  | 'cpu-copy'
  | 'cpu-copy-or-null'
  | 'kptr-or-null';

/** What is known of a helper's result: bytes that it filled (or a negative errno), or a CPU's number. */
export type RetBounds = 'length-or-errno' | 'cpu';

/** Parameter of a callback (1..5) → the helper's argument that it gets. */
export type CallbackPasses = Readonly<Partial<Record<number, 1 | 2 | 3 | 4 | 5>>>;

/** The parts of a machine's configuration that offer or withhold helpers. */
export type HelperNeed = 'kprobeOverride' | 'writesUserMemory' | 'readsKernelMemory';

export interface HelperDescriptor {
  /** BPF_FUNC_* number. */
  readonly id: number;
  /** Name without `bpf_`, as the kernel's log prints it after `#`: `bpf_map_lookup_elem` is printed whole. */
  readonly name: string;
  readonly args: readonly ArgType[];
  readonly ret: RetType;
  /** Bounds of an `integer` result: see `RetBounds`. */
  readonly retBounds?: RetBounds;
  readonly gplOnly: boolean;
  readonly mightSleep?: boolean;
  /** Arguments may point into the packet. */
  readonly pktAccess?: boolean;
  /** The packet may lie elsewhere afterwards: pointers into it are lost. */
  readonly changesPacket?: boolean;
  /** The kernel inlines it without clobbering r1 to r5 (`bpf_fastcall`). */
  readonly fastcall?: boolean;
  /** What a machine must allow for programs to have it, where the release alone does not decide. */
  readonly needs?: HelperNeed;
  /** For one that calls a function of the program: which of its own arguments (1..5) the function gets, by the function's parameter. */
  readonly callback?: { readonly passes: CallbackPasses };
  /** BTF struct name for `btf-id` arguments or results. */
  readonly btfStruct?: string;
  /** BTF struct name for `btf-id` results. */
  readonly retStruct?: string;
  readonly doc: string;
  readonly run?: Behaviour;
}
