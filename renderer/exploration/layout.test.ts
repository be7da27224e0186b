import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exploration, ForkMark, PathLane } from '../../core/trace/views/view.ts';
import { binMountain, ticks } from './mountain.ts';
import { pathWords, walkWords } from './describe.ts';
import { geometryOf } from './layout-geometry.ts';
import { layLinks } from './layout-links.ts';
import { cubic, hitTest, layoutLanes, tooDense } from './layout.ts';
import { depthOf, layoutTree, levelFor, spotOf, wayTo } from './layout-tree.ts';
import { binMinimap } from './minimap.ts';
import {
  ACTIVE,
  BAD,
  DRAINED,
  PLAIN,
  indexExploration,
  pathOfStep,
  upperBound,
  lowerBound,
  waitingAt,
} from './model.ts';
import { planRows, revealRow, scrollToRow, settled } from './rows.ts';
import { treeWork } from './tree-work.ts';
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
  return { index, view, list: layoutLanes({ index, view, chain: [], measure, nameOf: () => '' }) };
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
  const many = indexExploration(random(Array.from({ length: 300 }, (_, i) => i % 7)));
  test('a path has a row of its own, in the order of the walk, at every height', () => {
    const index = indexExploration(sumToTen);
    for (const height of [60, 120, 220, 800]) {
      const { rowY } = geometryOf(index, fit(745, height, 35), false);
      expect(rowY(0)).toBeLessThan(rowY(1));
      expect(rowY(1)).toBeLessThan(rowY(2));
    }
  });
  test('rows move together as there are more of them, from 44 pixels to 3, and then scroll', () => {
    const pitch = (paths: number, height: number) => {
      const index = indexExploration(random(Array.from({ length: paths }, () => 4)));
      return planRows(index, fit(745, height, index.steps), false);
    };
    expect(pitch(3, 400)).toMatchObject({ pitch: 44, detail: 'roomy', scrolls: false });
    expect(pitch(16, 300)).toMatchObject({ detail: 'captioned', scrolls: false });
    expect(pitch(60, 300)).toMatchObject({ detail: 'bare', scrolls: false });
    expect(pitch(300, 300)).toMatchObject({ pitch: 3, detail: 'bare', scrolls: true });
  });
  test('law: children are below their parents, rows never cross, and what fits is in view', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 40, max: 900 }),
        fc.double({ min: -50, max: 80, noNaN: true }),
        (lengths, height, row) => {
          const index = indexExploration(random(lengths));
          const plan = planRows(index, { ...fit(745, height, index.steps), row }, false);
          expect(plan.pitch).toBeGreaterThanOrEqual(3);
          expect(plan.pitch).toBeLessThanOrEqual(44);
          for (let path = 1; path < index.pathCount; path++) {
            const parent = index.fromFork[path]! < 0 ? -1 : index.forkPath[index.fromFork[path]!]!;
            expect(parent).toBeLessThan(path);
          }
          expect(plan.row).toBeGreaterThanOrEqual(0);
          expect(plan.row + plan.shown).toBeLessThanOrEqual(plan.count + 1e-9);
          if (!plan.scrolls) expect(plan.top + (plan.count - 1) * plan.pitch).toBeLessThanOrEqual(Math.max(height, 80));
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });
  test('a row is scrolled into view by as little as needed', () => {
    const view = fit(745, 200, many.steps);
    const plan = planRows(many, view, false);
    const last = revealRow(view, plan, 299);
    const after = planRows(many, last, false);
    expect(after.row + after.shown).toBeGreaterThan(299);
    expect(revealRow(settled(last, after), after, 290)).toEqual(settled(last, after));
  });
  test('scrolling to a row whose path is not on the axis takes the axis along', () => {
    const near = zoom(fit(745, 200, many.steps), 100, 20, many.steps);
    const plan = planRows(many, near, false);
    const there = scrollToRow(many, near, plan, 280);
    expect(there.from).toBeLessThanOrEqual(many.first[280]!);
    expect(there.from + there.span).toBeGreaterThanOrEqual(many.first[280]!);
    const rows = planRows(many, there, false);
    expect(rows.row).toBeLessThanOrEqual(280);
    expect(rows.row + rows.shown).toBeGreaterThan(280);
  });
  test('a lane sinks where a function is called', () => {
    const index = {
      ...indexExploration(sumToTen),
      frameStep: Uint32Array.from([1, 4, 7]),
      frameDepth: Uint8Array.from([1, 2, 1]),
      frameSubprog: Uint32Array.from([0, 1, 0]),
    };
    const list = layoutLanes({
      index,
      view: fit(745, 220, 35),
      chain: [],
      measure,
      nameOf: (subprog) => ['main', 'sum'][subprog]!,
    });
    expect(list.risers.map(({ step, y0, y1 }) => [step, Math.sign(y1 - y0)])).toEqual([
      [4, 1],
      [7, -1],
    ]);
    expect(list.labels.map(({ text }) => text)).toContain('sum()');
  });
  test('all lanes in a strip: as many lines as it is high', () => {
    const bins = binMinimap(many, many.pathCount, 120);
    expect(bins.length).toHaveLength(120);
    expect(Math.max(...bins.length)).toBe(1);
  });
  test('only the visible is laid out', () => {
    const index = indexExploration(random(Array.from({ length: 20_000 }, (_, i) => i % 7)));
    const view = zoom(fit(745, 300, index.steps), 300, 60, index.steps);
    const list = layoutLanes({ index, view, chain: [], measure, nameOf: () => '' });
    expect(list.segments.length).toBeGreaterThan(10);
    expect(list.segments.length).toBeLessThan(2000);
  });
  test('a path of many forks costs no more than the picture is wide', () => {
    const forks = Array.from({ length: 50_000 }, (_, i) => fork(i, i + 1, 0, -1, 0));
    const index = indexExploration({
      steps: 50_000,
      paths: [lane(0, -1, 1, 50_000)],
      forks,
      checkpoints: [],
      prunes: [],
      pcs: new Uint32Array(50_000),
    });
    const list = layoutLanes({ index, view: fit(745, 220, 50_000), chain: [], measure, nameOf: () => '' });
    expect(list.segments.length).toBeLessThan(1600);
    expect(list.forks.length).toBeLessThan(200);
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
    for (const text of ['fork at next', 'NULL first: drained', 'then non-NULL: active', 'exit', 'safe, as at 15']) {
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
  test('an arc is drawn for what is asked for alone, and ends at the checkpoint', () => {
    expect(
      layLinks(list.geometry, { forks: [], paths: [0], prunes: [], captions: [] }, measure, list.labels).arcs,
    ).toEqual([]);
    const links = layLinks(list.geometry, { forks: [], paths: [2], prunes: [], captions: [] }, measure, list.labels);
    expect(links.labels.map(({ text }) => text)).toEqual(['covered by the checkpoint at 15']);
    const [x, y] = cubic(links.arcs[0]!.points, 1);
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
    const shape = layoutLanes({ index, view: fit(745, 260, 35), chain, measure, nameOf: () => '' }).chain!;
    expect(shape.marks.map((mark) => mark.step)).toEqual([5, 9, 35]);
    expect(shape.rail).toBeGreaterThan(Math.max(...list.segments.map((s) => s.y)));
  });
  test('lengths stay bounded when the other end of a line is far away', () => {
    const { list } = draw(sumToTen, 745, 220, { width: 745, height: 220, from: 30, span: 4, row: 0 });
    const xs = list.segments.flatMap((s) => [s.x0, s.x1]);
    for (const x of xs) expect(Math.abs(x)).toBeLessThan(900);
  });
});

describe('tree', () => {
  const size = { width: 700, height: 400 };
  const tree = (index: ReturnType<typeof indexExploration>, path: number, until = index.steps, level = 0) =>
    layoutTree(index, treeWork(index, until), size, { path }, level);
  const index = indexExploration(sumToTen);
  test('the same forks from the top down: first to the left, then to the right', () => {
    const { branches } = tree(index, 2);
    expect(branches.map(({ path, from, to, ending }) => [path, from, to, ending.kind])).toEqual([
      [0, 1, 9, 'fork'],
      [0, 9, 15, 'end'],
      [1, 16, 22, 'fork'],
      [1, 22, 28, 'end'],
      [2, 29, 35, 'end'],
    ]);
    expect(branches[1]!.end.x).toBeLessThan(branches[2]!.end.x);
    expect(branches.map(({ onWay }) => onWay)).toEqual([true, false, true, false, true]);
    expect(branches[0]!.work).toBe(35);
    expect(branches[0]!.width).toBeGreaterThan(branches[2]!.width);
    expect(wayTo(index, 2, 35)).toEqual([0, 1]);
    expect(depthOf(index, 2, 35)).toBe(2);
  });
  test('law: what is spent below the root is what was walked, at every step', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }), fc.nat(400), (lengths, until) => {
        // As the verifier does: a path is taken up only where one waits.
        const walk = indexExploration(random(lengths));
        const step = Math.max(1, Math.min(walk.steps, until));
        const { startWork } = treeWork(walk, step);
        let sum = 0;
        for (let i = 0; i < walk.pathCount; i++) if (walk.fromFork[i]! < 0) sum += startWork[i]!;
        expect(sum).toBe(step);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
  test('law: a picture of any walk is bounded, and the chosen way is in it', () => {
    const many = indexExploration(random(Array.from({ length: 5000 }, (_, i) => i % 7)));
    for (const path of [0, 17, 2500, 4999]) {
      const level = levelFor(0, depthOf(many, path, many.steps), size.height);
      const { branches, top } = tree(many, path, many.steps, level);
      expect(top).toBe(level);
      expect(branches.length).toBeLessThan(80);
      expect(branches.some((branch) => branch.onWay && branch.path === path)).toBe(true);
      for (const { start, end } of branches)
        for (const { x, y } of [start, end]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(size.width);
          expect(y).toBeLessThanOrEqual(size.height);
        }
    }
  });
  test('in fog it is what was walked: a path waits, and no more is known of it', () => {
    const { branches } = tree(index, 0, 9);
    expect(branches.map(({ ending }) => ending.kind)).toEqual(['fork', 'open', 'waits']);
    expect(Math.max(...branches.map(({ to }) => to))).toBe(9);
    expect(tree(index, 0, 5).branches).toMatchObject([{ ending: { kind: 'open' }, to: 5, work: 5 }]);
  });
  test('where a step is in the tree', () => {
    const laid = tree(index, 1);
    expect(spotOf(laid, index, 22)).toEqual(laid.branches[2]!.end);
    expect(spotOf(laid, index, 99)).toBeNull();
  });
});

describe('fog', () => {
  const index = indexExploration(sumToTen);
  const at = (until: number) =>
    layoutLanes({ index, view: fit(745, 260, 35), chain: [], measure, nameOf: () => '', until });
  test('law: nothing of what comes later is drawn', () => {
    for (let until = 1; until < 35; until++) {
      const list = at(until);
      for (const s of list.segments) expect(s.to).toBeLessThanOrEqual(until);
      for (const shape of [...list.forks, ...list.ends, ...list.dots, ...list.labels])
        expect(shape.step).toBeLessThanOrEqual(until);
      for (const wait of list.waits) if (!wait.stub) expect(index.first[wait.path]!).toBeLessThanOrEqual(until);
      expect(list.fog).not.toBeNull();
    }
    expect(at(35).fog).toBeNull();
  });
  test('a fork leaves a stub until its path is taken up', () => {
    expect(at(9).labels.map(({ text }) => text)).toContain('1 path waits');
    // What it takes first is seen with the next step.
    expect(at(9).labels.map(({ text }) => text)).not.toContain('NULL first: drained');
    expect(at(10).labels.map(({ text }) => text)).toContain('NULL first: drained');
    expect(at(9).waits).toMatchObject([{ stub: true, path: -1 }]);
    expect(at(16).labels.map(({ text }) => text)).not.toContain('1 path waits');
    expect(at(16).waits).toMatchObject([{ stub: false, path: 1 }]);
  });
  test('the words of paths and of the walk end there too', () => {
    expect(pathWords(index, 0, 9)).toBe('path 1: from the start, steps 1 to 9 so far');
    expect(pathWords(index, 0, 35)).toBe('path 1 of 3: from the start, steps 1 to 15, reaches exit');
    expect(walkWords(index, 9)).toBe('1 path, 1 fork, 0 pruned, 1 path waits');
    expect(walkWords(index, 35)).toBe('3 paths, 2 forks, 1 pruned');
  });
});

describe('how many paths wait', () => {
  const many = random(Array.from({ length: 5000 }, (_, i) => i % 7));
  const index = indexExploration(many);
  test('many paths are merged, a close look shows lanes again', () => {
    const view = fit(745, 220, many.steps);
    expect(tooDense(index, view)).toBe(true);
    expect(tooDense(index, zoom(view, 300, 1e6, many.steps))).toBe(false);
    expect(tooDense(indexExploration(sumToTen), fit(745, 220, 35))).toBe(false);
    // One path that leaves thousands waiting reads as a slope, not as a row of diamonds.
    const slope = indexExploration({
      ...many,
      paths: [lane(0, -1, 1, 9000)],
      forks: Array.from({ length: 8192 }, (_, i) => fork(i, i + 1, 0, -1, 0)),
      steps: 9000,
    });
    expect(tooDense(slope, fit(745, 220, 9000))).toBe(true);
    expect(tooDense(slope, zoom(fit(745, 220, 9000), 300, 40, 9000))).toBe(false);
  });
  test('law: a column holds the most that wait at any of its steps, and every end', () => {
    const view = fit(745, 220, many.steps);
    const mountain = binMountain(index, view, 745);
    expect(mountain.ends.reduce((a, b) => a + b, 0)).toBe(5000);
    expect(mountain.peak).toBe(index.maxWaiting);
    expect(waitingAt(index, mountain.peakStep)).toBe(mountain.peak);
    expect(Math.max(...mountain.waiting)).toBe(mountain.peak);
    for (let step = 1; step <= many.steps; step += 97) {
      const c = Math.min(744, Math.floor(xOf(view, step)));
      expect(mountain.waiting[c]).toBeGreaterThanOrEqual(waitingAt(index, step));
    }
  });
  test('in fog it ends with what was walked', () => {
    const until = many.steps >> 1;
    const view = fit(745, 220, many.steps);
    const mountain = binMountain(index, view, 745, until);
    const edge = Math.ceil(xOf(view, until + 1));
    for (let c = edge + 1; c < 745; c++) expect(mountain.waiting[c]).toBe(-1);
    expect(mountain.ends.reduce((a, b) => a + b, 0)).toBe(index.last.filter((last) => last <= until).length);
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
    expect(binMountain(nothing, fit(100, 100, 0), 100).peak).toBe(0);
  });
  test('axes are marked at round numbers', () => {
    expect(ticks(1, 1_000_001, 4)).toEqual([250_000, 500_000, 750_000, 1_000_000]);
    expect(ticks(1, 35, 4)).toEqual([10, 20, 30]);
    expect(ticks(5, 5, 4)).toEqual([]);
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
