import { Unsupported } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Rejection } from '../verifier/rejection.ts';
import type { VerifierSink } from '../verifier/sink.ts';

export interface VerifyResult {
  readonly errno: number | null;
  readonly unsupported?: string;
  readonly processed: number;
  readonly totalStates: number;
  readonly peakStates: number;
  readonly maxStatesPerInsn: number;
  readonly log: string;
  readonly timeUs: number;
  readonly rejection?: Rejection;
}
export function verify(
  _input: { program: BpfProgram; object: BpfObject; kernelBtf: Btf },
  _options: { logLevel: number; sink?: VerifierSink; now?: () => number; budget?: { cancelled?: () => boolean } },
): VerifyResult {
  throw new Unsupported('verification');
}
