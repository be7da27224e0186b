import type { ExplorationIndex } from './model.ts';

/** Rows of all lanes. */
export interface Rows {
  readonly count: number;
  readonly row: Uint16Array;
  /** 1 where the waiting line of the path would run through other lanes, so that only its two ends are drawn. */
  readonly stub: Uint8Array;
}

/**
 * Gives every lane a row. Lanes go down like stairs in the order in which they are walked; when `available` rows are used up they
 * start again at the top. A row is free for a path when its last lane ended before the fork from which this path waits.
 * As only one path is walked at a time two lanes never overlap, whatever their rows; only waiting lines may have to be cut short.
 */
export function assignRows(index: ExplorationIndex, available: number): Rows {
  const count = Math.max(1, Math.min(available, index.pathCount));
  const row = new Uint16Array(index.pathCount);
  const stub = new Uint8Array(index.pathCount);
  const ends = new Float64Array(count).fill(-1);
  let previous = -1;
  for (let i = 0; i < index.pathCount; i++) {
    let found = -1;
    for (let k = 1; k <= count && found < 0; k++) {
      const candidate = (previous + k) % count;
      if (ends[candidate]! < index.waitFrom[i]!) found = candidate;
    }
    if (found < 0) {
      found = (previous + 1) % count;
      stub[i] = 1;
    }
    row[i] = found;
    ends[found] = index.last[i]!;
    previous = found;
  }
  return { count, row, stub };
}
