import { release } from 'node:os';
import { AS_JSON, AS_TEXT, LogBytes, NO_COUNTS } from '../../core/verifier/index.ts';
import { basename } from 'node:path';
import { readArguments, wholeNumber } from '../arguments.ts';
import { existsSync } from 'node:fs';
import { kernelModel, programsOf, readObject, someFiles, withGlobals } from '../../node/inputs.ts';
import type { Judgement } from '../../oracle/kernel/judge.ts';
import { judge } from '../../oracle/kernel/judge.ts';
import { BpfError } from '../../oracle/kernel/bpf-syscall.ts';
import { runningKernel } from '../../oracle/kernel/facts.ts';
import { kernelRefusal, KernelObject, MapRefused } from '../../oracle/kernel/load.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, oneLine, REJECTED, UNUSABLE } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';
import { heading, median, verdictLine, writeJsonLine } from '../report.ts';
import { logLevel } from './verify.ts';

export const KERNEL_HELP = `iterscope kernel verify FILE… [--prog NAME] [--log-level 0|1|2|4] [--btf FILE] [--repeat N] [--set NAME=VALUE]… [--json]
  The same lines as \`verify\`, from the running kernel's verifier. Nothing is attached. Needs root or CAP_BPF and CAP_PERFMON.
iterscope kernel diff FILE… [--prog NAME] [--log-level 1|2] [--btf FILE] [--set NAME=VALUE]…
  Asks both and shows where the model and the running kernel part.

Exit status: 0 all accepted (verify) or equal (diff), 1 some rejected or different, 2 unusable input or the kernel may not be asked.
`;

const DIFF_OPTIONS = { prog: 'string', 'log-level': 'string', btf: 'string', set: 'strings' } as const;
const VERIFY_OPTIONS = { ...DIFF_OPTIONS, repeat: 'string', json: 'boolean' } as const;
interface Options {
  readonly prog?: string;
  readonly 'log-level'?: string;
  readonly btf?: string;
  readonly repeat?: string;
  readonly set?: string[];
  readonly json?: boolean;
}

const KERNEL_BTF = '/sys/kernel/btf/vmlinux';

/** `iterscope kernel verify|diff`. */
export function kernelCommand(args: readonly string[], output: Output): number {
  const [action, ...rest] = args;
  if (action !== 'verify' && action !== 'diff')
    throw new UsageError(`kernel ${action ?? ''}: it is 'kernel verify' or 'kernel diff'`);
  const { values, files } = readArguments(rest, action === 'diff' ? DIFF_OPTIONS : VERIFY_OPTIONS) as {
    values: Options;
    files: string[];
  };
  someFiles(files);
  const level = logLevel(values['log-level'] ?? (action === 'diff' ? '2' : undefined));
  if (action === 'diff' && level !== 1 && level !== 2)
    throw new UsageError(`--log-level: '${level}' is neither 1 nor 2`);
  const repeat = wholeNumber(values.repeat, 'repeat', 1, 1);
  const refusal = kernelRefusal();
  if (refusal !== null) {
    output.err(`the running kernel (${release()}) cannot be asked: ${refusal}\n`);
    return UNUSABLE;
  }
  // Ids of kernel functions have to be the running kernel's own.
  const model = kernelModel(values.btf ?? (existsSync(KERNEL_BTF) ? KERNEL_BTF : undefined));
  let status = ACCEPTED;
  for (const file of files) {
    let kernel: KernelObject | null = null;
    try {
      const object = withGlobals(readObject(file, model, runningKernel()), values.set);
      const programs = programsOf(object, file, values.prog);
      kernel = new KernelObject(object);
      for (const program of programs) {
        try {
          if (program.unsupported !== undefined) {
            output.err(`${file}: ${program.name}: unsupported: ${program.unsupported}\n`);
            status = UNUSABLE;
            continue;
          }
          if (action === 'diff') {
            const judgement = judge(program, object, model.btf, kernel, level === 1 ? 1 : 2);
            output.out(parting(`${file} ${program.name}`, judgement));
            if (judgement.unsupported !== undefined) status = UNUSABLE;
            else if (judgement.disagreement !== null) status = Math.max(status, REJECTED);
            continue;
          }
          const verdict = kernel.verify(program, level);
          const times = [kernel.timeUs(program)];
          while (times.length < repeat) times.push(kernel.timeUs(program));
          const line = verdictLine(basename(file), program.name, { ...verdict, timeUs: median(times) });
          const log = (): void =>
            giveText(verdict.bytes, new LogBytes(output.bytes, values.json === true ? AS_JSON : AS_TEXT));
          if (values.json === true) writeJsonLine(line, log, {}, output.out);
          else {
            if (programs.length > 1 || files.length > 1 || level === 0) output.out(`${heading(line)}\n`);
            log();
          }
          if (line.errno !== 0) status = Math.max(status, REJECTED);
        } catch (error) {
          // A type of program that may not be loaded here, or a map that is not made; the others are asked all the same.
          if (!(error instanceof BpfError)) throw error;
          output.err(`${file}: ${program.name}: ${error.message}\n`);
          if (error instanceof MapRefused && action === 'verify' && values.json === true) {
            const refused = { errno: -error.errno, ...NO_COUNTS };
            const line = verdictLine(basename(file), program.name, { ...refused, reason: error.what, timeUs: 0 });
            writeJsonLine(line, () => {}, {}, output.out);
          }
          status = error instanceof MapRefused ? Math.max(status, REJECTED) : UNUSABLE;
        }
      }
    } catch (error) {
      const words = oneLine(error);
      if (words === null) throw error;
      output.err(words.startsWith(file) ? `${words}\n` : `${file}: ${words}\n`);
      status = UNUSABLE;
    } finally {
      kernel?.close();
    }
  }
  return status;
}

/** A log's bytes as text, in pieces that end with a line where they can. */
function giveText(bytes: Uint8Array, to: LogBytes): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length;) {
    const reach = Math.min(buffer.length, at + (1 << 20));
    const newline = reach < buffer.length ? buffer.lastIndexOf(10, reach) : -1;
    const end = newline > at ? newline + 1 : reach;
    to.write(buffer.subarray(at, end).toString('utf8'));
    at = end;
  }
  to.flush();
}

function parting(name: string, { disagreement, unsupported, difference, crash, kernel, model }: Judgement): string {
  if (unsupported !== undefined) return `${name}: the model does not cover it: ${unsupported}\n`;
  if (disagreement === null) return `${name}: equal (errno ${kernel.errno}, ${kernel.processed} instructions)\n`;
  const lines = [`${name}: ${disagreement} differs; kernel errno ${kernel.errno}, model errno ${model?.errno ?? '-'}`];
  if (crash !== undefined) lines.push(crash);
  if (difference !== undefined) {
    lines.push(`  first difference in line ${difference.line}:`, ...difference.before.map((line) => `    ${line}`));
    lines.push(`  k ${difference.left ?? '(the log ends)'}`, `  m ${difference.right ?? '(the log ends)'}`);
  }
  return `${lines.join('\n')}\n`;
}
