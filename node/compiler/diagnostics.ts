import type { Diagnostic } from '../../core/engine/compiled.ts';

const LINE = /^(.+?):(\d+):(\d+): (fatal error|error|warning|note): (.*)$/;

/**
 * Reads what clang prints without colours and without the quoted lines.
 * @param own name of the file that was compiled; others keep theirs, without folders
 */
export function diagnosticsOf(output: string, own: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of output.split(/\r?\n/)) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, path = '', row = '', column = '', kind = '', text = ''] = match;
    const file = path.split(/[\\/]/).at(-1) ?? path;
    found.push({
      line: Number(row),
      column: Number(column),
      kind: kind === 'fatal error' ? 'error' : (kind as Diagnostic['kind']),
      text,
      file: file === own ? '' : file,
    });
  }
  return found;
}
