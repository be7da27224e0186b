import { basename } from 'node:path';
import { Unsupported } from '../../core/base/errors.ts';
import { drain } from '../../core/engine/control.ts';
import { findFixes, fixView, ProgramText, reportText, TraceRecorder, TraceView } from '../../core/trace/index.ts';
import type { FixView, Report } from '../../core/trace/index.ts';
import { AS_JSON, AS_TEXT, LogBytes, NO_COUNTS, verdictOf, verify } from '../../core/verifier/index.ts';
import type { LogSink, VerifyInput } from '../../core/verifier/index.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import { assemblyText } from '../../core/engine/session.ts';
import {
  isAssembly,
  kernelModel,
  namedSource,
  programsOf,
  readInput,
  readObject,
  someFiles,
  sourcesBeside,
  withGlobals,
} from '../../node/inputs.ts';
import { LogStore } from '../log-store.ts';
import { DISTRIBUTION } from '../../core/kernel/rules/configuration.ts';
import type { Configuration } from '../../core/kernel/rules/configuration.ts';
import { rulesOff } from '../../core/kernel/rules/iterator-rules.ts';
import { kernelRefusal } from '../../oracle/kernel/load.ts';
import { thisMachine } from '../../oracle/kernel/machine.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, oneLine, REJECTED, UNUSABLE } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';
import type { VerdictLine } from '../report.ts';
import { heading, median, verdictLine, writeJsonLine } from '../report.ts';

export const VERIFY_HELP = `iterscope verify FILE… [--prog NAME] [--log-level 0|1|2|4] [--btf FILE] [--repeat N] [--set NAME=VALUE]…
  [--machine distribution|this] [--model FILE.json] [--explain [--source FILE]] [--json]
Verifies every program of BPF objects, or of files of assembly (.asm), as Linux 6.18 would, and prints the verifier's log.

  --prog NAME        only this program
  --log-level LEVEL  0 none, 1 the failing path (what you get unless you ask), 2 everything, 4 the statistics alone
  --btf FILE         another kernel's BTF, e.g. /sys/kernel/btf/vmlinux
  --set NAME=VALUE   set a global variable before loading, as often as needed: \`debug=true\`, \`pids[2]=7\`, \`config.mode=FAST\`;
                     \`MAP.max_entries=64\` sizes a map that user space is to size
  --machine WHICH    whose configuration: distribution, as Debian ships 6.18 (what you get unless you ask), or this, as this machine's
                     kernel tells: number of CPUs, memory, helpers that it locks down
  --model FILE.json  another kernel than Linux 6.18: iterators of one's own, limits, rules about iterators that are switched off (see
                     iterscope iterator --help); a model without a rule says so before every log and in every line of JSON
  --repeat N         verify N times, warmed up before; the time is the median
  --explain          in plain words: why it was rejected and a fix that the verifier accepts, or what the walk was like; takes the
                     place of the log
  --source FILE      with --explain: the C source, where it does not lie beside the object; its lines must be those of the object
  --json             one line of JSON a program; with --explain the same as data under 'explain'

Exit status: 0 all accepted, 1 some rejected, 2 unusable input or a program that the model does not cover.
`;

export const LEVELS = ['0', '1', '2', '4'] as const;

/** `--log-level`'s value. @throws UsageError */
export function logLevel(text: string | undefined): 0 | 1 | 2 | 4 {
  if (text === undefined) return 1;
  if (!(LEVELS as readonly string[]).includes(text))
    throw new UsageError(`--log-level: '${text}' is none of ${LEVELS.join(', ')}`);
  return Number(text) as 0 | 1 | 2 | 4;
}

/** `--machine`'s value. @throws UsageError */
function machineOf(text: string | undefined): Configuration {
  if (text === undefined || text === 'distribution') return DISTRIBUTION;
  if (text !== 'this') throw new UsageError(`--machine: '${text}' is neither distribution nor this`);
  const refusal = kernelRefusal();
  if (refusal !== null) throw new UsageError(`--machine this: this machine's kernel cannot be asked: ${refusal}`);
  return thisMachine();
}

const microseconds = (): number => performance.now() * 1000;

