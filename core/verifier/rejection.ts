import type { Spot } from './values/spot.ts';
import type { FieldKind } from '../btf/map-fields.ts';
import type { HelperNeed } from '../kernel/catalogue/descriptor.ts';
import type { MapRule } from '../kernel/rules/map-rule.ts';
import type { DynptrKind } from './values/stack.ts';

/** The rules that a program can break, by the group that a reader would look for them in. Each has words in `core/trace/explain/words/`. */
const KINDS = {
  /** The program's shape, before or apart from any state. */
  shape: [
    'bad-size',
    'map-refused',
    'bad-call-target',
    'bad-callback',
    'bad-ld-imm64',
    'unfilled-map',
    'bad-btf',
    'bad-global-function',
    'bad-kfunc',
    'bad-map',
    'field-not-for-program',
    'no-such-map-field',
    'jump-into-ld-imm64',
    'jump-out-of-range',
    'no-arena',
    'no-exit',
    'reserved-field',
    'runs-off-the-end',
    'too-many-subprograms',
    'unknown-opcode',
    'unreachable',
    'invalid-register',
    'invalid-shift',
    'division-by-zero',
    'bad-atomic',
    'bad-attach-target',
  ],
  /** Limits and loops. */
  limits: [
    'too-many-instructions',
    'too-many-branches',
    'too-many-frames',
    'stack-too-deep',
    'infinite-loop',
    'kernel-mistake',
  ],
  registers: ['uninitialized-register', 'frame-pointer-write', 'mixed-pointers'],
  arithmetic: ['pointer-arithmetic', 'maybe-null-arithmetic', 'offset-too-large', 'unbounded-offset'],
  memory: [
    'invalid-mem-access',
    'maybe-null-access',
    'invalid-context-access',
    'modified-pointer',
    'variable-offset',
    'negative-offset',
    'out-of-bounds',
    'unbounded-access',
    'no-such-field',
    'foreign-memory',
    'packet-range',
    'out-of-packet',
    'read-only',
    'map-permission',
    'field-access',
    'wrong-kptr',
    'misaligned',
  ],
  stack: [
    'stack-out-of-bounds',
    'unbounded-stack-access',
    'invalid-stack-read',
    'variable-stack-argument',
    'bad-spill-size',
    'bad-fill-size',
    'spill-to-caller',
  ],
  iterators: [
    'iterator-not-on-stack',
    'uninitialized-iterator',
    'iterator-already-initialized',
    'iterator-needs-rcu',
    'css-task-not-allowed',
  ],
  dynptrs: [
    'dynptr-not-on-stack',
    'uninitialized-dynptr',
    'overwritten-dynptr',
    'constant-dynptr',
    'wrong-dynptr',
    'dynptr-memory',
  ],
  references: ['unreleased-reference', 'release-unreferenced'],
  objects: ['bad-object-type', 'wrong-object', 'unlocked-root', 'wrong-node', 'in-tree-callback'],
  sections: [
    'needs-rcu',
    'unreleased-rcu',
    'unmatched-rcu-unlock',
    'nested-rcu-lock',
    'preemption-disabled',
    'unmatched-preempt-enable',
    'irq-out-of-order',
    'unreleased-lock',
    'wrong-lock',
    'call-while-locked',
    'interrupts-disabled',
    'sleepable-helper',
    'sleepable-kfunc',
  ],
  calls: [
    'unknown-helper',
    'helper-not-allowed',
    'helper-withheld',
    'unnamed-symbol',
    'packet-argument',
    'gpl-only',
    'packet-load',
    'tail-call',
    'kfunc-not-allowed',
    'bad-argument',
    'bad-global-arguments',
    'bad-format-string',
    'invalid-format',
    'maybe-null-argument',
    'untrusted-argument',
    'wrong-struct',
    'not-a-scalar',
    'not-constant',
    'zero-size',
    'negative-size',
    'unbounded-size',
  ],
  results: ['bad-return-value', 'bad-callback-return', 'returns-stack-pointer'],
} as const;

/** Stable kebab-case name of a rule, e.g. `unreleased-reference`, `uninitialized-iterator`, `invalid-mem-access`. */
export type RejectionKind = (typeof KINDS)[keyof typeof KINDS][number];

export const REJECTION_KINDS: readonly RejectionKind[] = Object.values(KINDS).flat();

/** Where an iterator was to lie: at a place of its own on the stack; at an offset that is not constant; at one where none can lie. */
export type IteratorPlace = 'on-stack' | 'variable' | 'impossible';

/** Why nothing may sleep: the program may not, or a section is open that forbids it. */
export type NoSleep = 'program' | 'rcu' | 'preempt' | 'irq';

/** A structure or union of the kernel. */
export interface Structure {
  readonly kind: 'struct' | 'union';
  readonly name: string;
}

/** What does not fit an argument: the map's type; the pointer's kind, of which these are taken; a structure is taken; something else. */
export type Misfit =
  | { readonly why: 'map-type'; readonly type: string }
  | { readonly why: 'kind'; readonly expected: readonly string[] }
  | { readonly why: 'struct'; readonly struct: string }
  | { readonly why: 'other' };

/** An access: its offset, and its bytes. */
interface Extent {
  readonly off: number;
  readonly size: number;
}

