const sgr =
  (code: number) =>
  (text: string): string =>
    `\x1b[${code}m${text}\x1b[0m`;

/** Colours of the terminal by what they mean. */
export const style = {
  ok: sgr(32),
  bad: sgr(31),
  warn: sgr(33),
  dim: sgr(90),
  name: sgr(36),
  bold: sgr(1),
};

/** Columns of text, the first `left` of them flushed left, set apart by two blanks. SGR codes have no width. */
export function columns(rows: readonly (readonly string[])[], left: number): string {
  // eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
  const width = (cell: string): number => cell.replace(/\x1b\[\d+m/g, '').length;
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))));
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const pad = ' '.repeat(widths[i]! - width(cell));
          return i < left ? cell + pad : pad + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
