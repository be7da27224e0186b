const U64 = (1n << 64n) - 1n;
const TWO64 = 1n << 64n;
const S64_MIN = -(1n << 63n);
const S64_MAX = (1n << 63n) - 1n;

let nextUid = 1;

// Known numbers up to 2^53 are shared objects: made when first asked for, kept until another takes their place in this table.
const SHARED = 1 << 12;
const shared: (Scalar | undefined)[] = new Array<Scalar | undefined>(SHARED).fill(undefined);

/**
 * What is known of a 64-bit number: which bits (a tnum: `value` where `mask` is 0), and four ranges. Immutable.
 * `umin`, `umax`, `value`, `mask` are in 0..2^64-1; `smin`, `smax` in -2^63..2^63-1; the 32-bit ranges are plain numbers.
 */
export class Scalar {
  /** Serial number of this object: a cheap key for memo tables. Equal scalars may have different ones. */
  readonly uid: number;
  /** True when every bit is known. */
  readonly isConst: boolean;
  /**
   * True when every bit is known and every range is that one number, as any reachable constant is. A dead branch may leave a scalar with
   * known bits and other ranges, and the rules that look at ranges only then see them.
   */
  readonly isExact: boolean;
  /** The known value as a signed number: exact within 2^53 (`Number.isSafeInteger`), rounded beyond; NaN unless `isConst`. */
  readonly num: number;
  /** Set once it has been found that the bits and ranges do not contradict each other. */
  sound = false;

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
  ) {
    this.uid = nextUid;
    nextUid = (nextUid + 1) | 0;
    this.isConst = mask === 0n;
    this.num = this.isConst ? Number(BigInt.asIntN(64, value)) : NaN;
    this.isExact =
      this.isConst &&
      umin === value &&
      umax === value &&
      smin === smax &&
      (smin === value || smin + TWO64 === value) &&
      u32min === u32max &&
      s32min === s32max &&
      (u32min | 0) === s32min;
  }

  /** Exactly `v` (any bigint; taken modulo 2^64). */
  static known(v: bigint): Scalar {
    const n = Number(BigInt.asIntN(64, v));
    return Number.isSafeInteger(n) ? Scalar.ofNumber(n) : Scalar.fresh(v);
  }

  private static fresh(v: bigint): Scalar {
    const u = BigInt.asUintN(64, v);
    const s = v === u && v <= S64_MAX ? u : BigInt.asIntN(64, v);
    const lo = Number(BigInt.asUintN(32, v));
    return new Scalar(u, 0n, u, u, s, s, lo, lo, lo | 0, lo | 0);
  }

  /** Exactly `n`, a whole number within 2^53 (negative ones wrap to 64 bits). */
  static ofNumber(n: number): Scalar {
    if (n === 0) return Scalar.zero;
    const at = n & (SHARED - 1);
    const found = shared[at];
    if (found !== undefined && found.num === n) return found;
    return (shared[at] = Scalar.fresh(BigInt(n)));
  }

  /** Anything at all. */
  static readonly unknown = new Scalar(0n, U64, 0n, U64, S64_MIN, S64_MAX, 0, 0xffffffff, -0x80000000, 0x7fffffff);
  static readonly zero = Scalar.fresh(0n);

  /** Anything that a load of 1, 2, 4 or 8 bytes can give, the rest being zero. */
  static ofSize(bytes: number): Scalar {
    return ZERO_EXTENDED[bytes] ?? badSize(bytes);
  }

  /** Anything that a sign-extending load of 1, 2, 4 or 8 bytes can give. */
  static ofSizeSigned(bytes: number): Scalar {
    return SIGN_EXTENDED[bytes] ?? badSize(bytes);
  }

  /** Same known bits and same ranges. */
  equals(o: Scalar): boolean {
    return (
      this === o ||
      (this.u32min === o.u32min &&
        this.u32max === o.u32max &&
        this.s32min === o.s32min &&
        this.s32max === o.s32max &&
        this.value === o.value &&
        this.mask === o.mask &&
        this.umin === o.umin &&
        this.umax === o.umax &&
        this.smin === o.smin &&
        this.smax === o.smax)
    );
  }

  /** True when the low 32 bits are all known. */
  get isConst32(): boolean {
    return this.isConst || BigInt.asUintN(32, this.mask) === 0n;
  }

  /** True when nothing is known of any bit (the ranges may still say something). */
  get isUnknownBits(): boolean {
    return this.mask === U64;
  }

  /** The known value as signed; meaningful only when `isConst`. */
  get constS(): bigint {
    return BigInt.asIntN(64, this.value);
  }

  /** True when `v` (taken modulo 2^64) may be the number: every bit and every range allows it. */
  has(v: bigint): boolean {
    const u = BigInt.asUintN(64, v);
    const s = v === u && v <= S64_MAX ? u : BigInt.asIntN(64, v);
    const lo = Number(BigInt.asUintN(32, v));
    return (
      (u & ~this.mask) === this.value &&
      u >= this.umin &&
      u <= this.umax &&
      s >= this.smin &&
      s <= this.smax &&
      lo >= this.u32min &&
      lo <= this.u32max &&
      (lo | 0) >= this.s32min &&
      (lo | 0) <= this.s32max
    );
  }
}

function badSize(bytes: number): never {
  throw new RangeError(`no scalar of ${bytes} bytes`);
}

function zeroExtended(bytes: 1 | 2 | 4): Scalar {
  const max = (1n << BigInt(bytes * 8)) - 1n;
  const max32 = Number(max);
  return bytes === 4
    ? new Scalar(0n, max, 0n, max, 0n, max, 0, max32, -0x80000000, 0x7fffffff)
    : new Scalar(0n, max, 0n, max, 0n, max, 0, max32, 0, max32);
}

function signExtended(bytes: 1 | 2 | 4): Scalar {
  const half = 1n << BigInt(bytes * 8 - 1);
  return new Scalar(0n, U64, 0n, U64, -half, half - 1n, 0, 0xffffffff, Number(-half), Number(half - 1n));
}

// Indexed by size in bytes.
const ZERO_EXTENDED: readonly (Scalar | undefined)[] = [
  undefined,
  zeroExtended(1),
  zeroExtended(2),
  undefined,
  zeroExtended(4),
  undefined,
  undefined,
  undefined,
  Scalar.unknown,
];
const SIGN_EXTENDED: readonly (Scalar | undefined)[] = [
  undefined,
  signExtended(1),
  signExtended(2),
  undefined,
  signExtended(4),
  undefined,
  undefined,
  undefined,
  Scalar.unknown,
];
