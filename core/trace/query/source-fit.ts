/** A line of a source as line info tells it: number from 1, and its text. */
export interface ToldLine {
  readonly line: number;
  readonly text: string;
}

/** A line that is another in the source than in the object. */
export interface DifferentLine {
  readonly line: number;
  /** As the object has it. */
  readonly was: string;
}

/** How a source fits what an object tells of it. */
export interface SourceFit {
  /** So many lines are told of, and so many of them are the same. */
  readonly told: number;
  readonly same: number;
  /** The others, ascending. */
  readonly different: readonly DifferentLine[];
  /** Why it is not this object's source; empty when it fits. */
  readonly refused: string;
}

/** Largest source that is looked at, bytes. */
export const LARGEST_SOURCE = 1 << 20;
/** Most lines that are named in a sentence. */
const MOST_NAMED = 4;

// Tabs and spaces at the end are nobody's business; a line may end in a carriage return.
const plain = (line: string): string => line.trimEnd();

/** Lays a source beside the lines that an object tells of. At least half of them must be the same. */
export function sourceFit(source: string, lines: readonly ToldLine[]): SourceFit {
  const none = (refused: string): SourceFit => ({ told: 0, same: 0, different: [], refused });
  if (source.includes('\0')) return none('it is no text');
  if (source.length > LARGEST_SOURCE) return none(`it has more than ${LARGEST_SOURCE >> 20} MB`);
  const told = new Map<number, string>();
  for (const { line, text } of lines) if (line > 0 && text.trim() !== '') told.set(line, plain(text));
  if (told.size === 0) return none('the object tells of no line of it; compile with -g');
  const rows = source.split('\n').map(plain);
  const different: DifferentLine[] = [];
  for (const [line, was] of [...told].sort(([a], [b]) => a - b))
    if (rows[line - 1] !== was) different.push({ line, was });
  const same = told.size - different.length;
  const counts = { told: told.size, same, different };
  if (same * 2 >= told.size) return { ...counts, refused: '' };
  const how = same === 0 ? `none of the ${told.size} lines` : `only ${same} of the ${told.size} lines`;
  return { ...counts, refused: `${how} that the object tells of ${same === 1 ? 'is' : 'are'} the same in it` };
}

/** `line 12 differs`, `lines 12, 14 and 3 more differ`. */
export function differentWords(different: readonly DifferentLine[]): string {
  const named = different.slice(0, MOST_NAMED).map(({ line }) => String(line));
  const more = different.length - named.length;
  if (more > 0) named.push(`${more} more`);
  const last = named.pop() ?? '';
  return named.length === 0 ? `line ${last} differs` : `lines ${named.join(', ')} and ${last} differ`;
}

/** A fit in one sentence. */
export function fitWords(file: string, { told, different, refused }: SourceFit): string {
  if (refused !== '') return `${file} is not shown: ${refused}`;
  if (different.length > 0) return `${file} has changed since the object was compiled: ${differentWords(different)}`;
  return `${file} is this object's source: ${told === 1 ? 'the one line' : `all ${told} lines`} that it tells of ${told === 1 ? 'is' : 'are'} the same`;
}