/** `iterscope verify`. */
export function verifyCommand(args: readonly string[], { out, err, bytes }: Output): number {
  const { values, files } = readArguments(args, {
    prog: 'string',
    'log-level': 'string',
    btf: 'string',
    repeat: 'string',
    set: 'strings',
    explain: 'boolean',
    source: 'string',
    json: 'boolean',
    machine: 'string',
    model: 'string',
  });
  const machine = machineOf(values.machine);
  if (values.source !== undefined && values.explain !== true) throw new UsageError('--source: it goes with --explain');
  const level = logLevel(values['log-level']);
  const repeat = wholeNumber(values.repeat, 'repeat', 1, 1);
  const kernel = kernelModel(values.btf, values.model);
  const off = rulesOff(kernel.rules);
  // A log begins with it; what has none is headed by it.
  if (kernel.notice !== '' && values.json !== true && (values.explain === true || level === 0))
    out(`${kernel.notice}\n`);
  let status = ACCEPTED;
  let shown = 0;
  for (const file of someFiles(files)) {
    try {
      const object = withGlobals(readObject(file, kernel), values.set);
      const programs = programsOf(object, file, values.prog);
      for (const program of programs) {
        const input = { program, object, kernel, machine };
        const alone = programs.length === 1 && files.length === 1 && level !== 0;
        const explain = values.explain === true;
        const json = values.json === true;
        // A log with nothing above it goes out as it is written.
        const encoding = json ? AS_JSON : AS_TEXT;
        const text = new LogBytes(bytes);
        const store = new LogStore(encoding);
        const direct = alone && !explain && !json && repeat === 1;
        const line = verifyOnce(input, basename(file), explain && !json ? 0 : level, repeat, direct ? text : store);
        text.flush();
        const log = (): void => {
          if (!store.give(bytes)) writeLog(input, level, new LogBytes(bytes, encoding));
        };
        const explained = explain ? explainedProgram(input, file, values.source) : null;
        const more = {
          ...(explained === null ? {} : { explain: explained }),
          ...(off.length === 0 ? {} : { rulesOff: off }),
        };
        if (json) writeJsonLine(line, log, more, out);
        else if (explained !== null) out(`${shown++ > 0 ? '\n' : ''}${reportText(explained, explained.fixes)}`);
        // A map that is refused has no log: the line says why.
        else if (direct && line.reason !== undefined) out(`${heading(line)}\n`);
        else if (!direct) {
          if (!alone || line.reason !== undefined) out(`${heading(line)}\n`);
          log();
        }
        if (line.unsupported !== undefined) {
          err(`${file}: ${program.name}: unsupported: ${line.unsupported}\n`);
          status = UNUSABLE;
        } else if (line.errno !== 0) status = Math.max(status, REJECTED);
      }
    } catch (error) {
      const words = oneLine(error);
      if (words === null) throw error;
      err(`${words}\n`);
      status = UNUSABLE;
    }
  }
  return status;
}

/** Verifies once more, for the log alone. */
function writeLog(input: VerifyInput, logLevel: 0 | 1 | 2 | 4, onLog: LogBytes): void {
  verify(input, { logLevel, onLog, now: microseconds });
  onLog.flush();
}

/** What `--explain` tells. */
type Explained = Report & { readonly fixes: readonly FixView[] };

/** A verification once more, recorded, in brief; and what would make the verifier accept it. */
function explainedProgram(input: VerifyInput, file: string, source: string | undefined): Explained {
  const recorder = new TraceRecorder(input.object.maps);
  const result = verify(input, { logLevel: 0, sink: recorder, now: microseconds });
  const trace = recorder.finish(verdictOf(result), result.rejection ?? null);
  const sources = source === undefined ? sourcesBeside(file, input.program) : namedSource(source, input.program);
  const text = isAssembly(file)
    ? assemblyText({ kind: 'assembly', file: basename(file), bytes: readInput(file) }, input)
    : new ProgramText(input.program, input.object, input.kernel, sources);
  const { kernel } = input;
  const machine = input.machine ?? DISTRIBUTION;
  const fixes = drain(findFixes(trace, text, { kernel, machine })).map((fix) => fixView(text, fix, kernel));
  return { ...new TraceView(trace, text).report(), fixes };
}

const NOWHERE: LogSink = { write: () => {} };

/** Microseconds of unmeasured runs before `--repeat` counts. */
const WARM_UP_US = 500_000;

function verifyOnce(
  input: VerifyInput,
  file: string,
  level: 0 | 1 | 2 | 4,
  repeat: number,
  onLog: LogSink,
): VerdictLine {
  const { name } = input.program;
  const none = { ...NO_COUNTS, timeUs: 0 };
  try {
    let result = verify(input, { logLevel: level, onLog, now: microseconds });
    const again = { logLevel: level, onLog: NOWHERE, now: microseconds };
    // A median over many runs is asked of warm code: the engine's compiler gets its time before anything is counted.
    const warm = microseconds() + WARM_UP_US;
    if (repeat > 1) while (microseconds() < warm) result = verify(input, again);
    const times = [result.timeUs];
    while (times.length < repeat) {
      result = verify(input, again);
      times.push(result.timeUs);
    }
    return verdictLine(file, name, { ...result, timeUs: Math.round(median(times) * 10) / 10 });
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return verdictLine(file, name, { errno: null, unsupported: error.feature, ...none });
  }
}
