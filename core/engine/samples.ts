import { InputError } from '../base/errors.ts';
import { TRACE_ITER } from '../kernel/rules/program-types.ts';
import { baseName } from '../trace/index.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import type { Sample } from './protocol.ts';
import { load } from './session.ts';
import type { Surroundings } from './session.ts';
import { verifyProgram } from './verify-program.ts';

/**
 * The programs of the samples: accepted ones first, those that are read as iterators behind the others, each kind from the shortest walk to the longest. A sample that can't be read is listed at the end,
 * with its problem.
 */
export async function verifySamples(
  files: VirtualFiles,
  { kernel, budget }: Surroundings,
  task: Task,
): Promise<readonly Sample[]> {
  const rows: (Sample & { readonly processed: number; readonly isRead: boolean })[] = [];
  const broken: Sample[] = [];
  for (const path of files.samples()) {
    const file = baseName(path);
    try {
      const source = files.sourcesFor(path).get(file.replace(/\.o$/, '.c')) ?? '';
      const words = /^\/\* (?!SPDX)(.+?) \*\/$/m.exec(source)?.[1] ?? '';
      const object = load({ kind: 'object', file, bytes: files.read(path)! }, kernel);
      for (const program of object.programs) {
        const { pause } = task;
        const { stats } = await task.drive(verifyProgram(program, object, kernel, budget, { pause }));
        const { errno, processed } = stats;
        const isRead = program.expectedAttachType === TRACE_ITER;
        rows.push({ file, title: program.name, words, accepted: errno === 0, processed, isRead });
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      broken.push({ file, title: file, words: '', accepted: false, problem: error.inFile(file).message });
    }
  }
  const sorted = rows
    .sort(
      (a, b) =>
        Number(b.accepted) - Number(a.accepted) || Number(a.isRead) - Number(b.isRead) || a.processed - b.processed,
    )
    .map(({ file, title, words, accepted }) => ({ file, title, words, accepted }));
  return [...sorted, ...broken];
}
