const U64 = (1n << 64n) - 1n;
const S64_MIN = -(1n << 63n);
const S64_MAX = (1n << 63n) - 1n;

/**
 * What is known of a 64-bit number: which bits (a tnum: `value` where `mask` is 0), and four ranges. Immutable.
 * `umin`, `umax`, `value`, `mask` are in 0..2^64-1; `smin`, `smax` in -2^63..2^63-1; the 32-bit ranges are plain numbers.
 */
export class Scalar {
  constructor(
    readonly value: bigint,
    readonly mask: bigint,
    readonly umin: bigint,
    readonly umax: bigint,
    readonly smin: bigint,
    readonly smax: bigint,
    readonly u32min: number,
    readonly u32max: number,
    readonly s32min: number,
    readonly s32max: number,
  ) {}

  /** Exactly `v` (any bigint; taken modulo 2^64). */
  static known(v: bigint): Scalar {
    const u = BigInt.asUintN(64, v);
    const s = BigInt.asIntN(64, v);
    const lo = Number(BigInt.asUintN(32, v));
    return new Scalar(u, 0n, u, u, s, s, lo, lo, lo | 0, lo | 0);
  }

  /** Anything at all. */
  static readonly unknown = new Scalar(0n, U64, 0n, U64, S64_MIN, S64_MAX, 0, 0xffffffff, -0x80000000, 0x7fffffff);
  static readonly zero = Scalar.known(0n);

  /** True when every bit is known. */
  get isConst(): boolean {
    return this.mask === 0n;
  }
}
