import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionEntry } from '../../core/engine/protocol.ts';
import { unpackExploration } from '../../core/trace/views/packed-exploration.ts';
import type { SessionInfo } from '../../core/trace/views/view.ts';
import { repositoryEngine } from './repository.ts';
import { extentOf, knownOf, OPEN_WORDS } from '../../renderer/exploration/known.ts';
import type { Known, Seen } from '../../renderer/exploration/known.ts';

/** A sample that is verified, as the window has it. */
async function opened(file: string): Promise<Omit<Seen, 'step'> & { info: SessionInfo; entry: SessionEntry }> {
  const engine = repositoryEngine();
  const { sessions } = await engine.openSample(file);
  const { session } = sessions[0]!;
  return {
    info: await engine.info(session),
    exploration: unpackExploration(await engine.exploration(session)),
    why: await engine.why(session),
    entry: sessions[0]!,
  };
}
const signs = ({ forked, stored }: Known, { insns }: SessionInfo) => ({
  forks: insns.filter(forked).map(({ index }) => index),
  checkpoints: insns.filter(stored).map(({ index }) => index),
});

test('marks of the listing come with the walk, and all of them at its end', async () => {
  const seen = await opened('num_sum.bpf.o');
  const at = (step: number) => signs(knownOf({ ...seen, step }), seen.info);
  expect(at(1)).toEqual({ forks: [], checkpoints: [] });
  expect(at(8)).toEqual({ forks: [], checkpoints: [] });
  expect(at(9)).toEqual({ forks: [8], checkpoints: [8] });
  expect(at(21).forks).toEqual([8]);
  expect(at(22).forks).toEqual([8, 15]);
  expect(at(35)).toEqual(at(Infinity));
  expect(at(Infinity).forks).toEqual([8, 15]);
});

test.each(['num_sum.bpf.o', 'first_even.bpf.o'])('%s: nothing of the verdict before the last step', async (file) => {
  const seen = await opened(file);
  const { info, entry } = seen;
  for (let step = 1; step < info.steps; step++) {
    const known = knownOf({ ...seen, step });
    expect(known).toMatchObject({ all: false, until: step, verdict: null, why: null });
    const line = known.entry(entry);
    expect(line).toMatchObject({ open: true, accepted: null, errno: null, summary: `${info.program}: ${OPEN_WORDS}` });
    expect(known.entry({ ...entry, session: entry.session + 1 }).accepted).toBe(entry.accepted);
    expect([known.tells(info.program, info.file), known.tells('other', info.file)]).toEqual([false, true]);
  }
  const end = knownOf({ ...seen, step: info.steps });
  expect(end).toMatchObject({ all: true, until: info.steps, extent: info.steps, why: seen.why });
  expect(end.verdict).toBe(info.verdict);
  expect(end.entry(entry)).toBe(entry);
});

test('what was rejected before the walk began is known at once, and nothing where nothing is open', async () => {
  const seen = await opened('num_sum.bpf.o');
  expect(knownOf({ ...seen, info: { ...seen.info, steps: 0 }, step: 0 }).all).toBe(true);
  expect(knownOf({ info: null, exploration: null, why: null, step: 0 })).toMatchObject({ all: true, verdict: null });
  // Not laid out yet: no mark is known, and the verdict is not told either.
  const early = knownOf({ ...seen, exploration: null, step: 9 });
  expect([early.verdict, signs(early, seen.info)]).toEqual([null, { forks: [], checkpoints: [] }]);
});

test('law: the axis of an open walk has room ahead, and depends on what was walked alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (until) => {
      const extent = extentOf(until);
      expect(extent).toBeGreaterThanOrEqual(Math.max(24, until * 1.5));
      expect(extent).toBeLessThanOrEqual(Math.max(24, until * 3));
      expect(extentOf(until + 1)).toBeGreaterThanOrEqual(extent);
    }),
    { seed: 11 },
  );
});
