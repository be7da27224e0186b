import { expect, test } from 'vitest';
import { randomExploration } from '../../tests/bench/random-exploration.ts';
import { keptBy, keptOf, standsOut } from './kept.ts';
import { layoutLanes } from './layout.ts';
import { indexExploration } from './model.ts';
import { planRows, revealRow, scrollToRow } from './rows.ts';
import { fit } from './viewport.ts';

const index = indexExploration(randomExploration(200, 7));
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
  expect(list.faint.length).toBeGreaterThan(100);
  expect(list.segments.some(({ path }) => out(path))).toBe(false);
  expect(list.ends.some(({ path, step }) => !standsOut(kept, path, step))).toBe(false);
  expect(list.dots.some(({ step }) => out(index.first.findLastIndex((first) => first <= step)))).toBe(false);
  for (const { path, from, to } of list.segments) expect(standsOut(kept, path, Math.max(from, to))).toBe(true);
  // Every path has its line, dimmed or not.
  const drawn = new Set([...list.faint, ...list.segments].map(({ path }) => path));
  expect(drawn.size).toBe(index.pathCount);
});
