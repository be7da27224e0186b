import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { KernelModel } from '../kernel/model.ts';
import { verify } from '../verifier/index.ts';
import type { Rejection } from '../verifier/rejection.ts';
import type { VerifierSink } from '../verifier/sink.ts';

/** Keeps where a walk went, and nothing else of it. */
class Steps implements VerifierSink {
  readonly pcs: number[] = [];
  onStep(_step: number, pc: number): void {
    this.pcs.push(pc);
  }
  onProgram(): void {}
  onPathStart(): void {}
  onFork(): void {}
  onCheckpoint(): void {}
  onCompare(): void {}
  onPathEnd(): void {}
  onPrecise(): void {}
  onWiden(): void {}
  onReject(): void {}
}

/**
 * Verifies a program for its steps alone; null where the model does not cover it.
 * @param cancelled asked now and then: true to give up
 * @throws Stopped
 */
export function walkSteps(
  program: BpfProgram,
  object: BpfObject,
  kernel: KernelModel,
  cancelled: () => boolean = () => false,
): { readonly pcs: readonly number[]; readonly errno: number; readonly rejection: Rejection | null } | null {
  if (program.unsupported !== undefined) return null;
  const steps = new Steps();
  const { errno, rejection = null } = verify(
    { program, object, kernel },
    { logLevel: 0, sink: steps, budget: { cancelled } },
  );
  return errno === null ? null : { pcs: steps.pcs, errno, rejection };
}
