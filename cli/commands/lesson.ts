import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { decodeUtf8 } from '../../core/base/utf8.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { EngineAssets } from '../../core/engine/index.ts';
import type { Attempt, InputFile } from '../../core/engine/protocol.ts';
import { readProgress, summaryOf } from '../../core/lesson/progress.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import { compile, findCompiler } from '../../node/compiler/compiler.ts';
import { headersOf } from '../../node/compiler/headers.ts';
import { assets, readInput } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';

export const LESSON_HELP = `iterscope lesson list [--json]
  The lessons that ship with Iterscope. Exit status 1 when one of them cannot be read; the list says why.
iterscope lesson lint [DIR...] [--json]
  What keeps a lesson from being a good one: its text, whether each question has one right answer and each exercise accepts its
  solution and refuses the attempts in wrong/ and evasions/. DIR is a lesson's folder; without one, those that ship.
iterscope lesson summary DIR|FILE... [--json]
  How far each of a class is: files of progress as the app saves them, or folders of such.
iterscope lesson check ID FILE [--page N] [--compiler PATH] [--json]
  Checks a solution against a lesson's exercise: a file of assembly, a definition in JSON where one is asked for, or FILE.c, which is
  compiled first (iterscope compile --help). N counts the lesson's pages from 1.

Exit status of check: 0 solved, 1 not yet, 2 unusable input; of lint: 0 nothing to complain about, 1 something.
`;

const LIST_OPTIONS = { json: 'boolean' } as const;
const CHECK_OPTIONS = { page: 'string', compiler: 'string', json: 'boolean' } as const;
interface Values {
  readonly page?: string;
  readonly compiler?: string;
  readonly json?: boolean;
}

/**
 * `iterscope lesson list|lint|summary|check`.
 * @param shipped what the engine is given; what ships unless told
 */
export async function lessonCommand(
  args: readonly string[],
  { out }: Output,
  shipped: EngineAssets = assets(),
): Promise<number> {
  const [action, ...rest] = args;
  const options = action === 'check' ? CHECK_OPTIONS : LIST_OPTIONS;
  const { values, files } = readArguments(rest, options) as { values: Values; files: string[] };
  if (action === 'summary') return summary(files, values.json === true, out, shipped);
  if (action === 'lint') return lint(files, values.json === true, out, shipped);
  const engine = createEngine(shipped);
  if (action === 'list') {
    if (files.length > 0) throw new UsageError(`lesson list takes no words, and '${files[0]!}' is one`);
    const lessons = await engine.lessons();
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
    throw new UsageError(
      `lesson ${action ?? ''}: it is 'lesson list', 'lesson lint DIR', 'lesson summary DIR' or 'lesson check ID FILE'`,
    );
  const [id, file] = files;
  if (id === undefined || file === undefined || files.length > 2)
    throw new UsageError('lesson check takes ID and FILE');
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
  folders: readonly string[],
  json: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const given = folders.flatMap(lessonFiles);
  const names = new Set(folders.map((folder) => `lessons/${basename(resolve(folder))}/`));
  // A folder takes the place of the one of its name that ships.
  const others = shipped.files.filter(({ name }) => ![...names].some((prefix) => name.startsWith(prefix)));
  const engine = createEngine({ ...shipped, files: [...others, ...given] });
  const wanted = given.length === 0 ? null : new Set(given.map(({ name }) => name));
  let bad = 0;
  for (const { id, problem, file } of await engine.lessons()) {
    if (wanted !== null && !wanted.has(file)) continue;
    const complaints =
      problem === undefined ? await engine.lintLesson(id) : [{ place: '', what: `it cannot be read: ${problem}` }];
    bad += complaints.length;
    if (json) out(`${JSON.stringify({ lesson: id, complaints })}\n`);
    else if (complaints.length === 0) out(`${id}: good\n`);
    else for (const { place, what } of complaints) out(`${file}${place === '' ? '' : `: ${place}`}: ${what}\n`);
  }
  return bad === 0 ? ACCEPTED : REJECTED;
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
  json: boolean,
  out: Output['out'],
  shipped: EngineAssets,
): Promise<number> {
  const files = progressFiles(given);
  if (files.length === 0) throw new UsageError('lesson summary takes files of progress, or folders of them');
  const all = files.map((file) => ({
    name: basename(file, '.json'),
    progress: readProgress(readInput(file), file),
  }));
  const lessons = (await createEngine(shipped).lessons()).filter(({ problem }) => problem === undefined);
  const found = summaryOf(lessons, all);
  if (json) {
    out(`${JSON.stringify(found)}\n`);
    return ACCEPTED;
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
  return ACCEPTED;
}
