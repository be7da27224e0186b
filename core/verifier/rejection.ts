/** A location to blame: a register or a stack slot of a frame. */
export interface Blame {
  readonly frame: number;
  readonly reg?: number;
  readonly spi?: number;
}

/**
 * Why a program was rejected, as data. The kernel's exact text, the plain words and the highlights all derive from it.
 * `kind` is a stable kebab-case name, e.g. `unreleased-reference`, `uninitialized-iterator`, `invalid-mem-access`.
 */
export interface Rejection {
  readonly kind: string;
  /** Negative errno, as BPF_PROG_LOAD returns it. */
  readonly errno: number;
  /** The kernel's message, one or more lines without the final newline. */
  readonly message: string;
  /** Instruction at fault, or -1 when the whole program is (e.g. malformed). */
  readonly insn: number;
  readonly blame: readonly Blame[];
  /** Values that the words need: reference ids, offsets, sizes, type names. */
  readonly details: Readonly<Record<string, string | number>>;
  /** Instructions that made the blamed value or reference, oldest first (may be empty). */
  readonly origin: readonly number[];
}
