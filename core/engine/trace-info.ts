import { InputError } from '../base/errors.ts';
import type { ReadFacts, ReadHow, RunFacts, Subject } from '../lesson/index.ts';
import { translatedLines } from '../trace/index.ts';
import { Session } from './session.ts';
import type { Surroundings } from './session.ts';

/** What a trace file holds, as lines of text. Throws InputError. */
export function traceInfo(bytes: Uint8Array, file: string, around: Surroundings): string[] {
  let session: Session;
  try {
    session = Session.fromArchive(0, bytes, around);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
  const { data, steps } = session.trace;
  const { input } = session.origin;
  return [
    session.summary,
    `from ${session.file} (${input.kind}, ${input.bytes.length} bytes), ${session.rulesText}`,
    `${steps} steps, ${data.paths.length} paths, ${data.forks.length} forks, ${data.checkpoints.length} checkpoints, ${data.comparisons.length} comparisons`,
    `${data.values.count - 1} distinct values, ${bytes.length} bytes`,
    ...session.marks.all.map(({ step, name }) => `mark at step ${step}${name === '' ? '' : `: ${name}`}`),
  ];
}

/** What a lesson's checks look at; the program is run when the first of them asks for it. */
export function subject(
  session: Session,
  run: (session: Session, setting?: string) => RunFacts,
  read: (session: Session, how: ReadHow) => ReadFacts,
): Subject {
  const facts = new Map<string, RunFacts>();
  const written = new Map<string, ReadFacts>();
  let translated: ReturnType<typeof translatedOf> | undefined;
  return {
    trace: session.trace,
    view: session.view,
    calls: session.program.insns.flatMap((_, i) => session.view.text.callee(i) ?? []),
    run: (setting) => {
      if (session.trace.data.stats.errno !== 0) return null;
      const key = setting ?? '';
      const done = facts.get(key) ?? run(session, setting);
      facts.set(key, done);
      return done;
    },
    translated: () => (translated ??= translatedOf(session)),
    read: (how = {}) => {
      if (session.iterator === undefined || session.trace.data.stats.errno !== 0) return null;
      const key = JSON.stringify(how);
      const done = written.get(key) ?? read(session, how);
      written.set(key, done);
      return done;
    },
  };
}

/** The rewritten program's lines; null when there is none. Programs of lessons are small: it is worked out at once. */
function translatedOf(session: Session): readonly { readonly index: number; readonly text: string }[] | null {
  if (session.trace.data.stats.errno !== 0) return null;
  const work = session.translation(() => false);
  let turn = work.next();
  while (turn.done !== true) turn = work.next();
  return 'unsupported' in turn.value ? null : translatedLines(turn.value);
}
