import type { Control } from './control.ts';
import type { Attempt, CompiledC, EngineApi, InputFile } from './protocol.ts';
import { EXPORT_FORMATS } from '../trace/export/index.ts';
import { checkEdits, MAX_TEXT, settings } from '../trace/record/archive.ts';
import { MAX_MARK_NAME } from '../trace/record/marks.ts';
import type { Moment } from '../trace/views/difference-view.ts';
import type { ReadSettings } from '../trace/views/seq-file-view.ts';
import type { Validator } from '../base/validate.ts';
import { LARGEST_WORLD, MAX_FILE } from '../base/limits.ts';
import { bool, bytes, int, list, oneOf, optional, ShapeError, record, text, variant } from '../base/validate.ts';

/** A request's arguments without its control, which does not cross a port as such. */
type WithoutControl<P extends readonly unknown[]> =
  Required<P> extends readonly [...infer A, Control] ? A : Required<P>;
type Arguments<P extends readonly unknown[]> = { readonly [I in keyof P]-?: Validator<P[I]> };
type Contract = { readonly [K in keyof EngineApi]: Arguments<WithoutControl<Parameters<EngineApi[K]>>> };

/** Largest number of steps, sessions, pages and other small counts. */
const MAX_COUNT = 0x7fffffff;

const file = record<InputFile>({ name: text(4096), bytes: bytes(MAX_FILE) });
const session = int(0, MAX_COUNT);
const step = int(0, MAX_COUNT);
const insn = int(0, MAX_COUNT);
const id = text(200);
const level = oneOf(1, 2);
const format = oneOf(...EXPORT_FORMATS);
/** JSON of a model. */
const description = text(1 << 20);
/** What a person may give as the number of a thread: the kernel takes any, whether there is such a thread or not. */
const threadId = optional(int(0, 0xffff_ffff));
/** The kernel's limit of one `read()`. */
const MAX_READ = 0x7fff_f000;
const readSettings = record<ReadSettings>({
  pid: threadId,
  tid: threadId,
  map: optional(text(256)),
  cgroup: optional(text(4096)),
  order: optional(text(32)),
  size: int(1, MAX_READ),
  filter: optional(text(1000)),
});
const compiled = record<CompiledC>({ source: file, object: bytes(MAX_FILE) });
const attempt: Validator<Attempt> = (value, at) =>
  typeof value === 'string' ? text(1_000_000)(value, at) : compiled(value, at);
const moment = variant<Moment>('at', {
  step: record<Moment & { at: 'step' }>({ at: oneOf('step'), session, step }),
  checkpoint: record<Moment & { at: 'checkpoint' }>({
    at: oneOf('checkpoint'),
    session,
    checkpoint: int(0, MAX_COUNT),
  }),
});
/** Longest search, UTF-16 units. */
const MAX_SEARCH = 1000;
/** Most lines of a log that are given at once. */
const MAX_LINES = 10_000;

/**
 * Every request's arguments, checked where they arrive. Client, server and tests derive from this table and from `EngineApi`: a request that is
 * missing here, or whose validators do not fit its arguments, does not compile.
 */
export const contract: Contract = {
  open: [list(256, file)],
  checkSource: [session, file],
  globals: [session],
  derive: [session, checkEdits],
  firstDifference: [session, session],
  difference: [moment, moment],
  find: [session, text(MAX_SEARCH), step],
  marks: [session],
  setMark: [
    session,
    step,
    (value, at) => (value === null || value === undefined ? null : text(MAX_MARK_NAME)(value, at)),
  ],
  programText: [session],
  tryText: [session, text(MAX_TEXT)],
  keepTrial: [session],
  close: [session],
  question: [session],
  openWith: [session, settings],
  samples: [],
  openSample: [text(4096), optional(id)] as unknown as Contract['openSample'],
  openPage: [id, int(0, 1000)],
  sessions: [],
  info: [session],
  exploration: [session],
  rounds: [session],
  step: [session, step],
  event: [session, step, oneOf(1, -1)],
  firstIterator: [session],
  comparisons: [session, step],
  envelope: [session, insn, text(32)],
  why: [session],
  fixes: [session],
  log: [session, level],
  logInfo: [session, level],
  logLines: [session, level, int(1, MAX_COUNT), int(0, MAX_LINES)],
  logLineOf: [session, level, step],
  logFind: [session, level, text(1000), int(1, MAX_COUNT)],
  logText: [session, level],
  model: [],
  useModel: [(value, at) => (value === null || value === undefined ? null : description(value, at))],
  checkModel: [description],
  definitionParts: [],
  world: [],
  useWorld: [(value, at) => (value === null || value === undefined ? null : text(LARGEST_WORLD)(value, at))],
  moveToWorld: [session],
  run: [session, bool],
  readIterator: [session, readSettings],
  setBreakpoint: [session, insn, bool],
  shell: [text(1_000_000), int(-1, MAX_COUNT), step],
  complete: [text(10_000)],
  lessons: [],
  lesson: [id],
  answer: [id, int(0, 1000), int(0, 100)],
  checkExercise: [id, int(0, 1000), attempt],
  tryExercise: [id, int(0, 1000), attempt],
  lintLesson: [id],
  glossary: [],
  reference: [],
  referenceEntry: [id],
  openReference: [id],
  search: [text(MAX_SEARCH)],
  openPack: [file],
  closePack: [id],
  packs: [],
  solution: [id, int(0, 1000)],
  exportTrace: [session, format],
  exportSize: [session, format],
  exportPieces: [session, format],
  journal: [],
  restore: [bytes(MAX_FILE)],
};

export type RequestName = keyof EngineApi;

export const requestNames = Object.keys(contract) as RequestName[];

/** Checks a request's name and arguments as they came over a port. Throws `ShapeError`. */
export function checkRequest(name: unknown, args: unknown): { name: RequestName; args: unknown[] } {
  if (typeof name !== 'string' || !Object.prototype.hasOwnProperty.call(contract, name))
    throw new ShapeError('request', `unknown request ${JSON.stringify(name)?.slice(0, 80) ?? 'undefined'}`);
  const request = name as RequestName;
  const validators = contract[request] as readonly Validator<unknown>[];
  if (!Array.isArray(args)) throw new ShapeError(request, 'expected an array of arguments');
  if (args.length > validators.length)
    throw new ShapeError(request, `${args.length} arguments, at most ${validators.length} expected`);
  return { name: request, args: validators.map((check, i) => check(args[i], `${request}[${i}]`)) };
}
