/**
 * `npm run bench`: how fast the verifier is beside the running kernel's, on the same programs in the same run, and how
 * fast programs run. Prints ratios; nothing is asserted.
 */
import { cpus, release } from 'node:os';
import { explorationFrames, frameReport } from './exploration-frames.ts';
import { measureInterpreter } from './interp.ts';
import { measureBomb, measureLogs } from './logs.ts';
import { measureRecording, measureVerifier } from './verifier.ts';
import { measureStart, measureWindow } from './window.ts';

const millions = (perSecond: number): string => `${(perSecond / 1e6).toFixed(2)} M/s`;
const row = (...cells: readonly (string | number)[]): void =>
  console.log([String(cells[0]).padEnd(38), ...cells.slice(1).map((cell) => String(cell).padStart(14))].join(''));

console.log(`Node ${process.versions.node}, Linux ${release()}, ${cpus()[0]?.model ?? 'unknown processor'}\n`);

const { rates, refusal } = measureVerifier();
row('verifier (median, no recording)', 'insns', 'Iterscope', 'kernel', 'time ratio');
for (const { name, insns, timeUs, kernelUs, why } of rates) {
  const ours = timeUs === 0 ? '—' : millions((insns / timeUs) * 1e6);
  if (kernelUs === null) row(name, insns, ours, '—', why === refusal ? '—' : (why ?? '—'));
  else row(name, insns, ours, millions((insns / kernelUs) * 1e6), `${(timeUs / kernelUs).toFixed(2)} ×`);
}
if (refusal !== null) console.log(`The running kernel was not asked: ${refusal}.`);

console.log();
row('every state recorded', 'insns', 'time', 'trace', 'seek, p95');
const recording = measureRecording();
row(
  'counted loops, 326 by 1000',
  recording.insns,
  `${Math.round(recording.ms)} ms`,
  `${(recording.bytes / 1e6).toFixed(0)} MB`,
  `${recording.seekMs.toFixed(2)} ms`,
);

console.log();
row('log of 979k instructions to a file', 'time', 'memory', 'size');
const logs = await measureLogs();
for (const { name, seconds, memory, size } of logs)
  row(name, `${seconds.toFixed(2)} s`, `${Math.round(memory / 1e6)} MB`, `${Math.round(size / 1e6)} MB`);
if (logs.length === 0) console.log('Not measured: there is no dist/ (npm run build).');
row('an archive that is too large, refused', `${measureBomb().toFixed(0)} ms`);

console.log();
row('the window in Chromium', 'steps', 'switch', 'step, p95', 'longest task');
const windows = await measureWindow(process.argv.slice(2));
for (const { name, steps, switchMs, stepP95Ms, longestTaskMs } of windows)
  row(
    name,
    steps,
    `${Math.round(switchMs)} ms`,
    `${stepP95Ms.toFixed(1)} ms`,
    longestTaskMs === 0 ? '< 50 ms' : `${Math.round(longestTaskMs)} ms`,
  );
if (windows.length === 0) console.log('Not measured: there is no dist/ (npm run build).');
const begun = await measureStart();
if (begun !== null) {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  row('first start', 'measured', 'goal', 'of the goal');
  const against = (name: string, value: number, goal: number, text: (n: number) => string): void =>
    row(name, text(value), text(goal), `${(value / goal).toFixed(2)} ×`);
  const ms = (n: number): string => `${n.toFixed(n < 100 ? 1 : 0)} ms`;
  against('first registers on show (median)', begun.usableMs, 400, ms);
  against('script of the page, gzipped', begun.pageBytes, 300_000, kilobytes);
  row('script of the engine worker, gzipped', kilobytes(begun.workerBytes));
  against('frame while playing 131,072 paths, p95', begun.frameP95Ms, 1000 / 60, ms);
  row('frames asked for in half a second idle', begun.idleFrames);
}

console.log();
console.log(frameReport(await explorationFrames()));

console.log();
row('interpreter (best)', 'insns', 'insns/s');
for (const { name, insns, insnsPerSecond } of measureInterpreter()) row(name, insns, millions(insnsPerSecond));
