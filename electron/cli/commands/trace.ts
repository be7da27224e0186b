import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError } from '../../../core/base/errors.ts';
import { createEngine, traceInfo } from '../../../core/engine/index.ts';
import type { Engine } from '../../../core/engine/index.ts';
import { readArguments } from '../arguments.ts';
import { assets, kernelBtf, readInput } from '../inputs.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, UsageError } from '../output.ts';

export const TRACE_HELP = `iterscope trace export FILE [--prog NAME] [--format iterscope|log] [--output FILE]
  Verifies a program of an object and writes its trace (.iterscope, or the kernel's log).
iterscope trace import FILE [--log]
  Reads a trace or a log pasted from a kernel, and prints what it holds; --log prints its log.
iterscope trace info FILE
  What is inside a .iterscope file.
`;

/** `iterscope trace export|import|info`. */
export async function traceCommand(args: readonly string[], { out, err }: Output): Promise<number> {
  const [action, ...rest] = args;
  const { values, files } = readArguments(rest, {
    prog: 'string',
    format: 'string',
    output: 'string',
    log: 'boolean',
  });
  if (action !== 'export' && action !== 'import' && action !== 'info')
    throw new UsageError(`trace ${action ?? ''}: it is 'trace export', 'trace import' or 'trace info'`);
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError(`trace ${action} takes one FILE`);
  const bytes = readInput(file);
  const name = basename(file);
  if (action === 'info') {
    const lines = traceInfo(bytes, name, kernelBtf(), { timeMs: 60_000, now: () => performance.now() });
    out(`${lines.join('\n')}\n`);
    return ACCEPTED;
  }
  const engine = createEngine(assets(), { now: () => performance.now() });
  const sessions = await opened(engine, name, bytes);
  if (action === 'import') {
    for (const { session, summary } of sessions)
      out(values.log === true ? await engine.log(session, 2) : `${name}: ${summary}\n`);
    return ACCEPTED;
  }
  const format = values.format ?? 'iterscope';
  if (format !== 'iterscope' && format !== 'log')
    throw new UsageError(`--format: '${format}' is neither iterscope nor log`);
  const programs = sessions.map(({ program }) => program);
  const chosen = sessions.filter(({ program }) => values.prog === undefined || program === values.prog);
  if (chosen.length === 0)
    throw new InputError(`it has no program '${values.prog ?? ''}'; it has ${programs.join(', ')}`, '', file);
  if (chosen.length > 1) throw new UsageError(`which program? --prog ${programs.join(' | ')}`);
  const saved = await engine.exportTrace(chosen[0]!.session, format);
  const target = values.output ?? saved.name;
  writeFileSync(target, saved.bytes);
  err(`wrote ${target}, ${saved.bytes.length} bytes\n`);
  return ACCEPTED;
}

async function opened(
  engine: Engine,
  name: string,
  bytes: Uint8Array,
): Promise<readonly { session: number; program: string; summary: string }[]> {
  const { sessions, errors } = await engine.open([{ name, bytes }]);
  if (sessions.length === 0)
    throw new InputError(errors[0] ?? 'there is nothing to open in it', '', errors.length > 0 ? '' : name);
  return sessions;
}
