import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { InputError, Unsupported } from '../../core/base/errors.ts';
import { parseBtf } from '../../core/btf/parse.ts';
import { loadInput } from '../../core/elf/input.ts';
import type { Counts, KernelAnswer, KernelQuestion } from '../../core/engine/kernel-question.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import { BpfError } from './bpf-syscall.ts';
import { runningKernel } from './facts.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { kernelRefusal, KernelObject } from './load.ts';

const KERNEL_BTF = '/sys/kernel/btf/vmlinux';

/** Asks the running kernel for its verdict of a program, and lays its log beside that of the model. Nothing is attached. */
export function askKernel(question: KernelQuestion): KernelAnswer {
  const refused = (why: string): KernelAnswer => ({ release: release(), refused: why });
  if (process.platform !== 'linux') return refused('this machine runs no Linux');
  const refusal = kernelRefusal();
  if (refusal !== null) return refused(refusal);
  if (!existsSync(KERNEL_BTF)) return refused(`it does not show its types (${KERNEL_BTF})`);
  let kernel: KernelObject | null = null;
  try {
    const model = linux618(parseBtf(new Uint8Array(readFileSync(KERNEL_BTF))));
    const object = loadInput(question.input, question.edits, {
      ...model.loading,
      ...runningKernel(),
      kernelBtf: model.btf,
    });
    const program = object.programs.find(({ name }) => name === question.program);
    if (program === undefined) return refused(`${question.input.file} has no program ${question.program}`);
    if (program.unsupported !== undefined) return refused(`the loader does not cover it: ${program.unsupported}`);
    kernel = new KernelObject(object);
    return answerOf(judge(program, object, model.btf, kernel, question.level));
  } catch (error) {
    if (error instanceof BpfError || error instanceof InputError || error instanceof Unsupported)
      return refused(error.message);
    throw error;
  } finally {
    kernel?.close();
  }
}

function answerOf({ disagreement, difference, kernel, model, unsupported, crash }: Judgement): KernelAnswer {
  return {
    release: release(),
    kernel: counts(kernel),
    ...(model === undefined ? {} : { model: counts(model) }),
    ...(unsupported === undefined ? {} : { unsupported }),
    ...(crash === undefined ? {} : { crash: crash.split('\n')[0] ?? '' }),
    disagreement: disagreement ?? 'none',
    ...(difference === undefined
      ? {}
      : {
          difference: {
            line: difference.line,
            before: difference.before.slice(-2),
            kernel: difference.left ?? null,
            model: difference.right ?? null,
          },
        }),
  };
}

const counts = ({ errno, processed, totalStates, peakStates, maxStatesPerInsn }: Counts): Counts => ({
  errno,
  processed,
  totalStates,
  peakStates,
  maxStatesPerInsn,
});
