import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { decodeUtf8 } from '../../core/base/utf8.ts';
import { InputError } from '../../core/base/errors.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { EngineAssets } from '../../core/engine/index.ts';
import type { Attempt, InputFile } from '../../core/engine/protocol.ts';
import { SCHEMAS, schemaNamed } from '../../core/lesson/schemas.ts';
import { readClass, summaryCsv, summaryOf } from '../../core/lesson/summary.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import { compile, findCompiler } from '../../node/compiler/compiler.ts';
import { headersOf } from '../../node/compiler/headers.ts';
import { assets, readInput } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';
import { isFolder } from '../../node/pack-folder.ts';
import { UsageError } from '../../node/usage-error.ts';
import { isPackName } from '../../core/lesson/pack.ts';
import { isPack, lintLessons, lintPack, lintText, makePack, watchLessons, withPack } from './lesson-packs.ts';

export const LESSON_HELP = `iterscope lesson list [PACK] [--json]
  The lessons that ship with Iterscope, or those of a pack. Exit status 1 when one of them cannot be read; the list says why.
iterscope lesson lint [DIR|PACK...] [--json]
  What keeps a lesson from being a good one: its text, whether each question has one right answer and each exercise accepts its
  solution and refuses the attempts in wrong/ and evasions/. DIR is a lesson's folder; without one, those that ship.
iterscope lesson watch DIR
  Lints a lesson's folder, or a pack's, at once and after each change, until Ctrl-C.
iterscope lesson pack DIR [-o FILE.zip] [--anyway]
  Makes a pack of a folder with pack.json and lessons, or of a lesson's folder, once lint has nothing to complain about.
iterscope lesson summary DIR|FILE... [--json|--csv]
  How far each of a class is: files of progress as the app saves them, or folders of such. Exit status 1 when one of them is none.
iterscope lesson schema [NAME]
  Prints the JSON Schema of a format; without NAME, the names.
iterscope lesson check ID FILE [--page N] [--pack PACK] [--compiler PATH] [--json]
  Checks a solution against a lesson's exercise, or one of a pack's: a file of assembly, a definition in JSON where one is asked for, or
  FILE.c, which is compiled first (iterscope compile --help). N counts the lesson's pages from 1.

PACK is a zip, or a folder with pack.json. Exit status of check: 0 solved, 1 not yet, 2 unusable input (a pack that is refused is); of
lint and pack: 0 nothing to complain about, 1 something.
`;

const LIST_OPTIONS = { json: 'boolean' } as const;
const CHECK_OPTIONS = { page: 'string', pack: 'string', compiler: 'string', json: 'boolean' } as const;
const SUMMARY_OPTIONS = { csv: 'boolean', json: 'boolean' } as const;
const PACK_OPTIONS = { output: { type: 'string', short: 'o' }, anyway: 'boolean' } as const;
const OPTIONS = { check: CHECK_OPTIONS, pack: PACK_OPTIONS, summary: SUMMARY_OPTIONS } as const;
interface Values {
  readonly page?: string;
  readonly pack?: string;
  readonly compiler?: string;
  readonly output?: string;
  readonly anyway?: boolean;
  readonly csv?: boolean;
  readonly json?: boolean;
}

/**
 * `iterscope lesson list|lint|watch|pack|summary|check`.
 * @param shipped what the engine is given; what ships unless told
 */
export async function lessonCommand(
  args: readonly string[],
  { out }: Output,
  shipped: EngineAssets = assets(),
): Promise<number> {
  const [action, ...rest] = args;
  const options = Object.hasOwn(OPTIONS, action ?? '') ? OPTIONS[action as keyof typeof OPTIONS] : LIST_OPTIONS;
  const { values, files } = readArguments(rest, options) as { values: Values; files: string[] };
  if (action === 'summary') return summary(files, values, out, shipped);
  if (action === 'schema') return schema(files, out);
  if (action === 'lint') return (await lint(files, values.json === true, out, shipped)) === 0 ? ACCEPTED : REJECTED;
  if (action === 'pack') return makePack(files, values.output, values.anyway === true, out, shipped);
  if (action === 'watch') {
    const [folder] = files;
    if (folder === undefined || files.length > 1) throw new UsageError('lesson watch takes one DIR');
    return watchLessons(folder, () => lint([folder], false, out, shipped), { out });
  }
  if (action === 'list') {
    const [path] = files;
    if (files.length > 1 || (path !== undefined && !isPackName(path) && !(await isFolder(path))))
      throw new UsageError(`lesson list takes a pack, a folder or a zip, and '${files.at(-1)!}' is none`);
    const opened = path === undefined ? undefined : await withPack(path, shipped);
    const all = await (opened?.engine ?? createEngine(shipped)).lessons();
    const lessons = all.filter(({ pack }) => pack?.id === opened?.pack.id);
    for (const lesson of lessons) {
      const { id, number, title, minutes, steps, problem } = lesson;
      const words =
        problem === undefined
          ? `${number.padEnd(5)} ${title} (${minutes} min, ${steps} pages)`
          : `      cannot be read: ${problem}`;
      out(values.json === true ? `${JSON.stringify(lesson)}\n` : `${id.padEnd(20)} ${words}\n`);
    }
    return lessons.some(({ problem }) => problem !== undefined) ? REJECTED : ACCEPTED;
  }
  if (action !== 'check')
    throw new UsageError(`lesson ${action ?? ''}: there are list, lint, watch, pack, summary, schema and check`);
  const [named, file] = files;
  if (named === undefined || file === undefined || files.length > 2)
    throw new UsageError('lesson check takes ID and FILE');
  const opened = values.pack === undefined ? undefined : await withPack(values.pack, shipped);
  const engine = opened?.engine ?? createEngine(shipped);
  const id = opened === undefined || named.includes('/') ? named : `${opened.pack.id}/${named}`;
  const known = (await engine.lessons()).map((lesson) => lesson.id);
  if (!known.includes(id)) throw new UsageError(`there is no lesson '${id}'; there are ${known.join(', ')}`);
  const { pages } = await engine.lesson(id);
  const asked = wholeNumber(values.page, 'page', 0, 1) - 1;
  const page = asked >= 0 ? asked : pages.findIndex(({ exercise }) => exercise !== undefined);
  if (pages[page]?.exercise === undefined)
    throw new UsageError(asked >= 0 ? `page ${asked + 1} of ${id} has no exercise` : `${id} has no exercise`);
  const attempt = await attemptOf(file, values.compiler, shipped);
  const { ok, words } = await engine.checkExercise(id, page, attempt);
  if (values.json === true) out(`${JSON.stringify({ lesson: id, page: page + 1, file: basename(file), ok, words })}\n`);
  else out(`${ok ? 'solved' : 'not yet'}: ${words}\n`);
  return ok ? ACCEPTED : REJECTED;
}

