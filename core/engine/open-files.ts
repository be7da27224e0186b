import { decodeUtf8 } from '../base/utf8.ts';
import { descriptionKind } from './descriptions.ts';
import type { VirtualFiles } from './files.ts';
import { openEach } from './opening.ts';
import type { Opening } from './opening.ts';
import type { InputFile, OpenResult } from './protocol.ts';
import type { Sessions } from './sessions.ts';
import { addSource } from './sources.ts';
import { worldInfo } from './worlds.ts';
import type { Worlds } from './worlds.ts';

const nameOf = ({ name }: InputFile): string => name;

/** Opens files that a person brought: programs, traces, assembly, sources, JSON of worlds and models. */
export async function openFiles(
  host: { readonly files: VirtualFiles; readonly sessions: Sessions; readonly worlds: Worlds },
  files: readonly InputFile[],
  opening: Opening,
): Promise<OpenResult> {
  // Sources first, so that objects opened along with them show them in full, and a world before what is read in it.
  const isSource = ({ name }: InputFile): boolean => /\.([ch]|json)$/.test(name);
  const sorted = [...files].sort((a, b) => Number(isSource(b)) - Number(isSource(a)));
  let world = false;
  const models: InputFile[] = [];
  const sources = files.filter(({ name }) => /\.[ch]$/.test(name));
  const result = await openEach(sorted, nameOf, opening, async (file, opening) => {
    const path = host.files.add(file);
    if (!isSource(file)) return host.sessions.openPath(path, opening);
    const kind = file.name.endsWith('.json') ? descriptionKind(file.bytes) : null;
    if (kind === 'model') models.push(file);
    if (kind === 'world') {
      host.worlds.use(decodeUtf8(file.bytes));
      world = true;
    }
    return [];
  });
  // What a program opened along with them shows already is laid beside once more: to say how it fits. A source that comes alone is for whatever is open.
  const along = new Set(result.sessions.map(({ session }) => session));
  const beside = host.sessions.all.filter(({ id }) => along.size === 0 || along.has(id));
  const found = sources.map((file) => ({ file, answer: addSource(beside, file) }));
  const answers = found.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
  // Headers go along with a source; a source alone belongs to nothing.
  const alone = found.filter(({ file, answer }) => answer === undefined && file.name.endsWith('.c'));
  return {
    ...result,
    errors: [
      ...result.errors,
      ...alone.map(
        ({ file }) => `${nameOf(file)}: no program that is open comes from it. Open its object (.bpf.o) too`,
      ),
      ...answers.filter(({ fits }) => !fits).map(({ words }) => words),
    ],
    ...(answers.length === 0 ? {} : { sources: answers }),
    ...(world ? { world: worldInfo(host.worlds.standing) } : {}),
    ...(models.length === 0 ? {} : { models }),
  };
}
