import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { parseBtf } from '../core/btf/parse.ts';
import { verify } from '../core/verifier/index.ts';
import { BpfError } from '../oracle/kernel/bpf-syscall.ts';
import { judge } from '../oracle/kernel/judge.ts';
import { kernelRefusal, KernelObject } from '../oracle/kernel/load.ts';
import { firstDifference } from '../oracle/kernel/log-text.ts';
import { goldenNames, goldenText, parseGolden, sha256 } from '../oracle/golden-file.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { EPERM } from '../core/base/errno.ts';

const root = fileURLToPath(new URL('golden', import.meta.url));
const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

/** Programs of the goldens that the model does not cover, and why: `theme/object:program<TAB>reason`, one a line. */
const GAPS = 'tests/golden-gaps.txt';
const gaps = new Map(
  readFileSync(fileURLToPath(new URL('golden-gaps.txt', import.meta.url)), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string]),
);

const names = goldenNames(root);
const read = (name: string, ending: string): Uint8Array => new Uint8Array(readFileSync(join(root, name + ending)));
const load = (name: string, btf = kernel.btf) =>
  loadObject(read(name, '.bpf.o'), { file: `${name.split('/')[1]}.bpf.o`, ...linux618(btf).loading });

const uncovered = new Map<string, string[]>();
afterAll(() => {
  for (const [why, programs] of uncovered)
    console.log(`not covered, ${programs.length} programs: ${why}: ${programs.join(' ')}`);
});

describe.each(names)('%s', (name) => {
  test('its object and its log are there, for the same programs', () => {
    const { goldens } = parseGolden(readFileSync(join(root, `${name}.log`), 'utf8'));
    const programs = load(name).programs.flatMap((program) => [program.name, program.name]);
    expect(goldens.map(({ prog }) => prog)).toEqual(programs);
  });

  const log = join(root, `${name}.log`);
  const recorded = existsSync(log) ? parseGolden(readFileSync(log, 'utf8')).goldens : [];
  const object = load(name);
  test.each(recorded.map((golden) => [`${golden.prog} level ${golden.level}`, golden] as const))(
    '%s',
    (title, golden) => {
      const program = object.programs.find((candidate) => candidate.name === golden.prog)!;
      const result = verify({ program, object, kernel }, { logLevel: golden.level });
      if (result.errno === null) {
        const why = result.unsupported ?? 'without a reason';
        uncovered.set(why, [...(uncovered.get(why) ?? []), `${name}:${title.replace(' level ', '@')}`]);
        // A gap that nobody has agreed to is a program that was covered, and is not any more.
        expect(gaps.get(`${name}:${golden.prog}`), `${why}; known gaps are in ${GAPS}`).toBe(why);
        return;
      }
      if (golden.log !== null) {
        const difference = firstDifference(golden.log, goldenText(result.log));
        expect(difference && words(difference)).toBeNull();
      } else expect(sha256(goldenText(result.log))).toBe(golden.digest);
      expect(result.errno).toBe(golden.errno);
    },
  );
});

function words({ line, left, right, before }: NonNullable<ReturnType<typeof firstDifference>>): string {
  return [`line ${line}`, ...before, `kernel: ${left ?? '(ends)'}`, `model:  ${right ?? '(ends)'}`].join('\n');
}

/** What the running kernel says, or null where it does not let anybody load a program of this type. */
function asked<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof BpfError && error.errno === -EPERM) return null;
    throw error;
  }
}

const refusal =
  kernelRefusal() ??
  (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`) ??
  (existsSync('/sys/kernel/btf/vmlinux') ? null : 'the kernel has no BTF');

describe('the running kernel says the same', () => {
  if (refusal !== null) {
    test.skip(`not asked: ${refusal}`, () => undefined);
    return;
  }
  const live = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
  test.each(names)('%s', (name) => {
    const object = load(name, live);
    const kernel = new KernelObject(object);
    try {
      const parted = object.programs.flatMap((program) => {
        const judgement = asked(() => judge(program, object, live, kernel, 2));
        if (judgement === null) return [];
        const { disagreement, difference, crash } = judgement;
        if (disagreement === null) return [];
        return [`${program.name}: ${disagreement}\n${crash ?? (difference === undefined ? '' : words(difference))}`];
      });
      expect(parted).toEqual([]);
    } finally {
      kernel.close();
    }
  });
});
