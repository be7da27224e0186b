import type { Insn } from '../isa/insn.ts';
import { LDDW } from '../isa/opcodes.ts';
import { formOf } from '../isa/table.ts';

/** Most comparisons of instructions that are made to find what the middles of two programs have in common. */
const MOST = 4_000_000;

/**
 * Which instruction of a program became which of another that was made from it by editing: the longest run of instructions that both have in the same
 * order. How far a jump leads does not count, as that changes with every line put between.
 * @returns the place in `after` for each in `before`, -1 for what is not there any more
 */
export function correspondence(before: readonly Insn[], after: readonly Insn[]): Int32Array {
  const found = new Int32Array(before.length).fill(-1);
  const same = (a: number, b: number): boolean => alike(before, a, after, b);
  let head = 0;
  const least = Math.min(before.length, after.length);
  while (head < least && same(head, head)) found[head] = head++;
  let tail = 0;
  while (tail < least - head && same(before.length - 1 - tail, after.length - 1 - tail)) tail++;
  // The second slot of a load is never torn from its first.
  if (before[before.length - tail - 1]?.code === LDDW) tail--;
  for (let i = 1; i <= tail; i++) found[before.length - i] = after.length - i;
  const rows = before.length - tail - head;
  const columns = after.length - tail - head;
  if (rows > 0 && columns > 0 && rows * columns <= MOST) longest(rows, columns, head, same, found);
  return found;
}

/** The longest common sequence of the middles, by the lengths of those of what follows each pair. */
function longest(
  rows: number,
  columns: number,
  head: number,
  same: (a: number, b: number) => boolean,
  found: Int32Array,
): void {
  const width = columns + 1;
  const length = new Uint32Array((rows + 1) * width);
  for (let r = rows - 1; r >= 0; r--)
    for (let c = columns - 1; c >= 0; c--)
      length[r * width + c] = same(head + r, head + c)
        ? length[(r + 1) * width + c + 1]! + 1
        : Math.max(length[(r + 1) * width + c]!, length[r * width + c + 1]!);
  for (let r = 0, c = 0; r < rows && c < columns;) {
    if (same(head + r, head + c)) found[head + r++] = head + c++;
    else if (length[(r + 1) * width + c]! >= length[r * width + c + 1]!) r++;
    else c++;
  }
}

function alike(before: readonly Insn[], a: number, after: readonly Insn[], b: number): boolean {
  const [one, other] = [before[a]!, after[b]!];
  if (one.code !== other.code || one.dst !== other.dst || one.src !== other.src) return false;
  const target = formOf(one)?.target ?? null;
  if (target !== (formOf(other)?.target ?? null)) return false;
  if (target !== 'off' && one.off !== other.off) return false;
  if (target !== 'imm' && one.imm !== other.imm) return false;
  // Both slots of a load, and the second slot with its first.
  if (one.code === LDDW) return before[a + 1]?.imm === after[b + 1]?.imm;
  return one.code !== 0 || (before[a - 1]?.code === LDDW && after[b - 1]?.code === LDDW);
}

/** The instruction to which a jump or a call of a function leads; undefined for what leads nowhere else. */
export function targetOf(insn: Insn, at: number): number | undefined {
  const target = formOf(insn)?.target ?? null;
  return target === null ? undefined : at + 1 + insn[target];
}

/**
 * `correspondence` without the jumps that lead to another instruction now: what is left does the same in both programs.
 */
export function unchanged(before: readonly Insn[], after: readonly Insn[]): Int32Array {
  const found = correspondence(before, after);
  return found.map((to, at) => {
    if (to < 0) return -1;
    const target = targetOf(before[at]!, at);
    return target === undefined || (found[target] ?? -1) === targetOf(after[to]!, to) ? to : -1;
  });
}
