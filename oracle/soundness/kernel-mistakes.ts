import type { Insn } from '../../core/isa/insn.ts';
import { BPF_ADD, BPF_ALU64, BPF_LDX, BPF_MEMSX, BPF_X, classOf, modeOf } from '../../core/isa/opcodes.ts';
import type { Outside } from '../../core/follow/index.ts';
import { PTR_TO_STACK } from '../../core/verifier/values/reg.ts';

/** One of the places where Linux 6.18's verifier itself is wrong, so that the model, which follows it, has to be too. */
export interface KernelMistake {
  readonly name: string;
  /** A program on which a run of the kernel contradicts its own verifier. */
  readonly proof: {
    readonly lines: readonly string[];
    readonly ctx: Uint8Array;
    readonly says: string;
    readonly returns: number;
  };
  /** Whether a run left the verifier's states just there. */
  readonly met: (outside: Outside, last: Insn) => boolean;
}

const bytes = (first: number): Uint8Array => Uint8Array.of(first, 0, 0, 0, 0, 0, 0, 0);

export const KERNEL_MISTAKES: readonly KernelMistake[] = [
  {
    // The sum is taken to point into the main program's stack, at the same offset.
    name: 'number += pointer forgets whose stack the pointer points into',
    proof: {
      lines: [
        '*(u64 *)(r10 -8) = 0',
        'call f1',
        'exit',
        'f1:',
        '*(u64 *)(r10 -8) = 42',
        'r1 = r10',
        'call f2',
        'exit',
        'f2:',
        'r6 = -8',
        'r6 += r1',
        'r0 = *(u64 *)(r6 +0)',
        'exit',
      ],
      ctx: bytes(0),
      says: 'R0=0 R6=fp[0]-8',
      returns: 42,
    },
    met: ({ kind, spot, known }, last) =>
      kind === 'value' &&
      last.code === (BPF_ALU64 | BPF_ADD | BPF_X) &&
      spot?.what === 'reg' &&
      last.dst === spot.index &&
      known !== undefined &&
      'type' in known &&
      known.type === PTR_TO_STACK,
  },
  {
    // What is loaded keeps the id of the number that was spilled, though sign extension may have changed it: a branch on one then refines
    // the other, here r0 in 0..255 to -128..-1.
    name: 'a sign-extending load of a spilled number stays linked to it',
    proof: {
      lines: [
        'r0 = *(u64 *)(r1 +0)',
        'r0 &= 255',
        '*(u64 *)(r10 -8) = r0',
        'r8 = *(s8 *)(r10 -8)',
        'if r8 s>= 0 goto l1',
        'exit',
        'l1:',
        'r0 = 1',
        'exit',
      ],
      ctx: bytes(200),
      says: 'R8=scalar(id=1,smin=smin32=-128,smax=smax32=-1',
      returns: 200,
    },
    met: ({ kind }, last) => kind === 'link' && classOf(last.code) === BPF_LDX && modeOf(last.code) === BPF_MEMSX,
  },
];

/** The kernel's own mistake by which a run left the verifier's states, or null for one of ours. */
export function kernelMistake(outside: Outside, insns: readonly Insn[]): string | null {
  const last = insns[outside.after];
  return last === undefined ? null : (KERNEL_MISTAKES.find(({ met }) => met(outside, last))?.name ?? null);
}
