import { isJump } from '../../isa/insn-kinds.ts';
import { disasmText } from '../../isa/disasm.ts';
import {
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JLE,
  BPF_JLT,
  BPF_JNE,
  BPF_JSGE,
  BPF_JSGT,
  BPF_JSLE,
  BPF_JSLT,
  CALL,
  EXIT,
  MAY_GOTO,
  opOf,
} from '../../isa/opcodes.ts';
import type { Part } from '../../elf/rewrite.ts';
import type { FixScene } from './scene.ts';

/** A place on the rejected path at which something can be put in. */
export interface Point {
  /** The step before whose instruction it is done. */
  readonly step: number;
  /** That instruction. */
  readonly pc: number;
  /** Only this way to it is changed: the branch that leads there, at this instruction; -1 for all ways. */
  readonly branch: number;
  /** The edit that puts a text there. */
  put(text: string): Part;
}

/** Most places that are tried. */
const MAX_POINTS = 14;

/**
 * Places from the end of the rejected path backwards, in the function of the error: before its last instruction; on the ways that branches took; and
 * where the path runs into what others jump to.
 * @param first the step to stop at: what is looked for does not exist before it
 */
export function* pointsBack(scene: FixScene, first: number): Generator<Point> {
  const { path, program, text } = scene;
  const home = text.subprogOf(scene.pc);
  const seen = new Set<string>();
  let count = 0;
  for (const [i, { step, pc, next }] of path.entries()) {
    if (step <= first || count >= MAX_POINTS) break;
    if (text.subprogOf(pc) !== home) continue;
    const insn = program.insns[pc]!;
    if (next < 0) {
      count++;
      yield { step, pc, branch: -1, put: (text) => ({ from: pc, count: 0, text }) };
      continue;
    }
    if (!isJump(insn) || insn.code === CALL || insn.code === EXIT) continue;
    const key = `${pc} ${next}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const later = path[i - 1]?.step ?? step;
    const conditional = (insn.code & 0xf0) !== 0;
    if (!conditional) {
      count++;
      yield { step, pc, branch: -1, put: (text) => ({ from: pc, count: 0, text }) };
    } else if (next === scene.after(pc)) {
      count++;
      yield { step: later, pc: next, branch: pc, put: (text) => ({ from: next, count: 0, text, jumps: 'behind' }) };
    } else {
      count++;
      yield {
        step: later,
        pc: next,
        branch: pc,
        put: (text) => ({ from: pc, count: 1, text: aside(scene, pc, next, text) }),
      };
    }
  }
}

/** Operations of jumps and their opposites. */
const OPPOSITE: ReadonlyMap<number, number> = new Map(
  [
    [BPF_JEQ, BPF_JNE],
    [BPF_JGT, BPF_JLE],
    [BPF_JGE, BPF_JLT],
    [BPF_JSGT, BPF_JSLE],
    [BPF_JSGE, BPF_JSLT],
  ].flatMap(([a, b]) => [
    [a!, b!],
    [b!, a!],
  ]),
);

// A jump that does something first where it is taken: the opposite condition leads past it.
function aside(scene: FixScene, pc: number, to: number, text: string): string {
  const insn = scene.program.insns[pc]!;
  const opposite = OPPOSITE.get(opOf(insn.code));
  if (opposite === undefined || insn.code === MAY_GOTO)
    return `${scene.jumpTo(pc, 'aside')}\ngoto .${pc + 1}\naside: ${text}\ngoto .${to}`;
  const other = disasmText({ ...insn, code: (insn.code & 0x0f) | opposite }, undefined, { index: pc });
  return `${other.slice(0, other.lastIndexOf('pc'))}.${pc + 1}\n${text}\ngoto .${to}`;
}

/** Where a point is, for a sentence: ``line 12, `x = 1;` ``. */
export function pointWords(scene: FixScene, { pc, branch }: Point): string {
  const { text } = scene;
  return branch < 0 ? `Before ${text.place(pc)}` : `On this way from the condition at ${text.place(branch)}`;
}
