import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../core/engine/index.ts';
import { parseLesson } from '../core/lesson/index.ts';
import type { LessonInfo } from '../core/engine/protocol.ts';
import { assets } from '../node/inputs.ts';

const engine = createEngine(assets());
const root = fileURLToPath(new URL('..', import.meta.url));
const traceability = (): Record<string, unknown> =>
  JSON.parse(readFileSync(`${root}tests/traceability.json`, 'utf8')) as Record<string, unknown>;
let lessons: readonly LessonInfo[] = [];
beforeAll(async () => {
  lessons = await engine.lessons();
});

describe('the course', () => {
  test('every lesson can be read, and each has its number and its place', () => {
    expect(lessons.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(lessons.length).toBeGreaterThan(0);
    expect(new Set(lessons.map(({ number }) => number)).size).toBe(lessons.length);
  });

  // One test for all, as the list is the engine's: what fails names its lesson and its line.
  test('there is nothing to complain about in any lesson', { timeout: 600_000 }, async () => {
    const complaints: string[] = [];
    for (const { id, file } of lessons)
      for (const { place, what } of await engine.lintLesson(id)) complaints.push(`${file} ${place}: ${what}`);
    expect(complaints).toEqual([]);
  });

  test('every statement of the source document is said on a page of a lesson', () => {
    const said = new Set<string>();
    for (const { file } of lessons)
      for (const page of parseLesson(readFileSync(`${root}${file}`, 'utf8'), file).pages)
        for (const id of page.says) said.add(id);
    const statements = Object.keys(traceability());
    expect(statements.filter((id) => !said.has(id))).toEqual([]);
  });

  // In C a global variable can be left out; in assembly the object has it whatever is written.
  test('an attempt without the global variable that a check sets is told so', async () => {
    const [id, page] = ['mid-buffer', 4];
    const inFolder = (end: string): Buffer => readFileSync(`${root}lessons/${id}/c/5-solution.bpf.${end}`);
    const renamed = inFolder('o').toString('latin1').replaceAll('\0calls\0', '\0other\0');
    const object = Uint8Array.from(renamed, (byte) => byte.charCodeAt(0));
    const source = { name: '5-solution.bpf.c', bytes: new Uint8Array(inFolder('c')) };
    const { ok, words } = await engine.checkExercise(id, page, { source, object });
    expect([ok, words]).toEqual([false, expect.stringMatching(/^It can’t be checked: .* no global variable 'calls'/)]);
  });

  test('what lessons say that they teach are statements of the source document', () => {
    const known = new Set(Object.keys(traceability()));
    for (const { id, teaches } of lessons)
      for (const one of teaches) expect(known, `${id} teaches ${one}`).toContain(one);
  });
});
