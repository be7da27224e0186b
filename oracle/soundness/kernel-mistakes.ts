import type { AssembledOptions } from '../../core/elf/from-insns.ts';
import { PROG_SYSCALL, SLEEPABLE } from '../../core/kernel/rules/program-types.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { BPF_ADD, BPF_ALU64, BPF_LDX, BPF_MEMSX, BPF_X, classOf, modeOf } from '../../core/isa/opcodes.ts';
import type { Outside } from '../../core/follow/index.ts';
import { isKfuncCall, isSubprogCall } from '../../core/isa/insn-kinds.ts';
import type { Btf } from '../../core/btf/btf.ts';
import { PTR_TO_MEM, PTR_TO_STACK, SCALAR } from '../../core/verifier/values/reg.ts';

/** One of the places where Linux 6.18's verifier itself is wrong, so that the model, which follows it, has to be too. */
export interface KernelMistake {
  readonly name: string;
  /** A program that the kernel accepts and that must not be run in it: object and program among the goldens. Absent where there is a proof. */
  readonly golden?: { readonly object: string; readonly program: string };
  /** A program on which a run of the kernel contradicts its own verifier. */
  readonly proof?: {
    /** Type and flags of the program: a raw tracepoint's unless told. */
    readonly options?: Pick<AssembledOptions, 'type' | 'flags'>;
    readonly lines: readonly string[];
    /** What a machine must have for the kernel to show it, where not every one does. */
    readonly needs?: string;
    readonly ctx: Uint8Array;
    readonly says: string;
    readonly returns: number;
  };
  /** Whether a run left the verifier's states just there. */
  readonly met: (outside: Outside, last: Insn, btf: Btf) => boolean;
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
  {
    // At its end its state is what it was before the first next. What it gives then the verifier knows to be NULL, as every iterator owes. That the
    // program returns 1 was recorded in a kernel with a DMA buffer (tests/iter/after-null); this machine need not have one.
    name: 'the iterators over cgroups and DMA buffers begin again when they are asked after NULL',
    proof: {
      options: { type: PROG_SYSCALL, flags: SLEEPABLE },
      needs: 'a DMA buffer',
      lines: [
        'r1 = r10',
        'r1 += -8',
        'call bpf_iter_dmabuf_new',
        'l1:',
        'r1 = r10',
        'r1 += -8',
        'call bpf_iter_dmabuf_next',
        'if r0 != 0 goto l1',
        'r1 = r10',
        'r1 += -8',
        'call bpf_iter_dmabuf_next',
        'r7 = r0',
        'r7 >>= 63',
        'r1 = r10',
        'r1 += -8',
        'call bpf_iter_dmabuf_destroy',
        'r0 = r7',
        'exit',
      ],
      ctx: bytes(0),
      says: 'R0=0 R7=0',
      returns: 1,
    },
    met: ({ kind, spot, known }, last, btf) =>
      kind === 'value' &&
      spot?.what === 'reg' &&
      spot.index === 0 &&
      known !== undefined &&
      'type' in known &&
      known.type === SCALAR &&
      isKfuncCall(last) &&
      ['bpf_iter_css_next', 'bpf_iter_dmabuf_next'].includes(btf.type(last.imm).name),
  },
  {
    // The check of memory arguments lets a known NULL pass before it asks whether the function may be given one; run, it would follow NULL.
    name: 'a constant NULL passes for an argument of a global function that is declared not to be NULL',
    golden: { object: 'subprogs/arguments', program: 'null_for_nonnull' },
    met: ({ kind, spot, known, value }, last) =>
      kind === 'value' &&
      spot?.what === 'reg' &&
      value === 0n &&
      known !== undefined &&
      'type' in known &&
      known.type === PTR_TO_MEM &&
      isSubprogCall(last),
  },
];

/** The kernel's own mistake by which a run left the verifier's states, or null for one of ours. */
export function kernelMistake(outside: Outside, insns: readonly Insn[], btf: Btf): string | null {
  const last = insns[outside.after];
  return last === undefined ? null : (KERNEL_MISTAKES.find(({ met }) => met(outside, last, btf))?.name ?? null);
}
