import { Scalar } from './scalar.ts';
import { tnumIn, tnumIsAligned, tnumAdd, tnumConst } from './tnum.ts';

/** True when every number `cur` may be is, by its ranges and by its bits, one that `old` may be: pruning's question for scalars. */
export function within(old: Scalar, cur: Scalar): boolean {
  if (old === cur) return true;
  if (old.isExact && cur.isExact) return old.value === cur.value;
  return rangeWithin(old, cur) && tnumIn(old, cur);
}

/** `within` by the four ranges alone. */
export function rangeWithin(old: Scalar, cur: Scalar): boolean {
  if (old === cur || old === Scalar.unknown) return true;
  return (
    old.u32min <= cur.u32min &&
    old.u32max >= cur.u32max &&
    old.s32min <= cur.s32min &&
    old.s32max >= cur.s32max &&
    old.umin <= cur.umin &&
    old.umax >= cur.umax &&
    old.smin <= cur.smin &&
    old.smax >= cur.smax
  );
}

/** True when `off` plus the number is a multiple of `size` (a power of two) whatever the number is. */
export function isAligned(s: Scalar, off: number, size: number): boolean {
  const sum = s.num + off;
  if (size !== 0 && Number.isSafeInteger(sum)) return sum % size === 0;
  return tnumIsAligned(tnumAdd(s, tnumConst(BigInt(off))), BigInt(size));
}
