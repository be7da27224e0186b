import { InputError } from '../base/errors.ts';
import type { ReadSettings } from '../trace/views/seq-file-view.ts';
import type { Task } from './control.ts';
import type { FilterInside } from './iterate.ts';
import { load, programNamed } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import { verifyProgram } from './verify-program.ts';

/**
 * The program with the variable set by which it leaves out by itself what the link's parameter does not name; null where it has none.
 * @throws InputError when it is not accepted so
 */
export async function filteredInside(
  open: Session,
  settings: ReadSettings,
  { budget }: Surroundings,
  task: Task,
): Promise<FilterInside | null> {
  const { filter: name } = settings;
  const value = settings.tid ?? settings.pid;
  if (name === undefined || value === undefined) return null;
  const { input, edits } = open.origin;
  const object = load(input, open.kernel, [...edits, { kind: 'set', name, value: String(value) }]);
  const program = programNamed(object, open.program.name, open.file);
  const { pause } = task;
  const { stats, probes } = await task.drive(verifyProgram(program, object, open.kernel, budget, { pause }));
  const setting = `${name} = ${value}`;
  if (stats.errno !== 0) throw new InputError(`with ${setting} the program is not accepted: it can't be counted`);
  return { setting, runnable: { program, object, probes, world: open.standing.world } };
}
