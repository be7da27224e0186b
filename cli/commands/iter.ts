import { readArguments } from '../arguments.ts';
import { kernelModel, programsOf, readObject } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { UNUSABLE } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';

export const ITER_HELP = `iterscope iter FILE --prog NAME [--pid N] [--tid N] [--map NAME] [--cgroup PATH] [--world FILE]
Attaches an iterator program and reads it until its end. The model does not cover iterator targets: it says so and stops.
`;

/** `iterscope iter`: its words are checked, and then it says that it is not there yet. */
export function iterCommand(args: readonly string[], { err }: Output): number {
  const { values, files } = readArguments(args, {
    prog: 'string',
    pid: 'string',
    tid: 'string',
    map: 'string',
    cgroup: 'string',
    world: 'string',
  });
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('iter takes one FILE');
  programsOf(readObject(file, kernelModel()), file, values.prog);
  err(`unsupported: iterator targets (attach, create, read)\n`);
  return UNUSABLE;
}
