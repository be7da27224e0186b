import type { Rows } from '../../core/trace/views/view.ts';

/** A mark by its id, which nearly always is its place. */
export function byId<T extends { readonly id: number }>(rows: Rows<T> | undefined, id: number): T | undefined {
  const guess = rows?.at(id);
  if (rows === undefined || guess?.id === id) return guess;
  for (const row of rows) if (row.id === id) return row;
  return undefined;
}
