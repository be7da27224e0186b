import { isEmpty, unbounded } from './bounds.ts';
import { invert, refine, refineSelf } from './branch.ts';
import { Memo } from './memo.ts';
import type { Scalar } from './scalar.ts';

const hex = (v: bigint): string => `0x${BigInt.asUintN(64, v).toString(16)}`;
const hex32 = (v: number): string => `0x${(v >>> 0).toString(16)}`;

/** How a scalar contradicts itself (as bounds refined on a dead branch may), in the kernel's words; null if it doesn't. */
function contradiction(s: Scalar): string | null {
  if (s.sound || s.isExact) return null;
  if (isEmpty(s)) return 'range bounds violation';
  if (s.isConst) {
    const signed = s.constS;
    if (s.umin !== s.value || s.umax !== s.value || s.smin !== signed || s.smax !== signed)
      return 'const tnum out of sync with range bounds';
  }
  if (s.isConst32) {
    const low = Number(BigInt.asUintN(32, s.value));
    if (s.u32min !== low || s.u32max !== low || s.s32min !== (low | 0) || s.s32max !== (low | 0))
      return 'const subreg tnum out of sync with range bounds';
  }
  s.sound = true;
  return null;
}

/**
 * The log line (without its newline) for a scalar that contradicts itself, or null. `context` is the role the register had: `true_reg1`,
 * `true_reg2`, `false_reg1`, `false_reg2`. Verification goes on with `unbounded(s)` in its place.
 */
export function sanityViolation(s: Scalar, context: string): string | null {
  const what = contradiction(s);
  if (what === null) return null;
  return (
    `verifier bug: REG INVARIANTS VIOLATION (${context}): ${what} u64=[${hex(s.umin)}, ${hex(s.umax)}] ` +
    `s64=[${hex(s.smin)}, ${hex(s.smax)}] u32=[${hex32(s.u32min)}, ${hex32(s.u32max)}] ` +
    `s32=[${hex32(s.s32min)}, ${hex32(s.s32max)}] var_off=(${hex(s.value)}, ${hex(s.mask)})`
  );
}

export interface Outcomes {
  /** The two sides where the jump is taken. */
  readonly taken: readonly [Scalar, Scalar];
  /** The two sides where it isn't. */
  readonly fallthrough: readonly [Scalar, Scalar];
  /** Log lines about bounds that contradict themselves, in the kernel's order; usually none. */
  readonly violations: readonly string[];
}

const NONE: readonly string[] = [];
const memo = new Memo<Outcomes>();

/**
 * Both branches of `if a op b` where `branchTaken` can't decide: each side refined, and unbounded where it contradicts itself. `same`
 * says that both sides are one register (or both the same stack slot), and then both sides of each outcome are one scalar.
 */
export function conditionOutcomes(op: number, is64: boolean, a: Scalar, b: Scalar, same = false): Outcomes {
  const key = (op << 2) | (is64 ? 2 : 0) | (same ? 1 : 0);
  return memo.get(key, a, b) ?? memo.put(key, a, b, computeOutcomes(op, is64, a, b, same));
}

function computeOutcomes(op: number, is64: boolean, a: Scalar, b: Scalar, same: boolean): Outcomes {
  const fallthrough = same ? twice(refineSelf(invert(op), is64, a)) : refine(invert(op), is64, a, b);
  const taken = same ? twice(refineSelf(op, is64, a)) : refine(op, is64, a, b);
  const lines: string[] = [];
  const settledTaken = settle(taken, same, 'true', lines);
  const settledFallthrough = settle(fallthrough, same, 'false', lines);
  return { taken: settledTaken, fallthrough: settledFallthrough, violations: lines.length === 0 ? NONE : lines };
}

const twice = (s: Scalar): readonly [Scalar, Scalar] => [s, s];

function settle(
  sides: readonly [Scalar, Scalar],
  same: boolean,
  branch: 'true' | 'false',
  lines: string[],
): readonly [Scalar, Scalar] {
  const first = settleSide(sides[0], `${branch}_reg1`, lines);
  const second = settleSide(same ? first : sides[1], `${branch}_reg2`, lines);
  return first === sides[0] && second === sides[1] ? sides : same ? [second, second] : [first, second];
}

function settleSide(s: Scalar, context: string, lines: string[]): Scalar {
  const line = sanityViolation(s, context);
  if (line === null) return s;
  lines.push(line);
  return unbounded(s);
}
