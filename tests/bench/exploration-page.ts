/// <reference lib="dom" />
import { keptBy } from '../../renderer/exploration/kept.ts';
import { indexExploration } from '../../renderer/exploration/model.ts';
import type { Palette } from '../../renderer/exploration/palette.ts';
import { Timeline } from '../../renderer/exploration/timeline.ts';
import { fit, pan, zoom } from '../../renderer/exploration/viewport.ts';
import type { Viewport } from '../../renderer/exploration/viewport.ts';
import { randomExploration } from './random-exploration.ts';

/** Times of drawing the exploration, milliseconds. Runs in a page: bundled and called by exploration-frames.ts. */
export interface FrameTimes {
  readonly forks: number;
  readonly steps: number;
  readonly indexMs: number;
  readonly views: readonly {
    readonly name: string;
    readonly medianMs: number;
    readonly p95Ms: number;
    readonly frames: number;
  }[];
}

const palette: Palette = {
  text: '#dde3ec',
  dim: '#8d97a8',
  active: '#3ecfb5',
  drained: '#f0b64a',
  prune: '#b49bf5',
  bad: '#ff7070',
  ok: '#7fd694',
  scalar: '#6fb3ff',
  pane: '#141922',
  line: '#262e3b',
  faint: '#3a4454',
  words: 'sans-serif',
  code: 'monospace',
  scale: 1,
};

async function measure(forks: number, frames: number): Promise<FrameTimes> {
  const exploration = randomExploration(forks, 20_261_122);
  const started = performance.now();
  const index = indexExploration(exploration);
  const indexMs = performance.now() - started;
  const base = document.body.appendChild(document.createElement('canvas'));
  const over = document.body.appendChild(document.createElement('canvas'));
  const timeline = new Timeline(base, over);
  const steps = index.steps;
  const whole = fit(900, 260, steps);
  let kept: ReturnType<typeof keptBy> = null;
  const draw = (view: Viewport, step: number, until = steps) =>
    timeline.draw(
      { index, chain: [], nameOf: () => '', until, kept },
      view,
      palette,
      { step, progress: 1, hover: null, fork: -1, path: -1, pc: -1, focus: -1 },
      step,
      1,
    );

  const views: FrameTimes['views'][number][] = [];
  const run = async (
    name: string,
    view: (i: number) => Viewport,
    step: (i: number) => number,
    fog = false,
  ): Promise<void> => {
    const times: number[] = [];
    for (let i = 0; i < frames + 5; i++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const start = performance.now();
      draw(view(i), step(i), fog ? step(i) : steps);
      if (i >= 5) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]! * 100) / 100;
    views.push({ name, medianMs: at(0.5), p95Ms: at(0.95), frames });
  };
  const middle = steps >> 1;
  await run(
    'whole, resized every frame',
    (i) => ({ ...whole, width: 900 + (i % 2) }),
    () => middle,
  );
  await run(
    'whole, playing',
    () => whole,
    (i) => middle + i * 100,
  );
  const almost = zoom(whole, 450, 1.1, steps);
  await run(
    'nine tenths, panning',
    (i) => pan(almost, -i * 0.5, steps),
    () => middle,
  );
  const near = zoom(whole, 450, 20, steps);
  await run(
    'a twentieth, panning',
    (i) => pan(near, -i, steps),
    () => middle,
  );
  const close = zoom(whole, 450, steps / 400, steps);
  await run(
    '400 steps, panning',
    (i) => pan(close, -i * 3, steps),
    () => middle,
  );
  await run(
    '400 steps, playing',
    () => close,
    (i) => middle + i,
  );
  await run(
    'whole, playing in fog',
    () => whole,
    (i) => middle + i * 100,
    true,
  );
  await run(
    '400 steps, playing in fog',
    () => close,
    (i) => middle + i,
    true,
  );
  // Rows at their closest: a screen of a hundred lanes out of many.
  const lanes = zoom(whole, 450, (index.pathCount * 3) / 900, steps);
  await run(
    'lanes at 3 px, scrolling',
    (i) => ({ ...lanes, row: (index.pathCount >> 1) + i * 3 }),
    () => middle,
  );
  kept = keptBy(index, [{ kind: 'way', path: index.pathAt[index.pathCount >> 1]! }]);
  await run(
    'whole, one way stands out, playing',
    () => whole,
    (i) => middle + i * 100,
  );
  await run(
    'rows of what is filtered out, scrolling',
    (i) => ({ ...lanes, row: (index.pathCount >> 1) + i * 3 }),
    () => middle,
  );
  kept = null;
  await run(
    'zooming in',
    (i) => zoom(whole, 450, 1.12 ** i, steps),
    () => middle,
  );
  return { forks: exploration.forks.length, steps, indexMs: Math.round(indexMs), views };
}

Object.assign(globalThis, { measure });
