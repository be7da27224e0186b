import { isPlace } from '../../explain/names.ts';
import { OF_BOUNDS } from '../../explain/why.ts';
import { BPF_LSH, BPF_MUL, EXIT } from '../../../isa/opcodes.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import { isPointer, SCALAR } from '../../../verifier/values/reg.ts';
import type { Reg } from '../../../verifier/values/reg.ts';
import { boundedValue, heldBy, unscaled } from '../../explain/causes.ts';
import type { Value } from '../../query/flow.ts';
import { madeOf } from '../../explain/chain.ts';
import { regSpot } from '../../../verifier/values/spot.ts';
import type { Candidate, Cure } from '../cure.ts';
import { pointsBack, pointWords } from '../points.ts';
import { signed } from '../scene.ts';
import type { FixScene } from '../scene.ts';
import { guarded } from './null.ts';

/** A register that holds nothing is set, or kept over the call that took its value. */
function* unset(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, state } = scene;
  if (rejection.kind !== 'uninitialized-register' || state === null) return;
  const { reg } = rejection.details;
  const frame = state.frames.length - 1;
  const name = `\`${scene.names.local(pc, reg) ?? `r${reg}`}\``;
  const bare = name.split('`').join('');
  const [lost] = madeOf(scene.trace, text, [regSpot(frame, reg)]);
  if (lost !== undefined && (lost.how === 'clobbered' || lost.how === 'changed') && scene.stepAt(lost.pc) > 0) {
    const before = scene.trace.seek(lost.step).frames.at(-1)?.regs[reg];
    if (before !== undefined && before.type !== 0) {
      const slot = `*(u64 *)(r10 ${signed(scene.fresh(pc, 8))})`;
      yield {
        parts: [
          { from: lost.pc, count: 0, text: `${slot} = r${reg}` },
          { from: pc, count: 0, text: `r${reg} = ${slot}` },
        ].sort((a, b) => a.from - b.from),
        title: `Keep ${name} over the call`,
        write: `${text.place(lost.pc)} spoils r0 to r5: keep the value in a variable (in assembly: r6 to r9, or the stack) and use that at ${text.place(pc)}`,
        at: lost.pc,
      };
    }
  }
  // What a call that gives nothing left.
  const value = reg === 1 && text.subprogOf(pc) === 0 ? null : `r${reg} = 0`;
  if (value === null) return;
  for (const point of pointsBack(scene, 0))
    yield {
      parts: [point.put(value)],
      title: reg === 0 && scene.insn?.code === EXIT ? 'Return something' : `Initialise ${name}`,
      write:
        reg === 0 && scene.insn?.code === EXIT
          ? `${pointWords(scene, point)}: \`return 0;\``
          : `${pointWords(scene, point)}: \`${bare} = 0;\``,
      at: point.pc,
    };
  const { start } = scene.functionOf(pc);
  yield {
    parts: [{ from: start, count: 0, text: value }],
    title: `Initialise ${name}`,
    write: `At the beginning: \`${bare} = 0;\``,
    at: start,
  };
}

/** Bytes of the stack that were never written are set to 0. */
function* unwritten(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, insn } = scene;
  const ofStack =
    rejection.kind === 'invalid-stack-read' ||
    rejection.kind === 'bad-argument' ||
    rejection.kind === 'bad-spill-size' ||
    rejection.kind === 'bad-fill-size' ||
    rejection.kind === 'uninitialized-dynptr' ||
    rejection.kind === 'stack-out-of-bounds';
  if (!ofStack || scene.state === null || insn === undefined) return;
  const places = new Set<number>();
  if (rejection.kind === 'invalid-stack-read') {
    const { off, size } = rejection.details;
    for (let at = Math.floor(off / 8) * 8; at < off + Math.max(1, size); at += 8) places.add(at);
  }
  const spots = rejection.blame.filter(({ what }) => what === 'slot');
  for (const { index } of spots) places.add(-8 * (index + 1));
  // What a register points at, as far as it may reach.
  const lowest = Math.min(...places, 0);
  const list = [...places].filter((off) => off < 0 && off >= -512);
  if (list.length === 0) return;
  const frame = scene.state.frames.length - 1;
  const name = scene.stackName(scene.trace.steps, frame, lowest);
  const zero = (all: readonly number[]): string => all.map((off) => `*(u64 *)(r10 ${signed(off)}) = 0`).join('\n');
  const { start } = scene.functionOf(pc);
  const wider = [...list];
  for (let off = lowest; off < 0; off += 8) if (!wider.includes(off)) wider.push(off);
  for (const all of [list, wider]) {
    yield {
      parts: [{ from: start, count: 0, text: zero(all) }],
      title: `Initialise ${name} before it is read`,
      write: `Where it is declared: \`… = {};\``,
      at: start,
    };
    yield {
      parts: [{ from: pc, count: 0, text: zero(all) }],
      title: `Initialise ${name} before it is read`,
      write: `Before ${text.place(pc)}: set all of its bytes`,
      at: pc,
    };
  }
}

