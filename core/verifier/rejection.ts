/** A location to blame: a register or a stack slot of a frame. */
export interface Blame {
  readonly frame: number;
  readonly reg?: number;
  readonly spi?: number;
}

/** The rules that a program can break, by the group that a reader would look for them in. Each has words in `core/trace/words/`. */
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

/** Why a program was rejected, as data. The kernel's exact text, the plain words and the highlights all derive from it. */
export interface Rejection {
  readonly kind: RejectionKind;
  /** Negative errno, as BPF_PROG_LOAD returns it. */
  readonly errno: number;
  /** The kernel's message, one or more lines without the final newline. */
  readonly message: string;
  /** Instruction at fault, or -1 when the whole program is (e.g. malformed). */
  readonly insn: number;
  readonly blame: readonly Blame[];
  /** Values that the words need: reference ids, offsets, sizes, type names. */
  readonly details: Readonly<Record<string, string | number>>;
  /** Instructions that made the blamed reference, oldest first; those that made a blamed value follow from the trace. */
  readonly origin: readonly number[];
}
