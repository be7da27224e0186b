import { expect, test } from 'vitest';
import type { Exploration, ForkMark, PathLane } from '../../core/trace/views/view.ts';
import { keptBy, keptOf, standsOut } from './kept.ts';
import { layoutLanes } from './layout.ts';
import { indexExploration } from './model.ts';
import { planRows, revealRow, scrollToRow } from './rows.ts';
import { fit } from './viewport.ts';

/** A depth-first walk of paths of six steps; each forks twice as long as there are paths to come. */
function walk(count: number): Exploration {
  const paths: PathLane[] = [];
  const forks: ForkMark[] = [];
  const waiting: number[] = [];
  for (let id = 0, step = 1; id < count; id++, step += 6) {
    const from = waiting.pop() ?? -1;
    if (from >= 0) forks[from] = { ...forks[from]!, child: id, resumedAt: step };
    const label = id === 0 ? '' : 'then non-NULL: active';
    const outcome = id === 0 ? 'start' : 'non-null';
    paths.push({ id, fork: from, firstStep: step, lastStep: step + 5, end: 'exit', label, outcome });
    for (const at of [step + 1, step + 3]) {
      if (forks.length + 1 >= count) continue;
      waiting.push(forks.length);
      const kind = forks.length % 3 === 0 ? 'branch' : 'next';
      const common = { id: forks.length, step: at, pc: 8, kind, path: id, child: -1, resumedAt: 0 } as const;
      forks.push({ ...common, label: 'NULL first: drained', reason: '' });
    }
  }
  return { steps: count * 6, paths, forks, checkpoints: [], prunes: [], pcs: new Uint32Array(count * 6) };
}

const index = indexExploration(walk(200));
const middle = index.pathAt[index.pathCount >> 1]!;
const measure = (text: string): number => text.length * 6;

test('the way to a path: its ancestors up to their forks, and nothing else', () => {
  const kept = keptBy(index, [{ kind: 'way', path: middle }])!;
  let path = index.pathCount >> 1;
  let limit = 0xffff_ffff;
  const way = new Set<number>();
  for (;;) {
    way.add(path);
    expect(kept.until[path]).toBe(limit);
    const fork = index.fromFork[path]!;
    if (fork < 0) break;
    limit = index.forkStep[fork]!;
    path = index.forkPath[fork]!;
  }
  expect(keptOf(kept, index.pathCount)).toBe(way.size);
  for (let at = 0; at < index.pathCount; at++) expect(standsOut(kept, at)).toBe(way.has(at));
  expect(keptBy(index, [])).toBeNull();
});

test('of several filters every one counts', () => {
  const steps = Uint32Array.from(index.first);
  const one = keptBy(index, [{ kind: 'way', path: middle }])!;
  expect(
    keptBy(index, [
      { kind: 'way', path: middle },
      { kind: 'steps', steps },
    ])!.until,
  ).toEqual(one.until);
  const none = keptBy(index, [
    { kind: 'way', path: middle },
    { kind: 'steps', steps: new Uint32Array() },
  ])!;
  expect(keptOf(none, index.pathCount)).toBe(0);
});

test('what is filtered out has rows of 3 pixels, and every row can be scrolled to', () => {
  const kept = keptBy(index, [{ kind: 'way', path: middle }]);
  for (const height of [120, 300, 900]) {
    const view = fit(900, height, index.steps);
    const plan = planRows(index, view, false, index.steps, kept);
    for (let path = 0; path + 1 < plan.count; path++) {
      const gap = plan.offset(path + 1) - plan.offset(path);
      expect(gap).toBeCloseTo(standsOut(kept, path) ? plan.pitch : Math.min(3, plan.pitch));
      expect(plan.rowAt(plan.offset(path + 0.5))).toBeCloseTo(path + 0.5);
    }
    for (const path of [0, index.pathCount >> 1, index.pathCount - 1])
      for (const to of [revealRow(view, plan, path), scrollToRow(index, view, plan, path)]) {
        const there = planRows(index, to, false, index.steps, kept);
        const y = there.top + there.offset(path);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(height);
      }
  }
});

test('what is filtered out is a thin line without words, forks or ends', () => {
  const kept = keptBy(index, [{ kind: 'way', path: middle }]);
  const view = fit(900, 4000, index.steps);
  const list = layoutLanes({ index, view, chain: [], measure, nameOf: () => '', kept });
  const out = (path: number): boolean => !standsOut(kept, path);
  const rows = index.first.length;
  const words = list.labels.filter(({ text }) => text === 'then non-NULL: active').length;
  expect(words).toBeLessThan(keptOf(kept!, rows) + 1);
  expect(list.faint.length).toBeGreaterThan(100);
  expect(list.segments.some(({ path }) => out(path))).toBe(false);
  expect(list.ends.some(({ path, step }) => !standsOut(kept, path, step))).toBe(false);
  expect(list.dots.some(({ step }) => out(index.first.findLastIndex((first) => first <= step)))).toBe(false);
  for (const { path, from, to } of list.segments) expect(standsOut(kept, path, Math.max(from, to))).toBe(true);
  // Every path has its line, dimmed or not.
  const drawn = new Set([...list.faint, ...list.segments].map(({ path }) => path));
  expect(drawn.size).toBe(index.pathCount);
});