/** What the words of a rejection need to know besides the registers, slots and instructions that every one has. Kinds that are not named have nothing more. */
export interface Facts {
  'map-refused': { readonly map: string; readonly type: string; readonly rule: MapRule; readonly reason: string };
  'bad-callback': { readonly why: 'global' | 'untyped' | 'throws' };
  /** What the constant stands for; `offset`: a place in a map's value that is too far. */
  'bad-ld-imm64': { readonly of: 'constant' | 'map' | 'value' | 'offset' };
  'unfilled-map': { readonly descriptor: number };
  /** Which part of the type information; `ending`: of a function that may end the program. */
  'bad-btf': { readonly of: 'lines' | 'functions' | 'ending' | 'callee' };
  'field-not-for-program': { readonly field: string; readonly map: string };
  /** `untyped`: the kernel does not know the types of the map. */
  'no-such-map-field': { readonly field: string; readonly untyped: boolean };
  'bad-atomic': { readonly why: 'size' | 'memory' };
  /** Functions that share the stack, outermost first, with what each takes; `tail` is the one that makes a tail call. */
  'stack-too-deep': {
    readonly size: number;
    readonly limit: number;
    readonly functions: readonly { readonly number: number; readonly bytes: number }[];
    readonly tail: number | null;
  };
  'infinite-loop': { readonly checkpoint: number };
  'uninitialized-register': { readonly reg: number };
  'pointer-arithmetic': {
    readonly why: 'two-pointers' | '32-bit' | 'number-minus-pointer' | 'stack-minus' | 'bitwise' | 'operator' | 'fixed';
  };
  /** `number`: what was followed is no pointer at all. */
  'invalid-mem-access': { readonly type: string; readonly number: boolean };
  'invalid-context-access': Extent & { readonly write: boolean };
  /** `end`: whether the smallest or the largest offset is outside. */
  'out-of-bounds': Extent & {
    readonly limit: number;
    readonly region: 'map-key' | 'map-value' | 'memory';
    readonly end: 'min' | 'max';
  };
  'foreign-memory': { readonly memory: 'user' | 'percpu' };
  'packet-range': Extent;
  'out-of-packet': Extent;
  'map-permission': { readonly access: 'read' | 'write' };
  'field-access': Extent & { readonly field: FieldKind; readonly store: boolean };
  'wrong-kptr': { readonly wanted: string };
  /** `at`: the offset from the beginning of what is pointed at, where it is known. */
  misaligned: { readonly at: number | null; readonly size: number };
  /** `at`: the offset from the frame pointer, where it is known. */
  'stack-out-of-bounds': { readonly at: number | null; readonly size: number };
  'invalid-stack-read': Extent;
  'bad-spill-size': { readonly size: number };
  'bad-fill-size': { readonly size: number };
  'uninitialized-iterator': { readonly type: string; readonly place: IteratorPlace };
  'iterator-already-initialized': { readonly type: string; readonly place: IteratorPlace };
  /** `referenced`: the dynptr stands for a reserved record. */
  'overwritten-dynptr': { readonly referenced: boolean };
  'wrong-dynptr': { readonly kind: DynptrKind };
  /** Numbers of the references that are still held. */
  /** `kind`: no such object at all; `not-owned`: one that the program does not own; `no-refcount`: one that counts no references. */
  'wrong-object': { readonly why: 'kind' | 'not-owned' | 'no-refcount' };
  /** The list's head or tree's root; `another`: a lock is held, but not the one beside it. */
  'unlocked-root': { readonly field: FieldKind; readonly another: boolean };
  /** Structure of the elements. */
  'wrong-node': { readonly wanted: string };
  'unreleased-reference': { readonly ids: readonly number[] };
  /** `unpaired`: one is held already, or none is. */
  'wrong-lock': { readonly unpaired: boolean };
  'sleepable-helper': { readonly within: NoSleep };
  'sleepable-kfunc': { readonly within: NoSleep };
  'helper-withheld': { readonly needs: HelperNeed };
  'unnamed-symbol': { readonly name: string };
  'bad-argument': Misfit;
  'bad-global-arguments': { readonly callee: string };
  'invalid-format': { readonly why: string };
  'untrusted-argument': { readonly needs: 'trusted' | 'rcu' };
  'wrong-struct': { readonly wanted: Structure; readonly actual: Structure };
  /** `range`: what may be returned; null where anything may that is a number. */
  'bad-return-value': {
    readonly callback: boolean;
    readonly range: { readonly min: number; readonly max: number } | null;
  };
}

/** Details of kinds that have nothing to tell. */
export type NoFacts = Readonly<Record<string, never>>;

/** Details of one kind of rejection. */
export type DetailsOf<K extends RejectionKind> = K extends keyof Facts ? Facts[K] : NoFacts;

/** Kinds that tell nothing besides what every rejection has. */
export type PlainKind = Exclude<RejectionKind, keyof Facts>;

/** A rejection of one kind. */
export interface RejectionOf<K extends RejectionKind> {
  readonly kind: K;
  /** Negative errno, as BPF_PROG_LOAD returns it. */
  readonly errno: number;
  /** The kernel's message, one or more lines without the final newline: to be shown, never to be read for facts. */
  readonly message: string;
  /** Instruction at fault, or -1 when the whole program is (e.g. malformed). */
  readonly insn: number;
  /** Instruction that a check before the walk was looking at, -1 where it was at none. */
  readonly lookedAt: number;
  readonly blame: readonly Spot[];
  readonly details: DetailsOf<K>;
  /** Instructions that made the blamed reference, oldest first; those that made a blamed value follow from the trace. */
  readonly origin: readonly number[];
}

/** Why a program was rejected, as data, told apart by its kind. The kernel's exact text, the plain words and the highlights all derive from it. */
export type Rejection = { [K in RejectionKind]: RejectionOf<K> }[RejectionKind];

/** What follows kind and text in a rejection: its details, which only kinds without facts may leave out; what to blame; what made the reference. */
export type RejectionRest<K extends RejectionKind> = [K] extends [PlainKind]
  ? [details?: NoFacts, blame?: readonly Spot[] | number, origin?: readonly number[]]
  : [details: DetailsOf<K>, blame?: readonly Spot[] | number, origin?: readonly number[]];
