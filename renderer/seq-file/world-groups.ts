import type { WorldRow } from '../../core/trace/views/seq-file-view.ts';

/** Rows that are shown as one: a row with entities, or neighbours that have none for the same reason. */
export interface RowGroup {
  readonly rows: readonly WorldRow[];
  readonly note: string;
}

/** Folds neighbouring rows without entities. */
export function rowGroups(rows: readonly WorldRow[]): RowGroup[] {
  const groups: { rows: WorldRow[]; note: string }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (row.count === 0 && last !== undefined && last.rows[0]!.count === 0 && last.note === row.note)
      last.rows.push(row);
    else groups.push({ rows: [row], note: row.count === 0 ? row.note : '' });
  }
  return groups;
}

/** A group's name: that of its row, or of its first and last. */
export const groupName = ({ rows }: RowGroup): string =>
  rows.length === 1 ? rows[0]!.name : `${rows[0]!.name} … ${rows.at(-1)!.name}`;