/** A file as an attempt at an exercise: C is compiled first. @throws UsageError */
async function attemptOf(file: string, asked: string | undefined, shipped: EngineAssets): Promise<Attempt> {
  const bytes = readInput(file);
  const text = decodeUtf8(bytes);
  if (!file.endsWith('.c')) return text;
  const compiler = await findCompiler(asked);
  if (typeof compiler === 'string') throw new UsageError(compiler);
  const name = basename(file);
  const { object, diagnostics, words } = await compile(compiler, name, text, headersOf(shipped));
  if (object !== undefined) return { source: { name, bytes }, object };
  const error = diagnostics.find(({ kind }) => kind === 'error');
  throw new UsageError(
    error === undefined ? `${file}: ${words}` : `${file}:${error.line}:${error.column}: ${error.text}`,
  );
}

/** Every file of a folder, with names below `lessons/NAME/`. */
function lessonFiles(folder: string): InputFile[] {
  const name = basename(resolve(folder));
  if (!existsSync(join(folder, 'lesson.md'))) throw new UsageError(`${folder} has no lesson.md`);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const within = relative(folder, path).split(sep).join('/');
      return { name: `lessons/${name}/${within}`, bytes: readInput(path) };
    });
}

async function lint(
  given: readonly string[],
  json: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  let bad = 0;
  for (const pack of given.filter(isPack)) bad += await lintPack(pack, json, out, shipped);
  const folders = given.filter((path) => !isPack(path));
  if (given.length === 0 || folders.length > 0) bad += await lintFolders(folders, json, out, shipped);
  return bad;
}

// Lessons by themselves: each takes the place of the one of its name that ships.
async function lintFolders(
  folders: readonly string[],
  json: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const files = folders.flatMap(lessonFiles);
  const names = new Set(folders.map((folder) => `lessons/${basename(resolve(folder))}/`));
  const others = shipped.files.filter(({ name }) => ![...names].some((prefix) => name.startsWith(prefix)));
  const engine = createEngine({ ...shipped, files: [...others, ...files] });
  const wanted = new Set(files.map(({ name }) => name));
  let bad = 0;
  for await (const found of lintLessons(engine, (file) => files.length === 0 || wanted.has(file))) {
    bad += found.complaints.length;
    out(lintText(found, json));
  }
  return bad;
}

/** Files of progress among what was given; of folders those that end in `.json`. */
function progressFiles(given: readonly string[]): string[] {
  return given.flatMap((path) =>
    existsSync(path) && statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
}

async function summary(
  given: readonly string[],
  values: Values,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const files = progressFiles(given);
  if (files.length === 0) throw new UsageError('lesson summary takes files of progress, or folders of them');
  const { learners, refused } = readClass(files.map((name) => ({ name, bytes: readInput(name) })));
  if (learners.length === 0) throw new InputError(refused[0]?.reason ?? '', '', refused[0]?.name);
  const lessons = (await createEngine(shipped).lessons()).filter(({ problem }) => problem === undefined);
  const found = summaryOf(lessons, learners, refused);
  const status = refused.length === 0 ? ACCEPTED : REJECTED;
  if (values.json === true || values.csv === true) {
    out(values.csv === true ? summaryCsv(found) : `${JSON.stringify(found)}\n`);
    return status;
  }
  for (const { name, done, begun, lessons: numbers } of found.learners)
    out(
      `${name.padEnd(24)} ${String(done).padStart(3)} of ${lessons.length} done${begun > 0 ? `, ${begun} begun` : ''}${numbers.length > 0 ? `: ${numbers.join(' ')}` : ''}\n`,
    );
  out('\n');
  for (const { number, title, done, begun } of found.lessons)
    out(
      `${number.padEnd(5)} ${title.padEnd(44)} ${String(done).padStart(3)} done${begun > 0 ? `, ${begun} begun` : ''}\n`,
    );
  if (refused.length > 0) out('\n');
  for (const { name, reason } of refused) out(`${name}: no progress: ${reason}\n`);
  return status;
}

function schema(names: readonly string[], out: Output['out']): number {
  const [name] = names;
  if (names.length > 1) throw new UsageError('lesson schema takes one NAME');
  if (name === undefined) for (const { name: one, about } of SCHEMAS) out(`${one.padEnd(14)} ${about}\n`);
  else {
    const found = schemaNamed(name);
    if (found === undefined)
      throw new UsageError(`there is no schema '${name}'; there are ${SCHEMAS.map((one) => one.name).join(', ')}`);
    out(`${JSON.stringify(found, null, 2)}\n`);
  }
  return ACCEPTED;
}
