import { Seeds } from './generate.ts';
import { InputJudge } from './judge.ts';

// Judges inputs for the process that started this one, which ends it when an input takes too long or too much.

const seeds = await Seeds.load();
const judge = new InputJudge();

process.on('message', ({ seed, index }: { seed: number; index: number }) => {
  const input = seeds.input(seed, index);
  void judge
    .complaint(input)
    .then((complaint) => process.send!({ index, complaint, what: input.what, rss: process.memoryUsage().rss }));
});
process.send!({ ready: true });