/** Rejections that a bound of some number may cure: those for its limits, and those for what it is part of. */
const MAY_NEED_BOUND: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  ...OF_BOUNDS,
  'variable-offset',
  'variable-stack-argument',
  'invalid-stack-read',
  'misaligned',
  'not-constant',
  'iterator-already-initialized',
  'uninitialized-iterator',
  'no-such-map-field',
  'modified-pointer',
  'bad-argument',
]);

/** Largest numbers that are tried as bounds. */
const BOUNDS = [4095, 1023, 255, 127, 63, 31, 15, 7, 3, 1, 0] as const;

// Where a number is added to a pointer that the blamed register comes from: the addition, and the register with the number.
function addition(scene: FixScene): { readonly pc: number; readonly reg: number } | null {
  const { path, program, text } = scene;
  const home = text.subprogOf(scene.pc);
  for (const { step, pc } of path.slice(0, 60)) {
    const insn = program.insns[pc]!;
    if (text.subprogOf(pc) !== home || (insn.code !== 0x0f && insn.code !== 0x1f)) continue;
    const regs = scene.trace.seek(step).frames.at(-1)?.regs;
    const dst = regs?.[insn.dst];
    const src = regs?.[insn.src];
    if (dst === undefined || src === undefined) continue;
    // A counter is a known number in each round.
    const rounds = path.filter((one) => one.pc === pc).length;
    const open = ({ scalar }: Reg): boolean => !scalar.isConst || rounds > 1;
    if (isPointer(dst) && src.type === SCALAR && open(src)) return { pc, reg: insn.src };
    if (isPointer(src) && dst.type === SCALAR && open(dst)) return { pc, reg: insn.dst };
  }
  return null;
}

function* bounded(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, state } = scene;
  if (!MAY_NEED_BOUND.has(rejection.kind) || state === null || scene.insn === undefined) return;
  const frame = state.frames.length - 1;
  const blamed = scene.blamed;
  const reg = blamed < 0 ? null : scene.reg(blamed);
  const spots: { readonly pc: number; readonly reg: number; readonly value: Value | null }[] = [];
  const value = boundedValue(scene.trace, scene.flow, rejection);
  if (reg !== null && reg.type === SCALAR && !reg.scalar.isConst)
    spots.push({ pc, reg: blamed, value: scene.flow.reg(frame, blamed) });
  // A size that goes along with memory: the argument behind it.
  if (reg !== null && isPointer(reg) && scene.insn.code === 0x85) {
    const size = scene.reg(blamed + 1);
    if (size !== null && size.type === SCALAR && !size.scalar.isConst)
      spots.push({ pc, reg: blamed + 1, value: scene.flow.reg(frame, blamed + 1) });
  }
  const added = addition(scene);
  if (added !== null) spots.push({ ...added, value });
  for (const spot of spots) yield* limited(scene, spot.pc, spot.reg, spot.value, text);
}

// How many times a number its multiple is; null where that is not plain.
function scaleOf({ from }: Value): number | null {
  if (from.kind !== 'computed' || from.right.from.kind !== 'constant') return null;
  const by = Number(from.right.from.value);
  return from.op === BPF_LSH && by < 31 ? 2 ** by : from.op === BPF_MUL && by > 0 ? by : null;
}

function* limited(
  scene: FixScene,
  at: number,
  reg: number,
  value: Value | null,
  text: FixScene['text'],
): Generator<Candidate> {
  const name = value === null ? null : scene.names.of(unscaled(value));
  const scale = value === null || unscaled(value) === value ? 1 : scaleOf(value);
  // Of a number that was multiplied in a way that is not plain, the register is named.
  const bare = name === null || scale === null ? `r${reg}` : name;
  const known = value === null ? null : heldBy(scene.trace, value);
  const place = text.place(at);
  // What is no variable, like `i + 3`, is put into one first, and that is used.
  const plain = isPlace(bare);
  const held = plain ? bare : 'x';
  const first = plain ? '' : `u64 x = ${bare}; `;
  const used = plain ? '' : `, and \`x\` in the place of \`${bare}\``;
  // One bound fits at most: the largest that the verifier lets through is found from above.
  for (const most of BOUNDS) {
    // The limit of the number itself, where what is compared is a multiple of it.
    const own = Math.floor(most / (scale ?? 1));
    if (known !== null && known.type === SCALAR && !known.scalar.isConst && known.scalar.umax <= BigInt(most)) continue;
    yield {
      parts: [{ from: at, count: 0, text: `if r${reg} <= ${most} goto ..${at}\nr0 = 0\nexit` }],
      title: `Check \`${bare}\` before it is used`,
      write: `Before ${place}: \`if (${bare} > ${own}) return 0;\` on the very value that is used, as an unsigned number`,
      at,
    };
    yield {
      parts: [{ from: at, count: 0, text: `r${reg} &= ${most}` }],
      title: `Mask \`${bare}\` to at most ${own}`,
      write: `Before ${place}: \`${first}${held} &= ${own};\`${used}`,
      at,
      grade: 'limits',
      family: `mask ${at}`,
    };
    if (most > 0)
      yield {
        parts: [{ from: at, count: 0, text: `if r${reg} <= ${most} goto ..${at}\nr${reg} = ${most}` }],
        title: `Limit \`${bare}\` to ${own}`,
        write: `Before ${place}: \`${first}if (${held} > ${own}) ${held} = ${own};\`${used}`,
        at,
        grade: 'limits',
        family: `limit ${at}`,
      };
  }
  yield {
    parts: [{ from: at, count: 0, text: `r${reg} &= 1023\nr${reg} += 1` }],
    title: `Keep \`${bare}\` within 1 and 1024`,
    write: `Before ${place}: \`${first}${held} = (${held} & 1023) + 1;\`${used}`,
    at,
    grade: 'limits',
  };
  yield {
    parts: [{ from: at, count: 0, text: `r${reg} = 8` }],
    title: `Use a constant in the place of \`${bare}\``,
    write: `Before ${place}: a constant, for instance the whole size`,
    at,
    grade: 'changes',
  };
}

