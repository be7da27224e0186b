import { basename } from 'node:path';
import { InputError } from '../../core/base/errors.ts';
import { EXPORTERS, EXPORT_FORMATS, findExporter } from '../../core/trace/export/index.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { Engine } from '../../core/engine/index.ts';
import { readArguments } from '../arguments.ts';
import { assets, readInput } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { AS_TEXT } from '../../core/verifier/index.ts';
import { ACCEPTED } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';
import { writeWhole } from '../write-whole.ts';

export const TRACE_HELP = `iterscope trace export FILE [--prog NAME] [--format ${EXPORT_FORMATS.join('|')}] [--output FILE]
  Verifies a program of an object and writes it as a file: ${EXPORTERS.map(({ id, words }) => `${id}, ${words}`).join('; ')}.
  --output - writes it to standard output.
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
  const exporter = findExporter(values.format ?? EXPORTERS[0].id);
  if (exporter === undefined)
    throw new UsageError(`--format: '${values.format ?? ''}' is not one of ${EXPORT_FORMATS.join(', ')}`);
  const bytes = readInput(file);
  const name = basename(file);
  if (action === 'info') {
    const engine = createEngine(assets(), { now: () => performance.now() });
    out(`${engine.traceInfo(bytes, name).join('\n')}\n`);
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
  await write(engine, chosen[0]!, exporter, values.output, output);
  return ACCEPTED;
}

interface Values {
  readonly prog?: string;
  readonly format?: string;
  readonly output?: string;
  readonly log?: boolean;
}

/** Writes what is exported, piece by piece; a file appears under its name only once it is whole. */
async function write(
  engine: Engine,
  { session, program }: { readonly session: number; readonly program: string },
  { id, extension }: NonNullable<ReturnType<typeof findExporter>>,
  target: string | undefined,
  { err, bytes: outBytes }: Output,
): Promise<void> {
  const produce = (take: (piece: Uint8Array) => void): void => engine.writeExport(session, id, take);
  if (target === '-') return produce(outBytes);
  const file = target ?? `${basename(program)}.${extension}`;
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
