import type { InputFile } from '../../core/engine/protocol.ts';
import { isPackName } from '../../core/lesson/pack.ts';
import { classroom } from './classroom.svelte.ts';
import { packs } from './packs.svelte.ts';
import { isProgressFile } from './portable.ts';
import { reader } from './reader.svelte.ts';

/**
 * Takes what the lessons know of among files that are opened, and gives the rest: packs, and files of progress. One of those is taken in as one's own;
 * several, or any where a class is on show, are a class.
 */
export function takeLessonFiles(files: readonly InputFile[]): readonly InputFile[] {
  for (const file of files) if (isPackName(file.name)) void packs.take(file);
  const others = files.filter(({ name }) => !isPackName(name));
  const progress = others.filter((file) => (classroom.shown ? file.name.endsWith('.json') : isProgressFile(file)));
  const [only] = progress;
  if (only !== undefined && progress.length === 1 && !classroom.shown) reader.takeProgress(only);
  else if (only !== undefined) {
    // Beside files of progress, whatever else is JSON was meant for one: it is named with what is wrong with it.
    classroom.take(others.filter(({ name }) => name.endsWith('.json')));
    classroom.show();
    return others.filter(({ name }) => !name.endsWith('.json'));
  }
  return others.filter((file) => !progress.includes(file));
}
