import { InputError } from '../base/errors.ts';
import { fnv1a } from '../base/hash.ts';
import { encodeUtf8 } from '../base/utf8.ts';

/** Lines of C, and the assembly that a compiler could make of them. */
export interface Piece {
  readonly c: string;
  readonly assembly: string;
}
/** Pieces that an exercise can be solved with. */
export interface Pieces {
  /** In the order that solves it. */
  readonly solution: readonly Piece[];
  /** What belongs to no solution. */
  readonly others: readonly Piece[];
}

const isAssembly = (line: string): boolean => /^\s/.test(line);

/**
 * Reads the pieces of an exercise: blocks that blank lines part, each with lines of C from the first column and below them the assembly, indented.
 * They stand in the order that solves the exercise; behind a line `---` stand those that belong to no solution.
 * @throws InputError with the line and the rule broken
 */
export function parsePieces(source: string, file: string): Pieces {
  const solution: Piece[] = [];
  const others: Piece[] = [];
  let into = solution;
  let c: string[] = [];
  let assembly: string[] = [];
  const bad = (line: number, reason: string): InputError => new InputError(reason, `line ${line}`, file);
  const end = (line: number): void => {
    if (c.length === 0 && assembly.length === 0) return;
    if (c.length === 0) throw bad(line, 'a piece begins with its C, in the first column');
    if (assembly.length === 0) throw bad(line, 'below the C of a piece stands its assembly, indented');
    const text = c.join('\n');
    if ([...solution, ...others].some((piece) => piece.c === text))
      throw bad(line, `two pieces have the same C: ${text}`);
    into.push({ c: text, assembly: assembly.join('\n') });
    [c, assembly] = [[], []];
  };
  const lines = source.replace(/\r\n/g, '\n').split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') end(i + 1);
    else if (line.trim() === '---') {
      end(i + 1);
      if (into === others) throw bad(i + 1, 'a second ---');
      into = others;
    } else if (isAssembly(line)) assembly.push(line.trim());
    else if (assembly.length > 0) throw bad(i + 1, 'C below the assembly of a piece: a blank line parts pieces');
    else c.push(line.trimEnd());
  }
  end(lines.length);
  if (solution.length < 2) throw bad(1, 'pieces that are to be put in order are at least two');
  return { solution, others };
}

// A text's place in an order that tells nothing.
const scattered = (text: string): number => fnv1a(encodeUtf8(text));

/** All pieces, in an order that is the same each time and tells nothing. */
export const shuffled = ({ solution, others }: Pieces): readonly Piece[] =>
  [...solution, ...others].sort((a, b) => scattered(a.c) - scattered(b.c));

/** The program that pieces make in an order. */
export const piecesText = (pieces: readonly Piece[]): string => pieces.map(({ assembly }) => assembly).join('\n');

/** How deep each of these pieces of C stands in the braces of those before it. */
export function depthsOf(pieces: readonly string[]): readonly number[] {
  let depth = 0;
  return pieces.map((c) => {
    const closes = /^\s*}/.test(c);
    const here = Math.max(0, closes ? depth - 1 : depth);
    for (const sign of c) depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
    depth = Math.max(0, depth);
    return here;
  });
}

/** Whether each brace of these pieces is closed, and none before it was opened. */
export function closed(pieces: readonly string[]): boolean {
  let depth = 0;
  for (const sign of pieces.join('')) {
    if (sign === '}' && depth === 0) return false;
    depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
  }
  return depth === 0;
}

/** Pieces of C as one text, each as deep as it stands. */
export function indented(pieces: readonly string[]): string {
  const depths = depthsOf(pieces);
  const lines = pieces.flatMap((c, i) => c.split('\n').map((line) => `${'    '.repeat(depths[i] ?? 0)}${line}`));
  return `${lines.join('\n')}\n`;
}
