import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { ProgramText, reportText, TraceRecorder, TraceView } from '../core/trace/index.ts';
import { ROUND_KINDS } from '../core/trace/views/round-kinds.ts';
import type { RoundsView } from '../core/trace/views/view.ts';
import { verify } from '../core/verifier/index.ts';
import { goldenNames } from '../oracle/golden-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(`${root}core/kernel/btf/${SHIPPED_KERNEL.asset}`))));

function* walks(path: string): Generator<{ name: string; view: TraceView; rounds: RoundsView }> {
  const file = path.split('/').at(-1)!;
  const object = loadObject(new Uint8Array(readFileSync(root + path)), { file, ...kernel.loading });
  for (const program of object.programs) {
    const recorder = new TraceRecorder(object.maps);
    const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
    const trace = recorder.finish(result, result.rejection ?? null);
    const view = new TraceView(trace, new ProgramText(program, object, kernel));
    const walk = view.rounds();
    let next = walk.next();
    while (next.done !== true) next = walk.next();
    yield { name: `${path} ${program.name}`, view, rounds: next.value };
  }
}
const only = (path: string) => walks(path).next().value as { view: TraceView; rounds: RoundsView };

describe('a walk as rounds of its loops', () => {
  test('a counter that is compared is new in every round, and has its name', () => {
    const { view, rounds } = only('tests/rounds/count_rounds.bpf.o');
    const [loop] = rounds.loops;
    expect(rounds.loops).toHaveLength(1);
    expect(loop!.counts).toEqual({ new: loop!.steps.length, widened: 0, covered: 0 });
    expect(loop!.steps.length).toBeGreaterThan(80_000);
    const changing = loop!.changing!;
    expect([changing.name, changing.variable, changing.first]).toEqual(['r6', 'i', '0']);
    expect(changing.max.at(-1)).toBe(loop!.steps.length - 1);
    expect(reportText(view.report())).toContain('`i` is new in every round');
  });

  test('one loop in another: each by its own next, and what is forgotten so that they end', () => {
    const { rounds } = only('samples/nested.bpf.o');
    expect(rounds.loops.map(({ line, counts }) => [line, counts])).toEqual([
      [17, { new: 1, widened: 2, covered: 4 }],
      [15, { new: 2, widened: 2, covered: 2 }],
    ]);
  });

  test('law: in every golden, rounds are the steps of their instruction, and those covered are the ends of pruned paths there', () => {
    let seen = 0;
    for (const name of goldenNames(`${root}tests/golden`).filter(
      (one) => one.startsWith('iter-num/') || one.startsWith('loops/'),
    ))
      for (const { name: which, view, rounds } of walks(`tests/golden/${name}.bpf.o`)) {
        const { pcs, paths } = view.trace.data;
        for (const { pc, steps, kinds, counts, changing } of rounds.loops) {
          seen++;
          expect(steps.length, which).toBeGreaterThan(1);
          for (const step of steps) if (pcs[step - 1] !== pc) expect.fail(`${which}: step ${step} is not at ${pc}`);
          expect(steps.length, which).toBe(pcs.reduce((n, at) => n + (at === pc ? 1 : 0), 0));
          const ends = paths.filter(({ end, endPc }) => end === 'pruned' && endPc === pc).length;
          expect(counts.covered, which).toBe(ends);
          expect(counts.new + counts.widened + counts.covered, which).toBe(kinds.length);
          expect(kinds.every((kind) => ROUND_KINDS[kind] !== undefined)).toBe(true);
          if (changing !== null)
            expect(
              changing.max.every((max, i) => !(max < changing.min[i]!)),
              which,
            ).toBe(true);
        }
      }
    expect(seen).toBeGreaterThan(50);
  });
});
