import { decodeUtf8 } from '../base/utf8.ts';
import { printable } from '../base/printable.ts';
import { baseName } from '../trace/index.ts';
import { fitWords, LARGEST_SOURCE } from '../trace/query/source-fit.ts';
import type { InputFile, SourceAnswer } from './protocol.ts';
import type { Session } from './session.ts';

/** A source's name without folders, and its text. */
function read({ name, bytes }: InputFile): { readonly name: string; readonly text: string } {
  // One that is too large is refused by its length alone.
  const text = bytes.length > LARGEST_SOURCE ? ' '.repeat(LARGEST_SOURCE + 1) : decodeUtf8(bytes);
  return { name: baseName(name.replaceAll('\\', '/')), text };
}

/** What a source is to one program. */
export function checkSource(session: Session, file: InputFile): SourceAnswer {
  const { name, text } = read(file);
  const fit = session.fitOf(name, text);
  if (fit === null) {
    const files = [...new Set(session.program.lineInfo.map((line) => baseName(line.file)))];
    const has = files.length === 0 ? 'it has no line information; compile with -g' : `it tells of ${files.join(', ')}`;
    return { name, fits: false, words: printable(`${name} is not shown: ${session.file} does not tell of it, ${has}`) };
  }
  return { name, fits: fit.refused === '', words: printable(fitWords(name, fit)) };
}

/** Shows a source beside every open program that tells of it. The answer is that of the program that it fits worst; undefined when none tells of it. */
export function addSource(sessions: readonly Session[], file: InputFile): SourceAnswer | undefined {
  const { name, text } = read(file);
  let answer: SourceAnswer | undefined;
  let worst = -1;
  for (const session of sessions) {
    const fit = session.fitOf(name, text);
    if (fit === null) continue;
    session.addSource(name, text);
    const missing = fit.refused === '' ? fit.different.length : Infinity;
    if (missing <= worst) continue;
    worst = missing;
    answer = checkSource(session, file);
  }
  return answer;
}
