import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exploration, ForkMark, PathLane } from '../../core/trace/views/view.ts';
import { binDensity } from './density.ts';
import { cubic, hitTest, layoutLanes, rowsFor, rowsThatFit, tooDense } from './layout.ts';
import { ACTIVE, BAD, DRAINED, PLAIN, indexExploration, pathOfStep, upperBound, lowerBound } from './model.ts';
import { assignRows } from './rows.ts';
import { PAD_LEFT, PAD_RIGHT, between, fit, isFit, nearestStep, pan, reveal, stepAt, xOf, zoom } from './viewport.ts';

const lane = (
  id: number,
  fork: number,
  firstStep: number,
  lastStep: number,
  more: Partial<PathLane> = {},
): PathLane => ({
  id,
  fork,
  firstStep,
  lastStep,
  end: 'exit',
  label: '',
  outcome: id === 0 ? 'start' : 'non-null',
  ...more,
});
const fork = (
  id: number,
  step: number,
  path: number,
  child: number,
  resumedAt: number,
  more: Partial<ForkMark> = {},
): ForkMark => ({
  id,
  step,
  pc: 8,
  kind: 'next',
  path,
  child,
  resumedAt,
  label: 'NULL first: drained',
  reason: 'next may return NULL or an element',
  ...more,
});

/** The number-iterator loop: three paths, two forks, the last path covered by the checkpoint at 15. */
const sumToTen: Exploration = {
  steps: 35,
  paths: [
    lane(0, -1, 1, 15),
    lane(1, 0, 16, 28, { label: 'then non-NULL: active' }),
    lane(2, 1, 29, 35, { label: 'then non-NULL: active', end: 'pruned' }),
  ],
  forks: [fork(0, 9, 0, 1, 16), fork(1, 22, 1, 2, 29, { pc: 15 })],
  checkpoints: [{ id: 0, step: 22, pc: 15, path: 1 }],
  prunes: [{ step: 35, pc: 15, path: 2, checkpoint: 0, label: 'covered by the checkpoint at 15' }],
  pcs: Uint32Array.from([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 18, 19, 20, 21, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 16, 10, 11, 12,
    13, 14, 15,
  ]),
};
const measure = (text: string, font: string) => text.length * (font === 'code' ? 5.4 : 6);
const draw = (exploration: Exploration, width = 745, height = 220, view = fit(width, height, exploration.steps)) => {
  const index = indexExploration(exploration);
  return { index, view, list: layoutLanes({ index, rows: rowsFor(index, height, false), view, chain: [], measure }) };
};

describe('index', () => {
  const index = indexExploration(sumToTen);
  test('tones follow what is known of the iterator', () => {
    expect([...index.tone]).toEqual([PLAIN, ACTIVE, ACTIVE]);
    expect([...index.forkTone]).toEqual([DRAINED, DRAINED]);
  });
  test('a branch keeps the tone; the way to an error is bad from its last decision on', () => {
    const rejected = indexExploration({
      ...sumToTen,
      paths: [
        lane(0, -1, 1, 10),
        lane(1, 0, 11, 20),
        lane(2, 1, 21, 24, { outcome: 'taken' }),
        lane(3, 2, 25, 26, { outcome: 'taken', end: 'rejected' }),
      ],
      forks: [
        fork(0, 5, 0, 1, 11),
        fork(1, 15, 1, 2, 21, { kind: 'branch' }),
        fork(2, 22, 2, 3, 25, { kind: 'branch' }),
      ],
      prunes: [],
    });
    expect([...rejected.tone]).toEqual([PLAIN, ACTIVE, ACTIVE, BAD]);
    expect([...rejected.forkTone]).toEqual([DRAINED, ACTIVE, ACTIVE]);
  });
  test('finds the path of every step', () => {
    expect([1, 15, 16, 28, 29, 35, 36].map((step) => pathOfStep(index, step))).toEqual([0, 0, 1, 1, 2, 2, -1]);
  });
  test('counts waiting paths', () => {
    expect([...index.breakStep]).toEqual([1, 9, 16, 22, 29]);
    expect([...index.breakWaiting]).toEqual([0, 1, 0, 1, 0]);
    expect(index.maxWaiting).toBe(1);
  });
  test('sorts what is out of order', () => {
    const shuffled = indexExploration({
      ...sumToTen,
      paths: [...sumToTen.paths].reverse(),
      forks: [...sumToTen.forks].reverse(),
    });
    expect([...shuffled.first]).toEqual([1, 16, 29]);
    expect([...shuffled.forkStep]).toEqual([9, 22]);
    expect([...shuffled.forkChild]).toEqual([1, 2]);
  });
});

