import { regSpot } from '../core/verifier/values/spot.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Btf } from '../core/btf/btf.ts';
import { parseBtf } from '../core/btf/parse.ts';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import type { AssembledOptions } from '../core/elf/from-insns.ts';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject } from '../core/elf/object.ts';
import { assemble } from '../core/isa/asm.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../core/kernel/btf/shipped.ts';
import { verify } from '../core/verifier/index.ts';
import { Reg, SCALAR } from '../core/verifier/values/reg.ts';
import { Scalar } from '../core/verifier/values/scalar/index.ts';
import type { FrameView, StateView, VerifierSink } from '../core/verifier/sink.ts';
import { kernelRefusal, KernelObject } from '../oracle/kernel/load.ts';
import { randomPrograms, themes } from '../oracle/soundness/cases.ts';
import { checkProgram } from '../oracle/soundness/check.ts';
import type { Checked } from '../oracle/soundness/check.ts';
import { compareRuns } from '../oracle/soundness/kernel-runs.ts';
import { KERNEL_MISTAKES } from '../oracle/soundness/kernel-mistakes.ts';
import { goldenNames } from '../oracle/golden-file.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(folder(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`)))));
const resolveIn =
  (btf: Btf) =>
  (name: string): { kfunc: number } | undefined => {
    const id = btf.find('func', name);
    return id === 0 ? undefined : { kfunc: id };
  };
const resolveCall = resolveIn(kernel.btf);

// Programs in C would have to be compiled first.
const assembly = themes.filter((name) => name !== 'c');

interface Sum {
  accepted: number;
  steps: number;
  compared: number;
  loosened: number;
  violations: string[];
}
const nothing = (): Sum => ({ accepted: 0, steps: 0, compared: 0, loosened: 0, violations: [] });
function add(sum: Sum, name: string, checked: Checked): void {
  if (checked.notRun === undefined) sum.accepted++;
  sum.steps += checked.steps;
  sum.compared += checked.compared;
  sum.loosened += checked.loosened;
  sum.violations.push(...checked.violations.map(({ run, text }) => `${name}, run ${run}: ${text}`));
}
function checkAll(sum: Sum, object: BpfObject): void {
  for (const program of object.programs)
    add(
      sum,
      `${object.file} ${program.name}`,
      checkProgram(program, object, kernel.btf, { runs: 2, seed: 1, stepLimit: 2000 }),
    );
}

test('runs of the goldens and samples stay inside the states of the verifier', () => {
  const sum = nothing();
  const root = folder('golden');
  const objects = [
    ...goldenNames(root).map((name) => join(root, `${name}.bpf.o`)),
    ...readdirSync(folder('../samples'))
      .filter((file) => file.endsWith('.bpf.o'))
      .map((file) => join(folder('../samples'), file)),
  ];
  for (const path of objects)
    checkAll(sum, loadObject(new Uint8Array(readFileSync(path)), { file: basename(path), ...kernel.loading }));
  expect(sum.violations).toEqual([]);
  expect(sum.accepted).toBeGreaterThan(300);
  expect(sum.steps).toBeGreaterThan(20_000);
  expect(sum.compared).toBeGreaterThan(100_000);
  expect(sum.loosened).toBeGreaterThan(100);
});

test('so do runs of random programs', () => {
  const sum = nothing();
  for (const { theme, number, program: random } of randomPrograms(assembly, 11, 240, kernel.btf)) {
    const { program, object } = random.load();
    add(
      sum,
      `${theme} ${number}`,
      checkProgram(program, object, kernel.btf, { runs: 3, seed: number, stepLimit: 2000, recording: 2 << 20 }),
    );
  }
  expect(sum.violations).toEqual([]);
  expect(sum.accepted).toBeGreaterThan(80);
  expect(sum.steps).toBeGreaterThan(5_000);
});

const assembled = (lines: readonly string[], options: AssembledOptions = {}): BpfObject =>
  objectFromInsns(assemble(lines.join('\n'), { resolveCall }), options);

