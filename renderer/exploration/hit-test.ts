import type { Arc, DrawList, Links } from './draw-list.ts';
import { PAD_LEFT, perStep } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** What lies under the pointer. Indices are those of the `ExplorationIndex`. */
export type Hit =
  | { readonly kind: 'fork'; readonly fork: number; readonly step: number }
  | { readonly kind: 'end'; readonly path: number; readonly step: number }
  | { readonly kind: 'prune'; readonly prune: number; readonly step: number }
  | { readonly kind: 'lane'; readonly path: number; readonly step: number }
  | { readonly kind: 'wait'; readonly fork: number; readonly path: number; readonly step: number };

type Found = Pick<DrawList, 'geometry' | 'forks' | 'ends' | 'segments' | 'waits'> & Partial<Pick<Links, 'arcs'>>;

/** Finds what is drawn at a point, shapes before lines. */
export function hitTest(list: Found, view: Viewport, px: number, py: number): Hit | null {
  const near = (x: number, y: number, r: number) => Math.abs(px - x) <= r && Math.abs(py - y) <= r;
  const { detail, pitch } = list.geometry.plan;
  // Where rows are close the pointer is on one of them, not on its neighbours.
  const reach = detail === 'roomy' ? 9 : Math.max(2, pitch / 2);
  for (const fork of list.forks)
    if (near(fork.x, fork.y, reach)) return { kind: 'fork', fork: fork.fork, step: fork.step };
  for (const end of list.ends) if (near(end.x, end.y, reach)) return { kind: 'end', path: end.path, step: end.step };
  for (const s of list.segments) {
    if (Math.abs(py - s.y) > reach || px < s.x0 - 5 || px > s.x1 + 5) continue;
    const step = Math.round(view.from + (px - PAD_LEFT) / perStep(view));
    return { kind: 'lane', path: s.path, step: Math.min(Math.max(step, s.from), s.to) };
  }
  for (const arc of list.arcs ?? []) {
    for (let t = 0; t <= 1; t += 1 / 32) {
      const [x, y] = cubic(arc.points, t);
      if (near(x, y, 6)) return { kind: 'prune', prune: arc.prune, step: arc.step };
    }
  }
  for (const w of list.waits) {
    const onDrop = Math.abs(px - w.drop) < 6 && (py - w.y0) * (py - w.y1) < 0;
    const onRun = Math.abs(py - w.y1) < Math.min(5, reach) && px > w.x0 && px < w.x1;
    if (onDrop || onRun) return { kind: 'wait', fork: w.fork, path: w.path, step: w.step };
  }
  return null;
}

/** A point of a cubic curve, `t` from 0 to 1. */
export function cubic(p: Arc['points'], t: number): [number, number] {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return [a * p[0] + b * p[2] + c * p[4] + d * p[6], a * p[1] + b * p[3] + c * p[5] + d * p[7]];
}