describe('rows', () => {
  test('stairs as long as there is room', () => {
    expect([...assignRows(indexExploration(sumToTen), 5).row]).toEqual([0, 1, 2]);
  });
  test('a row is used again once its lane has ended before the fork', () => {
    const rows = assignRows(indexExploration(sumToTen), 2);
    expect([...rows.row]).toEqual([0, 1, 0]);
    expect([...rows.stub]).toEqual([0, 0, 0]);
  });
  test('where no row is free the waiting line is cut', () => {
    const index = indexExploration({
      ...sumToTen,
      paths: [lane(0, -1, 1, 15), lane(1, 1, 16, 28), lane(2, 0, 29, 35)],
      forks: [fork(0, 3, 0, 2, 29), fork(1, 9, 0, 1, 16)],
    });
    expect([...assignRows(index, 2).stub]).toEqual([0, 0, 1]);
  });
  test('law: only a cut path may wait through the lane above it in its row', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (lengths, available) => {
        const index = indexExploration(random(lengths));
        const rows = assignRows(index, available);
        for (let i = 0; i < index.pathCount; i++) {
          for (let j = 0; j < i; j++) {
            if (rows.row[i] !== rows.row[j] || rows.stub[i] === 1) continue;
            expect(index.last[j]!).toBeLessThan(Math.max(1, index.waitFrom[i]!));
          }
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

/** A depth-first walk: every path forks once at its start, the newest waiting path is taken up. */
function random(lengths: readonly number[]): Exploration {
  const paths: PathLane[] = [];
  const forks: ForkMark[] = [];
  const waiting: number[] = [];
  let step = 1;
  lengths.forEach((length, i) => {
    const from = i === 0 ? -1 : (waiting.pop() ?? -1);
    paths.push(lane(i, from, step, step + length));
    if (from >= 0) forks[from] = { ...forks[from]!, child: i, resumedAt: step };
    for (let k = 0; k < 1 + (length % 3) && k <= length; k++) {
      waiting.push(forks.length);
      forks.push(fork(forks.length, step + k, i, -1, 0));
    }
    step += length + 1;
  });
  return { steps: step - 1, paths, forks, checkpoints: [], prunes: [], pcs: new Uint32Array(Math.max(0, step - 1)) };
}

describe('viewport', () => {
  const view = fit(745, 220, 35);
  test('the whole fits between the pads', () => {
    expect(xOf(view, 1)).toBe(PAD_LEFT);
    expect(xOf(view, 35)).toBeCloseTo(745 - PAD_RIGHT);
    expect(isFit(view, 35)).toBe(true);
    expect(nearestStep(view, -50, 35)).toBe(1);
    expect(nearestStep(view, 5000, 35)).toBe(35);
  });
  test('law: zooming keeps the step under the pointer unless the axis ends there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 600 }), fc.double({ min: 1, max: 4, noNaN: true }), (x, factor) => {
        const zoomed = zoom(view, x, factor, 35);
        expect(stepAt(zoomed, x)).toBeCloseTo(stepAt(view, x), 6);
        expect(zoomed.from).toBeGreaterThanOrEqual(1);
        expect(zoomed.from + zoomed.span).toBeLessThanOrEqual(35 + 1e-9);
      }),
      { seed: 7 },
    );
  });
  test('panning stops at the ends; a step is brought into view', () => {
    const near = zoom(view, 300, 4, 35);
    expect(pan(near, 1e6, 35).from).toBe(1);
    expect(pan(near, -1e6, 35).from).toBeCloseTo(35 - near.span);
    const shown = reveal(near, 35, 35);
    expect(xOf(shown, 35)).toBeLessThanOrEqual(745 - PAD_RIGHT + 1e-6);
    expect(reveal(near, Math.round(near.from + near.span / 2), 35)).toBe(near);
  });
  test('law: a sliding view starts and ends where it should', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.double({ min: 2, max: 14, noNaN: true }),
        (from, span) => {
          const target = { ...view, from, span };
          for (const [t, end] of [
            [0, view],
            [1, target],
          ] as const) {
            expect(between(view, target, t).from).toBeCloseTo(end.from, 6);
            expect(between(view, target, t).span).toBeCloseTo(end.span, 6);
          }
          expect(between(view, target, 0.5).span).toBeLessThanOrEqual(view.span);
        },
      ),
      { seed: 7 },
    );
  });
  test('a trace of one step has an axis', () => {
    expect(Number.isFinite(xOf(fit(745, 220, 1), 1))).toBe(true);
  });
});