/** What is returned is brought into the range that is allowed. */
function* returned(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  if (
    rejection.kind === 'bad-callback-return' ||
    rejection.kind === 'returns-stack-pointer' ||
    rejection.kind === 'bad-return-value'
  ) {
    const range = rejection.kind === 'bad-return-value' ? rejection.details.range : { min: 0, max: 0 };
    const { min, max } = range ?? { min: 0, max: 0 };
    const place = text.place(pc);
    const values = [...new Set([min <= 0 && max >= 0 ? 0 : min, max])];
    if (max === 1 && min === 0)
      yield {
        parts: [{ from: pc, count: 0, text: 'r0 &= 1' }],
        title: 'Return 0 or 1',
        write: `At ${place}: \`return … & 1;\`, or \`return !!…;\``,
        at: pc,
        grade: 'limits',
      };
    for (const value of values) {
      for (const point of pointsBack(scene, 0)) {
        yield {
          parts: [point.put(`r0 = ${value}`)],
          title: `Return ${value}: it must be within ${min} and ${max}`,
          write: `${pointWords(scene, point)}: \`return ${value};\``,
          at: point.pc,
          grade: 'limits',
        };
        if (point.branch >= 0) break;
      }
    }
  }
}

/** A division or shift by a constant that is none. */
function* constants(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, insn, text } = scene;
  if (insn === undefined) return;
  if (rejection.kind === 'division-by-zero')
    yield {
      parts: [{ from: pc, count: 1, text: scene.asm(pc).split(' 0').join(' 1') }],
      title: 'Divide by something else than 0',
      write: `At ${text.place(pc)}: another divisor`,
      at: pc,
      grade: 'changes',
    };
  if (rejection.kind === 'invalid-shift') {
    const bits = (insn.code & 7) === 7 ? 63 : 31;
    yield {
      parts: [{ from: pc, count: 1, text: scene.asm(pc).split(String(insn.imm)).join(String(bits)) }],
      title: `Shift by at most ${bits} bits`,
      write: `At ${text.place(pc)}: a smaller number of bits`,
      at: pc,
      grade: 'changes',
    };
  }
  const free = scene.freeRegister(pc);
  if (rejection.kind === 'frame-pointer-write' && free >= 0)
    yield {
      parts: [
        {
          from: pc,
          count: scene.after(pc) - pc,
          text: scene.asm(pc).split('r10 ').join(`r${free} `).split('w10 ').join(`w${free} `),
        },
      ],
      title: `Use another register than r10`,
      write: `At ${text.place(pc)}: r10 is the frame pointer and stays what it is; the result goes to r${free}`,
      at: pc,
      grade: 'moves',
    };
}

/** A check that does not make a number small enough goes round what it is used for. */
function* skipped(scene: FixScene): Generator<Candidate> {
  const { rejection } = scene;
  if (rejection.kind !== 'negative-size' && rejection.kind !== 'zero-size') return;
  const r = scene.blamed;
  if (r < 0) return;
  const name = scene.valueName(r).split('`').join('');
  yield* guarded(scene, `r${r} s> 0`, {
    title: `Check that \`${name}\` is more than 0`,
    test: `${name} > 0`,
    fails: `${name} <= 0`,
  });
}

/** Numbers and bytes: set before they are read, limited before they are used. */
export const values: Cure = {
  id: 'values',
  title: 'Initialise, bound, mask',
  grade: 'adds',
  *candidates(scene) {
    yield* unset(scene);
    yield* unwritten(scene);
    yield* skipped(scene);
    yield* bounded(scene);
    yield* returned(scene);
    yield* constants(scene);
  },
};
