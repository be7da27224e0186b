import { basename } from 'node:path';
import { InputError } from '../../core/base/errors.ts';
import { createEngine, traceInfo } from '../../core/engine/index.ts';
import type { Engine } from '../../core/engine/index.ts';
import { readArguments } from '../arguments.ts';
import { assets, kernelBtf, readInput } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { AS_TEXT } from '../../core/verifier/index.ts';
import { ACCEPTED } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';
import { writeWhole } from '../write-whole.ts';

export const TRACE_HELP = `iterscope trace export FILE [--prog NAME] [--format iterscope|log] [--output FILE]
  Verifies a program of an object and writes its trace (.iterscope, or the kernel's log at level 2); --output - writes it to standard output.
iterscope trace import FILE [--log]
  Reads a trace and prints what it holds; --log prints its log.
iterscope trace info FILE
  What is inside a .iterscope file.
`;

const OPTIONS = {
  export: { prog: 'string', format: 'string', output: 'string' },
  import: { log: 'boolean' },
  info: {},
} as const;

/** `iterscope trace export|import|info`. */
export async function traceCommand(args: readonly string[], output: Output): Promise<number> {
  const { out, bytes: outBytes } = output;
  const [action, ...rest] = args;
  if (action !== 'export' && action !== 'import' && action !== 'info')
    throw new UsageError(`trace ${action ?? ''}: it is 'trace export', 'trace import' or 'trace info'`);
  const { values, files } = readArguments(rest, OPTIONS[action]) as { values: Values; files: string[] };
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError(`trace ${action} takes one FILE`);
  const format = values.format ?? 'iterscope';
  if (format !== 'iterscope' && format !== 'log')
    throw new UsageError(`--format: '${format}' is neither iterscope nor log`);
  const bytes = readInput(file);
  const name = basename(file);
  if (action === 'info') {
    const lines = traceInfo(bytes, name, kernelBtf(), { timeMs: 60_000, now: () => performance.now() });
    out(`${lines.join('\n')}\n`);
    return ACCEPTED;
  }
  const engine = createEngine(assets(), { now: () => performance.now(), timeMs: 600_000 });
  const sessions = await opened(engine, name, bytes);
  if (action === 'import') {
    for (const { session, summary } of sessions)
      if (values.log === true) engine.writeLog(session, 2, outBytes, AS_TEXT);
      else out(`${name}: ${summary}\n`);
    return ACCEPTED;
  }
  const programs = sessions.map(({ program }) => program);
  const chosen = sessions.filter(({ program }) => values.prog === undefined || program === values.prog);
  if (chosen.length === 0)
    throw new InputError(`it has no program '${values.prog ?? ''}'; it has ${programs.join(', ')}`, '', file);
  if (chosen.length > 1) throw new UsageError(`which program? --prog ${programs.join(' | ')}`);
  await write(engine, chosen[0]!, format, values.output, output);
  return ACCEPTED;
}

interface Values {
  readonly prog?: string;
  readonly format?: string;
  readonly output?: string;
  readonly log?: boolean;
}

/** Writes what is exported, in pieces where it is a log; a file appears under its name only once it is whole. */
async function write(
  engine: Engine,
  { session, program }: { readonly session: number; readonly program: string },
  format: 'iterscope' | 'log',
  target: string | undefined,
  { err, bytes: outBytes }: Output,
): Promise<void> {
  const produce = async (take: (chunk: Uint8Array) => void): Promise<void> => {
    if (format === 'log') engine.writeLog(session, 2, take);
    else take((await engine.exportTrace(session, format)).bytes);
  };
  if (target === '-') return produce(outBytes);
  const file = target ?? `${basename(program)}.${format}`;
  const size = await writeWhole(file, produce);
  err(`wrote ${file}, ${size} bytes\n`);
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
