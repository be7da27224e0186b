// What differs between two runs of one kernel, or between the kernel and the model, without meaning anything.
// Kernel addresses in 64-bit loads have sixteen digits wherever they are, so columns stay. They begin with ffff where pages have four levels

import type { Counts } from '../../core/verifier/verdict.ts';

// (47 bits for the kernel), with ff00 to ffff where they have five (56 bits).
const ADDRESS = /(\(18\) r\d+ = 0x)ff[0-9a-f]{14}\b/g;
const TIME = /^verification time \d+ usec\n/gm;

/** A verifier log with kernel addresses replaced by a placeholder of the same width and the time line dropped. */
export function normalizeLog(log: string): string {
  return log.replace(ADDRESS, '$1addressaddress.').replace(TIME, '');
}

/** The first line in which two logs part, or null when they are equal. */
export interface Difference {
  /** Line number, from 1. */
  readonly line: number;
  readonly left: string | undefined;
  readonly right: string | undefined;
  /** The lines before it, the same in both. */
  readonly before: readonly string[];
}

/** Compares two logs after normalising both; keeps `context` common lines before the first difference. */
export function firstDifference(left: string, right: string, context = 6): Difference | null {
  if (left === right) return null;
  const a = normalizeLog(left).split('\n');
  const b = normalizeLog(right).split('\n');
  const end = Math.max(a.length, b.length);
  for (let i = 0; i < end; i++)
    if (a[i] !== b[i]) return { line: i + 1, left: a[i], right: b[i], before: a.slice(Math.max(0, i - context), i) };
  return null;
}

/** What the end of a log says. */
export interface Statistics extends Counts {
  /** Microseconds, when the log has a time line (level 4). */
  readonly timeUs: number;
}

// One of the kernel's messages lacks the end of its line: the statistics follow on it.
const STATISTICS =
  /processed (\d+) insns \(limit \d+\) max_states_per_insn (\d+) total_states (\d+) peak_states (\d+) mark_read \d+\n?$/;

/** The statistics that a log ends with; zeros when it has none. */
export function statisticsOf(log: string): Statistics {
  const found = STATISTICS.exec(log.slice(-4096)) ?? [];
  const [processed, maxStatesPerInsn, totalStates, peakStates] = [1, 2, 3, 4].map((i) => Number(found[i] ?? 0));
  const time = /^verification time (\d+) usec/m.exec(log);
  return {
    processed: processed!,
    maxStatesPerInsn: maxStatesPerInsn!,
    totalStates: totalStates!,
    peakStates: peakStates!,
    timeUs: Number(time?.[1] ?? 0),
  };
}
