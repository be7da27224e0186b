import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../core/base/errors.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { Engine, EngineAssets } from '../../core/engine/index.ts';
import type { InputFile, LessonComplaint, PackInfo } from '../../core/engine/protocol.ts';
import { isPackName } from '../../core/lesson/pack.ts';
import { readInput } from '../../node/inputs.ts';
import { isFolder, packedFolder } from '../../node/pack-folder.ts';
import { watchFolder } from '../../node/watch-folder.ts';
import { UsageError } from '../../node/usage-error.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';
import { writeWhole } from '../write-whole.ts';

/** Whether what was given is a pack: a zip, or a folder with pack.json. */
export const isPack = (path: string): boolean => isPackName(path) || existsSync(join(path, 'pack.json'));

/** A pack's zip: the file, or what a folder becomes. @throws InputError */
export async function packAt(path: string): Promise<InputFile> {
  if (await isFolder(path)) return packedFolder(path);
  return { name: path, bytes: readInput(path) };
}

/** An engine with a pack open. @throws InputError with why it is refused */
export async function withPack(path: string, shipped: EngineAssets): Promise<{ engine: Engine; pack: PackInfo }> {
  const engine = createEngine(shipped);
  return { engine, pack: await engine.openPack(await packAt(path)) };
}

/** What is said of a lesson. */
export interface Linted {
  readonly lesson: string;
  readonly file: string;
  readonly complaints: readonly LessonComplaint[];
}

/** Lints the lessons of an engine that are asked for, one after the other. */
export async function* lintLessons(
  engine: Engine,
  wanted: (file: string, pack?: string) => boolean,
): AsyncGenerator<Linted> {
  for (const { id, problem, file, pack } of await engine.lessons())
    if (wanted(file, pack?.id))
      yield {
        lesson: id,
        file,
        complaints:
          problem === undefined ? await engine.lintLesson(id) : [{ place: '', what: `it cannot be read: ${problem}` }],
      };
}

/** What was found of a lesson, as lines. */
export function lintText({ lesson, file, complaints }: Linted, json: boolean): string {
  if (json) return `${JSON.stringify({ lesson, complaints })}\n`;
  if (complaints.length === 0) return `${lesson}: good\n`;
  return complaints.map(({ place, what }) => `${file}${place === '' ? '' : `: ${place}`}: ${what}\n`).join('');
}

/** Lints a pack; how many complaints there are. */
export async function lintPack(
  path: string,
  json: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const { engine, pack } = await withPack(path, shipped);
  let bad = 0;
  for await (const found of lintLessons(engine, (_file, id) => id === pack.id)) {
    bad += found.complaints.length;
    out(lintText(found, json));
  }
  if (!json && pack.ignored.length > 0) out(`left out, as lessons use no such files: ${pack.ignored.join(', ')}\n`);
  return bad;
}

/** `lesson pack DIR -o FILE.zip`: a pack that is good, as a zip. */
export async function makePack(
  folders: readonly string[],
  to: string | undefined,
  anyway: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const [folder] = folders;
  if (folder === undefined || folders.length > 1 || !(await isFolder(folder)))
    throw new UsageError('lesson pack takes one DIR');
  const zip = await packedFolder(folder);
  const file = to ?? zip.name;
  if (!isPackName(file)) throw new UsageError(`'${file}' does not end in .zip`);
  const bad = await lintPack(folder, false, out, shipped);
  if (bad > 0 && !anyway) {
    out(
      `no pack is made: there ${bad === 1 ? 'is 1 complaint' : `are ${bad} complaints`} (--anyway makes it all the same)\n`,
    );
    return REJECTED;
  }
  out(`${file}: ${await writeWhole(file, (take) => take(zip.bytes))} bytes\n`);
  return ACCEPTED;
}

/**
 * `lesson watch DIR`: lints at once and after each change, until it is ended.
 * @param lint says what is wrong with it, and how much that is
 * @param ended ends it, for tests; nothing but Ctrl-C does unless told
 */
export async function watchLessons(
  folder: string,
  lint: () => Promise<number>,
  { out }: Pick<Output, 'out'>,
  ended: Promise<void> = new Promise(() => {}),
): Promise<number> {
  if (!(await isFolder(folder))) throw new UsageError(`${folder} is no folder`);
  const name = basename(resolve(folder));
  const look = async (): Promise<void> => {
    try {
      const bad = await lint();
      const found = bad === 0 ? 'good' : bad === 1 ? '1 complaint' : `${bad} complaints`;
      out(`${name}: ${found}; waiting for changes\n`);
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof UsageError)) throw error;
      out(`${error.message}\n${name}: waiting for changes\n`);
    }
  };
  // Watched from before it is read: what is changed meanwhile is linted again.
  const stop = watchFolder(folder, look);
  await look();
  await ended;
  stop();
  return ACCEPTED;
}
