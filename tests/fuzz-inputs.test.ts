import { beforeAll, expect, test } from 'vitest';
import { Seeds } from '../oracle/fuzz-inputs/generate.ts';
import { InputJudge } from '../oracle/fuzz-inputs/judge.ts';

// A short run of `npm run fuzz:inputs`: spoilt objects, traces and texts, taken as the app takes them.

const COUNT = 200;
const SEED = 20261129;

let seeds: Seeds;
beforeAll(async () => {
  seeds = await Seeds.load();
}, 60_000);

test(`${COUNT} spoilt inputs: no crash, every message in one line with file and place`, async () => {
  const judge = new InputJudge();
  const complaints: string[] = [];
  for (let index = 0; index < COUNT; index++) {
    const input = seeds.input(SEED, index);
    const begun = performance.now();
    const complaint = await judge.complaint(input);
    const took = performance.now() - begun;
    if (complaint !== null) complaints.push(`input ${index}, ${input.what}: ${complaint}`);
    if (took > 10_000) complaints.push(`input ${index}, ${input.what}: ${Math.round(took)} ms`);
  }
  expect(complaints).toEqual([]);
}, 120_000);

test('the same seed and number give the same input', () => {
  for (const index of [0, 1, 2, 3, 50]) expect(seeds.input(3, index)).toEqual(seeds.input(3, index));
});