/** A recorder that is told something else than the verifier knew before one instruction. */
const falsified =
  (pc: number, change: (frame: FrameView) => FrameView) =>
  (sink: VerifierSink): VerifierSink => {
    const onStep: VerifierSink['onStep'] = (step, at, state) => {
      const top = state.frames.length - 1;
      const changed: StateView = {
        ...state,
        refs: state.refs,
        frames: state.frames.map((frame, f) => (f === top ? change(frame) : frame)),
      };
      sink.onStep(step, at, at === pc ? changed : state);
    };
    return new Proxy(sink, {
      get(target, name) {
        if (name === 'onStep') return onStep;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
const withReg =
  (r: number, change: (reg: Reg) => Reg) =>
  (frame: FrameView): FrameView => ({
    ...frame,
    subprog: frame.subprog,
    callsite: frame.callsite,
    stack: frame.stack,
    regs: frame.regs.map((reg, i) => (i === r ? change(reg) : reg)),
  });
const withSlot =
  (spi: number, change: (slot: NonNullable<FrameView['stack'][number]>) => FrameView['stack'][number]) =>
  (frame: FrameView): FrameView => ({
    subprog: frame.subprog,
    callsite: frame.callsite,
    regs: frame.regs,
    stack: frame.stack.map((slot, i) => (i === spi && slot !== undefined ? change(slot) : slot)),
  });

const LOOP = [
  /* 0 */ 'r6 = 0',
  /* 1 */ '*(u64 *)(r10 -16) = 5',
  /* 2 */ 'r1 = r10',
  /* 3 */ 'r1 += -8',
  /* 4 */ 'r2 = 0',
  /* 5 */ 'r3 = 4',
  /* 6 */ 'call bpf_iter_num_new',
  'again:',
  /* 7 */ 'r1 = r10',
  /* 8 */ 'r1 += -8',
  /* 9 */ 'call bpf_iter_num_next',
  /* 10 */ 'if r0 == 0 goto end',
  /* 11 */ 'r7 = *(u32 *)(r0 +0)',
  /* 12 */ 'r7 &= 7',
  /* 13 */ 'r8 = r7',
  /* 14 */ 'r6 += r8',
  /* 15 */ 'goto again',
  'end:',
  /* 16 */ 'r1 = r10',
  /* 17 */ 'r1 += -8',
  /* 18 */ 'call bpf_iter_num_destroy',
  /* 19 */ 'r0 = 0',
  /* 20 */ 'exit',
];

describe('a state that says too much is found', () => {
  const object = assembled(LOOP);
  const violation = (between?: (sink: VerifierSink) => VerifierSink) => {
    const options = { runs: 3, seed: 1, ...(between === undefined ? {} : { between }) };
    const { notRun, violations } = checkProgram(object.programs[0]!, object, kernel.btf, options);
    expect(notRun).toBeUndefined();
    return violations[0];
  };

  test('the program itself is sound', () => expect(violation()).toBeUndefined());

  test('a range of a register', () => {
    const narrow = (reg: Reg): Reg => (reg.type === SCALAR ? reg.with({ scalar: Scalar.known(1n) }) : reg);
    const found = violation(falsified(13, withReg(7, narrow)));
    expect(found?.outside).toMatchObject({ kind: 'value', pc: 13, spot: regSpot(0, 7), value: 0n });
    expect(found?.text).toBe(`instruction 13: r7 is 0 where step ${found?.outside?.step} knows 1`);
  });

  test('the offset of a pointer', () => {
    const shift = (reg: Reg): Reg => reg.with({ off: reg.off - 8 });
    expect(violation(falsified(9, withReg(1, shift)))?.outside).toMatchObject({
      kind: 'value',
      pc: 9,
      spot: regSpot(0, 1),
    });
  });

  test('a pointer that is not NULL', () => {
    const pointer = (reg: Reg): Reg => (reg.type === SCALAR ? Reg.pointer(10, { memSize: 4 }) : reg);
    expect(violation(falsified(10, withReg(0, pointer)))?.outside).toMatchObject({
      kind: 'value',
      pc: 10,
      spot: regSpot(0, 0),
    });
  });

  test('a spilled number', () => {
    const found = violation(
      falsified(
        12,
        withSlot(1, (slot) => ({ ...slot, spilled: Reg.scalar(Scalar.known(6n)) })),
      ),
    );
    expect(found?.outside).toMatchObject({ kind: 'value', pc: 12, spot: { what: 'slot', index: 1 }, value: 5n });
  });

  test('the state of an iterator', () => {
    const drained = falsified(
      12,
      withSlot(0, (slot) => ({ ...slot, iter: slot.iter === null ? null : { ...slot.iter, state: 'drained' } })),
    );
    expect(violation(drained)?.outside).toMatchObject({ kind: 'value', pc: 12, spot: { what: 'slot', index: 0 } });
  });

  test('an iterator that is said to live', () => {
    const kept = falsified(
      20,
      withSlot(1, (slot) => ({ ...slot, types: 0x5555_5555, spilled: null, iter: ITER })),
    );
    expect(violation(kept)?.outside).toMatchObject({ kind: 'value', pc: 20, spot: { what: 'slot', index: 1 } });
  });

  test('a link between registers that are not equal', () => {
    const linked = (frame: FrameView): FrameView => withReg(6, (reg) => reg.with({ id: frame.regs[8]!.id }))(frame);
    expect(violation(falsified(14, linked))?.outside).toMatchObject({ kind: 'link', pc: 14 });
  });

  test('a way that was not walked', () => {
    const blind = (sink: VerifierSink): VerifierSink =>
      new Proxy(sink, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (name === 'onFork') return () => undefined;
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    expect(violation(blind)?.outside?.pc).toBe(10);
  });
});

const ITER = { type: 'num', btfId: 1, state: 'active', depth: 0, first: true, refObjId: 9, rcu: 'none' } as const;

describe('what pruning lets go, and what it does not', () => {
  // Both ways meet at `meet`; the second is covered by the state of the first.
  const meet = (use: readonly string[]): readonly string[] => [
    'call bpf_get_prandom_u32#7',
    'r6 = 3',
    'if r0 == 7 goto l1',
    'r6 = 100',
    'l1:',
    'r7 = 1',
    'r8 = 2',
    'if r0 > 9 goto meet',
    'r9 = r10',
    'r9 = 4',
    'meet:',
    'r8 = 3',
    'r0 = 0',
    ...use,
    'r0 = 0',
    'exit',
  ];
  const check = (lines: readonly string[], between?: (sink: VerifierSink) => VerifierSink): Checked => {
    const object = assembled(lines);
    const options = { runs: 60, seed: 3, ...(between === undefined ? {} : { between }) };
    return checkProgram(object.programs[0]!, object, kernel.btf, options);
  };
  const exactly = meet(['r6 &= 127', 'r1 = r10', 'r1 += -128', 'r1 += r6', '*(u8 *)(r1 +0) = 0']);

  test('a number that nobody needs exactly may differ from what the covering state says', () => {
    const { violations, loosened, notRun } = check(meet(['r6 += 1']));
    expect([notRun, violations]).toEqual([undefined, []]);
    expect(loosened).toBeGreaterThan(0);
  });

  test('one that is needed exactly may not: such a path is not pruned', () => {
    const { violations, notRun } = check(exactly);
    expect([notRun, violations]).toEqual([undefined, []]);
  });

  test('a comparison that overlooks such a number is found', () => {
    // Where r6 differed the path is said to end, covered by that state.
    const careless = (sink: VerifierSink): VerifierSink => {
      const onCompare: VerifierSink['onCompare'] = (comparison, current) => {
        if (comparison.equal || comparison.location?.what !== 'reg' || comparison.location.index !== 6)
          return sink.onCompare(comparison, current);
        const { checkpoint, pc, mode, stored } = comparison;
        sink.onCompare({ checkpoint, pc, mode, stored, equal: true, location: null }, current);
        sink.onPathEnd(0, 'pruned', pc, checkpoint, current);
        sink.onPathStart(0, -1, pc);
      };
      return new Proxy(sink, {
        get(target, name) {
          if (name === 'onCompare') return onCompare;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    };
    expect(check(exactly, careless).violations[0]?.outside).toMatchObject({ kind: 'value', spot: regSpot(0, 6) });
  });
});

const refusal =
  kernelRefusal() ??
  (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`) ??
  (existsSync('/sys/kernel/btf/vmlinux') ? null : 'the kernel has no BTF');

describe('runs here and in the kernel', () => {
  if (refusal !== null) {
    test.skip(`not asked: ${refusal}`, () => undefined);
    return;
  }
  const live = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));

  test('random programs return the same', () => {
    const differing: string[] = [];
    let runs = 0;
    for (const { theme, number, program: random } of randomPrograms(assembly, 12, 120, live)) {
      const { program, object } = random.load();
      if (verify({ program, object, kernel: linux618(live) }, { logLevel: 0 }).errno !== 0) continue;
      const compared = compareRuns(program, object, live, { runs: 4, seed: number });
      if ('notCompared' in compared) continue;
      runs += compared.runs;
      if (compared.differ !== null) differing.push(`${theme} ${number}: ${JSON.stringify(compared.differ)}`);
    }
    expect(differing).toEqual([]);
    expect(runs).toBeGreaterThan(80);
  });

  test('a difference is seen: the kernel drops code that its verifier takes for dead, by a mistake', () => {
    const lines = [
      'r0 = *(u64 *)(r1 +0)',
      'r0 &= 255',
      '*(u64 *)(r10 -8) = r0',
      'r8 = *(s8 *)(r10 -8)',
      'if r8 s>= 0 goto l1',
      'if r0 s< 0 goto l2',
      'r0 = 77',
      'exit',
      'l2:',
      'r0 = 2',
      'exit',
      'l1:',
      'r0 = 1',
      'exit',
    ];
    const object = objectFromInsns(assemble(lines.join('\n'), {}));
    const compared = compareRuns(object.programs[0]!, object, live, { runs: 40, seed: 1 });
    expect(compared).toMatchObject({ runs: 40, differ: { here: 77, kernel: 2 } });
  });
});

describe("the kernel's own mistakes", () => {
  for (const { name, proof, golden } of KERNEL_MISTAKES) {
    if (golden !== undefined)
      test(`${name}: a run meets it, and it is not counted as ours`, () => {
        const bytes = new Uint8Array(readFileSync(folder(`golden/${golden.object}.bpf.o`)));
        const object = loadObject(bytes, { file: golden.object, ...kernel.loading });
        const program = object.programs.find(({ name: own }) => own === golden.program)!;
        const { kernelMistakes, violations } = checkProgram(program, object, kernel.btf, { runs: 5, seed: 1 });
        expect(violations).toEqual([]);
        expect(new Set(kernelMistakes)).toEqual(new Set([name]));
      });
    if (proof === undefined) continue;
    const object = assembled(proof.lines, proof.options);
    const program = object.programs[0]!;
    test(`${name}: a run meets it, and it is not counted as ours`, () => {
      const { kernelMistakes, violations } = checkProgram(program, object, kernel.btf, { runs: 20, seed: 1 });
      expect(violations).toEqual([]);
      expect(new Set(kernelMistakes)).toEqual(new Set([name]));
    });
    if (refusal !== null) {
      test.skip(`${name}: not asked: ${refusal}`, () => undefined);
      continue;
    }
    test(`${name}: the kernel's run contradicts its verifier`, () => {
      // The running kernel knows its functions by numbers of its own.
      const live = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
      const own = objectFromInsns(assemble(proof.lines.join('\n'), { resolveCall: resolveIn(live) }), proof.options);
      const program = own.programs[0]!;
      const kernel = new KernelObject(own);
      try {
        expect(kernel.verify(program, 2).log).toContain(proof.says);
        // What the machine may lack was recorded where it is there.
        if (proof.needs === undefined) expect(kernel.testRun(program, [{ ctx: proof.ctx }])).toEqual([proof.returns]);
      } finally {
        kernel.close();
      }
    });
  }
});
