import type { KnownEntry } from '../exploration/known.ts';

/** The programs of one file, in the order in which they were opened. */
export interface ProgramGroup {
  readonly file: string;
  readonly programs: readonly KnownEntry[];
  readonly accepted: number;
  readonly rejected: number;
}

/** Programs in whose name, file or verdict every word of a filter occurs, by file. */
export function groupsOf(list: readonly KnownEntry[], filter: string): readonly ProgramGroup[] {
  const parts = filter.trim().toLowerCase().split(/\s+/);
  const byFile = new Map<string, KnownEntry[]>();
  for (const entry of list) {
    const text = `${entry.program} ${entry.file} ${entry.summary}`.toLowerCase();
    if (!parts.every((part) => text.includes(part))) continue;
    const others = byFile.get(entry.file);
    if (others === undefined) byFile.set(entry.file, [entry]);
    else others.push(entry);
  }
  return [...byFile].map(([file, programs]) => ({
    file,
    programs,
    accepted: programs.filter(({ accepted }) => accepted === true).length,
    rejected: programs.filter(({ accepted }) => accepted === false).length,
  }));
}