describe('lanes', () => {
  const { index, view, list } = draw(sumToTen);
  test('three lanes, split at their forks', () => {
    expect(list.segments.map((s) => [s.path, s.from, s.to, s.tone])).toEqual([
      [0, 1, 9, PLAIN],
      [0, 9, 15, DRAINED],
      [1, 16, 22, ACTIVE],
      [1, 22, 28, DRAINED],
      [2, 29, 35, ACTIVE],
    ]);
    expect(new Set(list.segments.map((s) => s.y)).size).toBe(3);
  });
  test('says NULL first, then non-NULL, and what covers the last path', () => {
    const said = list.labels.filter((label) => !label.code).map((label) => label.text);
    for (const text of [
      'fork at next',
      'NULL first: drained',
      'then non-NULL: active',
      'exit',
      'safe',
      'covered by the checkpoint at 15',
    ]) {
      expect(said).toContain(text);
    }
  });
  test('pcs stand under the dots', () => {
    expect(list.dots).toHaveLength(35);
    expect(list.labels.filter((label) => label.code).length).toBeGreaterThan(25);
  });
  test('labels do not touch', () => {
    for (const a of list.labels) {
      for (const b of list.labels) {
        if (a === b || Math.abs(a.y - b.y) >= 11) continue;
        const span = (l: typeof a) => {
          const w = measure(l.text, l.code ? 'code' : 'label');
          return l.align === 'left'
            ? [l.x, l.x + w]
            : l.align === 'right'
              ? [l.x - w, l.x]
              : [l.x - w / 2, l.x + w / 2];
        };
        const [a0, a1] = span(a);
        const [b0, b1] = span(b);
        expect(a1! < b0! || b1! < a0!).toBe(true);
      }
    }
  });
  test('waiting lines reach from the fork to where the path is taken up', () => {
    expect(list.waits.map((w) => [w.x0, w.x1])).toEqual([
      [xOf(view, 9), xOf(view, 16)],
      [xOf(view, 22), xOf(view, 29)],
    ]);
  });
  test('the arc ends at the checkpoint', () => {
    const [x, y] = cubic(list.arcs[0]!.points, 1);
    expect(x).toBeCloseTo(xOf(view, 22));
    expect(y).toBeCloseTo(list.segments.find((s) => s.path === 1)!.y + 21);
  });
  test('what is under the pointer', () => {
    const diamond = list.forks[0]!;
    expect(hitTest(list, view, diamond.x + 3, diamond.y)).toEqual({ kind: 'fork', fork: 0, step: 9 });
    const y = list.segments[2]!.y;
    expect(hitTest(list, view, xOf(view, 18), y)).toEqual({ kind: 'lane', path: 1, step: 18 });
    expect(hitTest(list, view, xOf(view, 12), y)).toEqual({ kind: 'wait', fork: 0, path: 1, step: 9 });
    expect(hitTest(list, view, xOf(view, 30), 2)).toBeNull();
  });
  test('a fork that was never taken up has an open end', () => {
    const { list } = draw({ ...sumToTen, paths: sumToTen.paths.slice(0, 1), forks: [fork(0, 9, 0, 1, 0)], prunes: [] });
    expect(list.waits).toMatchObject([{ path: -1 }]);
  });
  test('the chain from origin to error runs under the lanes', () => {
    const chain = [
      { step: 5, pc: 4, text: 'constructed', error: false },
      { step: 9, pc: 7, text: 'gave an element', error: false },
      { step: 35, pc: 18, text: 'exit with it', error: true },
    ];
    const shape = layoutLanes({
      index,
      rows: rowsFor(index, 260, true),
      view: fit(745, 260, 35),
      chain,
      measure,
    }).chain!;
    expect(shape.marks.map((mark) => mark.step)).toEqual([5, 9, 35]);
    expect(shape.rail).toBeGreaterThan(Math.max(...list.segments.map((s) => s.y)));
  });
  test('lengths stay bounded when the other end of a line is far away', () => {
    const { list } = draw(sumToTen, 745, 220, { width: 745, height: 220, from: 30, span: 4 });
    const xs = list.segments
      .flatMap((s) => [s.x0, s.x1])
      .concat(list.arcs.flatMap((arc) => [arc.points[0], arc.points[6]]));
    for (const x of xs) expect(Math.abs(x)).toBeLessThan(900);
  });
  test('rows follow the height', () => {
    expect([100, 220, 400].map((height) => rowsThatFit(height, false))).toEqual([2, 4, 8]);
  });
});

describe('density', () => {
  const many = random(Array.from({ length: 5000 }, (_, i) => i % 7));
  const index = indexExploration(many);
  test('many paths are merged, a close look shows lanes again', () => {
    const view = fit(745, 220, many.steps);
    expect(tooDense(index, view)).toBe(true);
    expect(tooDense(index, zoom(view, 300, 1e6, many.steps))).toBe(false);
    expect(tooDense(indexExploration(sumToTen), fit(745, 220, 35))).toBe(false);
  });
  test('law: cells hold every step in view, columns every end', () => {
    const view = fit(745, 220, many.steps);
    const density = binDensity(index, view, 745, 120);
    const sum = density.cells.reduce((a, b) => a + b, 0);
    const scale = (745 - PAD_LEFT - PAD_RIGHT) / (many.steps - 1);
    expect(sum / scale).toBeCloseTo(many.steps, -1);
    expect(density.ends.reduce((a, b) => a + b, 0)).toBe(5000);
    expect(density.peak).toBe(index.maxWaiting);
  });
  test('an empty exploration has none', () => {
    const nothing = indexExploration({
      steps: 0,
      paths: [],
      forks: [],
      checkpoints: [],
      prunes: [],
      pcs: new Uint32Array(),
    });
    expect(binDensity(nothing, fit(100, 100, 0), 100, 20).cells.reduce((a, b) => a + b, 0)).toBe(0);
  });
});

test('bounds agree with a linear search', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.nat(22), (values, wanted) => {
      const sorted = Uint32Array.from(values).sort();
      expect(upperBound(sorted, wanted)).toBe(sorted.filter((v) => v <= wanted).length);
      expect(lowerBound(sorted, wanted)).toBe(sorted.filter((v) => v < wanted).length);
    }),
    { seed: 7 },
  );
});
