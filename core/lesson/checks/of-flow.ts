import type { Insn } from '../../isa/insn.ts';
import { BPF_LDX, BPF_ST, BPF_STX, classOf } from '../../isa/opcodes.ts';
import { registerUse } from '../../isa/register-use.ts';
import type { FrameView } from '../../verifier/sink.ts';
import { PTR_TO_STACK, SCALAR } from '../../verifier/values/reg.ts';
import type { CheckKind, Subject } from './check.ts';
import { mayComputeResult } from './constant-result.ts';
import { isAccepted } from './check.ts';

/** Registers that a call leaves alone. */
const KEPT = [6, 7, 8, 9];

const frameAt = (s: Subject, step: number): FrameView | undefined => s.trace.seek(step).frames.at(-1);

/**
 * Whether some way to an exit of the program leaves something in r0 that the verifier does not know exactly. Of ways that were cut off as covered the
 * instructions tell.
 */
function computesResult(s: Subject): boolean {
  const { paths } = s.trace.data;
  const walked = paths.some(({ end, lastStep }) => {
    const state = end === 'exit' && lastStep > 0 ? s.trace.seek(lastStep) : null;
    const r0 = state?.frames.length === 1 ? state.frames[0]?.regs[0] : null;
    return r0 != null && !(r0.type === SCALAR && r0.scalar.isConst);
  });
  return walked || (paths.some(({ end }) => end === 'pruned') && mayComputeResult(s.view.text.program.insns));
}

/** What the program returns comes from something that the verifier cannot know: a constant result is none. */
export const computes: CheckKind = {
  name: 'computes',
  usage: 'computes',
  parse: (argument) =>
    argument !== ''
      ? null
      : {
          holds: (s) => isAccepted(s) && computesResult(s),
          failing: (s) =>
            isAccepted(s)
              ? 'On every way, what it returns is a fixed number: it has to be worked out from what it gets.'
              : 'Only a program that the verifier accepts works something out.',
        },
};

/** The stack slot that a load or store of known place touches, as a number of bytes below the frame pointer; 0 for none. */
function slotOf(insn: Insn, base: number, frame: FrameView | undefined): number {
  const reg = frame?.regs[base];
  if (reg == null || reg.type !== PTR_TO_STACK) return 0;
  const below = -(reg.off + insn.off);
  return below <= 0 ? 0 : Math.ceil(below / 8);
}

/** Whether, on one path after a call of a function, something is read that was put there before that call. */
function carriesOver(s: Subject, name: string, where: 'register' | 'stack'): boolean {
  const { insns } = s.view.text.program;
  return s.trace.data.paths.some(({ firstStep, lastStep }) => {
    const before = new Set<number>();
    let old: ReadonlySet<number> | null = null;
    let fresh = new Set<number>();
    for (let step = firstStep; step > 0 && step <= lastStep; step++) {
      const insn = insns[s.trace.pc(step)];
      if (insn === undefined) continue;
      const touched = where === 'register' ? registersOf(insn) : slotsOf(insn, () => frameAt(s, step));
      if (old !== null && touched.reads.some((at) => old?.has(at) === true && !fresh.has(at))) return true;
      for (const at of touched.writes) {
        before.add(at);
        fresh.add(at);
      }
      if (s.view.text.callee(s.trace.pc(step)) === name) {
        old = new Set(before);
        fresh = new Set();
      }
    }
    return false;
  });
}

interface Touched {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}
function registersOf(insn: Insn): Touched {
  const { reads, sets } = registerUse(insn);
  return { reads: KEPT.filter((r) => ((reads >> r) & 1) === 1), writes: KEPT.filter((r) => ((sets >> r) & 1) === 1) };
}
function slotsOf(insn: Insn, frame: () => FrameView | undefined): Touched {
  const cls = classOf(insn.code);
  if (cls === BPF_LDX) return { reads: [slotOf(insn, insn.src, frame())].filter((at) => at > 0), writes: [] };
  if (cls !== BPF_ST && cls !== BPF_STX) return { reads: [], writes: [] };
  return { reads: [], writes: [slotOf(insn, insn.dst, frame())].filter((at) => at > 0) };
}

/** A value is carried over a call, in one of r6 to r9 or in a slot of the stack: written before it, read after it. */
export const carries: CheckKind = {
  name: 'carries',
  usage: 'carries register|stack FUNCTION',
  parse(argument) {
    const match = /^(register|stack) (\w+)$/.exec(argument);
    if (match === null) return null;
    const where = match[1] === 'stack' ? 'stack' : 'register';
    const name = match[2] ?? '';
    const place = where === 'stack' ? 'a slot of the stack' : 'one of r6 to r9';
    return {
      holds: (s) => carriesOver(s, name, where),
      failing: () => `Nothing that ${place} held before the call of ${name} is read after it.`,
    };
  },
};

/** At some call of a function, on any path, an argument is so, in the kernel's text or the learner's words. */
export const callWith: CheckKind = {
  name: 'call-with',
  usage: 'call-with FUNCTION rN: TEXT',
  parse(argument) {
    const match = /^(\w+) (r[1-5]): (.+)$/.exec(argument);
    if (match === null) return null;
    const [, name = '', reg = '', wanted = ''] = match;
    const found = (s: Subject): string[] =>
      stepsOfCall(s, name).map((step) => {
        const known = s.view
          .step(step)
          .frames.at(-1)
          ?.regs.find((one) => one.name === reg);
        return known?.words === wanted ? wanted : (known?.kernel ?? '');
      });
    return {
      holds: (s) => found(s).includes(wanted),
      failing: (s) => {
        const [first] = found(s);
        return first === undefined
          ? `The verifier comes to no call of ${name}.`
          : `When ${name} is called, ${reg} is ${first || 'not readable'}; it should be ${wanted}.`;
      },
    };
  },
};

function stepsOfCall(s: Subject, name: string): number[] {
  const steps: number[] = [];
  s.trace.data.pcs.forEach((pc, i) => {
    if (s.view.text.callee(pc) === name) steps.push(i + 1);
  });
  return steps;
}

/** A structure of the kernel has so many bytes. */
export const sizeOf: CheckKind = {
  name: 'sizeof',
  usage: 'sizeof STRUCT N',
  parse(argument) {
    const match = /^(\w+) (\d+)$/.exec(argument);
    if (match === null) return null;
    const [, name = '', bytes] = match;
    return {
      holds: (s) => sizeOfStruct(s, name) === Number(bytes),
      failing: (s) => `struct ${name} has ${sizeOfStruct(s, name) ?? 'no known number of'} bytes.`,
    };
  },
};

/** Bytes of a structure of the kernel; null when it has none of that name. */
export function sizeOfStruct({ view }: Subject, name: string): number | null {
  const btf = view.text.kernelBtf;
  const id = btf?.find('struct', name) ?? 0;
  return btf === null || id <= 0 ? null : btf.sizeOf(id);
}
