import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseBtf } from '../../core/btf/parse.ts';
import type { Btf } from '../../core/btf/btf.ts';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import { loadObject } from '../../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { assemble } from '../../core/isa/asm.ts';
import { TraceRecorder } from '../../core/trace/record/recorder.ts';
import { verify } from '../../core/verifier/index.ts';
import { kernelModel } from '../../node/inputs.ts';
import { KernelObject, kernelRefusal } from '../../oracle/kernel/load.ts';
import { median } from '../../cli/report.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

/** One program verified by the model and, in the same run, by the running kernel. */
export interface VerifierRate {
  readonly name: string;
  /** Processed instructions. */
  readonly insns: number;
  /** Median time of the model without any recording, microseconds. */
  readonly timeUs: number;
  /** Median of the kernel's own measure; null where it can't be asked or processed another number of instructions. */
  readonly kernelUs: number | null;
  /** Why there is no number of the kernel, or of the model. */
  readonly why?: string;
}

const WARM_UP_MS = 1000;
const COMPILED = fileURLToPath(new URL('iterators.bpf.o', import.meta.url));
const RUNTIME_BTF = '/sys/kernel/btf/vmlinux';

/** Loops in each other around iterators, `depth` of them; inside, some arithmetic and a branch on unknown values. */
function nestedIterators(depth: number, body: number): string {
  const lines = ['  r6 = 0'];
  for (let i = 0; i < depth; i++)
    lines.push(
      `  r1 = r10`,
      `  r1 += ${-8 * (i + 1)}`,
      `  w2 = 0`,
      `  w3 = 1000`,
      `  call bpf_iter_num_new`,
      `again${i}:`,
      `  r1 = r10`,
      `  r1 += ${-8 * (i + 1)}`,
      `  call bpf_iter_num_next`,
      `  if r0 == 0x0 goto done${i}`,
    );
  lines.push('  r7 = *(u32 *)(r0 +0)');
  for (let i = 0; i < body; i++)
    lines.push(
      `  r8 = r7`,
      `  r8 &= ${(1 << (i % 8)) | 1}`,
      `  if r8 == 0x0 goto skip${i}`,
      `  r6 += 1`,
      `skip${i}:`,
      `  r6 &= 0xff`,
    );
  for (let i = depth - 1; i >= 0; i--)
    lines.push(`  goto again${i}`, `done${i}:`, `  r1 = r10`, `  r1 += ${-8 * (i + 1)}`, `  call bpf_iter_num_destroy`);
  lines.push('  r0 = 0', '  exit');
  return lines.join('\n');
}

/**
 * An iterator loop whose body leaves each of `bits` stack slots either a number or a pointer, and reads them all: no two
 * of the 2^bits combinations cover each other.
 */
function combinations(bits: number): string {
  const slot = (i: number): number => -8 * (i + 2);
  const write = (i: number): string[] => [
    `  r8 = r7`,
    `  r8 &= ${1 << i}`,
    `  *(u64 *)(r10 ${slot(i)}) = r8`,
    `  if r8 == 0x0 goto number${i}`,
    `  *(u64 *)(r10 ${slot(i)}) = r10`,
    `number${i}:`,
  ];
  const each = <T>(line: (i: number) => T): T[] => Array.from({ length: bits }, (_, i) => line(i));
  return [
    `  r1 = r10`,
    `  r1 += -8`,
    `  w2 = 0`,
    `  w3 = 1000`,
    `  call bpf_iter_num_new`,
    `again:`,
    `  r1 = r10`,
    `  r1 += -8`,
    `  call bpf_iter_num_next`,
    `  if r0 == 0x0 goto done`,
    `  r7 = *(u32 *)(r0 +0)`,
    ...each(write).flat(),
    ...each((i) => `  r8 = *(u64 *)(r10 ${slot(i)})`),
    `  goto again`,
    `done:`,
    `  r1 = r10`,
    `  r1 += -8`,
    `  call bpf_iter_num_destroy`,
    `  r0 = 0`,
    `  exit`,
  ].join('\n');
}

/** A counted loop, walked round by round. */
const countedLoop = (rounds: number): string => `
  r0 = 0
  r1 = 0
again:
  r1 += 1
  r0 ^= r1
  if r1 < ${rounds} goto again
  r0 = 0
  exit`;

/** Two counted loops in each other. */
const nestedLoops = (outer: number, inner: number): string => `
  r0 = 0
  r1 = 0
outer:
  r2 = 0
inner:
  r2 += 1
  r0 += r2
  if r2 < ${inner} goto inner
  r1 += 1
  if r1 < ${outer} goto outer
  r0 = 0
  exit`;

const PROGRAMS: Record<string, string> = {
  'iterator loop, branches in its body': nestedIterators(1, 12),
  'three iterators in each other': nestedIterators(3, 8),
  'iterator loop, 2^6 combinations': combinations(6),
  'iterator loop, 2^9 combinations': combinations(9),
  'iterator loop, 2^11 combinations': combinations(11),
  'counted loop of 1000 rounds': countedLoop(1000),
  'counted loops, 60 by 1000': nestedLoops(60, 1000),
  'counted loops, 300 by 1000': nestedLoops(300, 1000),
};

const microseconds = (): number => performance.now() * 1000;

interface Subject {
  readonly name: string;
  readonly object: BpfObject;
  readonly program: BpfProgram;
}

/** A program of this file, assembled. */
function assembled(name: string, text: string, types: Btf): Subject {
  const insns = assemble(text, {
    resolveCall(called) {
      const id = types.find('func', called);
      return id === 0 ? undefined : { kfunc: id };
    },
  });
  const object = objectFromInsns(insns, { name: 'bench' });
  return { name, object, program: object.programs[0]! };
}

function subjects(types: Btf): Subject[] {
  const object = loadObject(new Uint8Array(readFileSync(COMPILED)), { file: 'iterators.bpf.o', kernelBtf: types });
  return [
    ...object.programs.map((program) => ({ name: `C: ${program.name}`, object, program })),
    ...Object.entries(PROGRAMS).map(([name, text]) => assembled(name, text, types)),
  ];
}

/** Measures each program `repeat` times, warm, on both sides. */
export function measureVerifier(repeat = 15): { rates: VerifierRate[]; refusal: string | null } {
  const { types, refusal } = kernelTypes();
  const rates = subjects(types).map(({ name, object, program }): VerifierRate => {
    const input = { program, object, kernel: linux618(types) };
    const first = verify(input, { logLevel: 0, now: microseconds });
    if (first.errno === null)
      return { name, insns: 0, timeUs: 0, kernelUs: null, why: `unsupported: ${first.unsupported ?? ''}` };
    // Warm: the engine's compiler has seen this program's paths before anything is measured.
    const until = performance.now() + WARM_UP_MS;
    while (performance.now() < until) verify(input, { logLevel: 0 });
    if (refusal !== null) {
      const times = Array.from({ length: repeat }, () => verify(input, { logLevel: 0, now: microseconds }).timeUs);
      return { name, insns: first.processed, timeUs: median(times), kernelUs: null, why: refusal };
    }
    const kernel = new KernelObject(object);
    try {
      const said = kernel.verify(program, 4);
      const times: number[] = [];
      const kernelTimes: number[] = [];
      // In turn, so that both meet the same disturbances.
      for (let i = 0; i < repeat; i++) {
        times.push(verify(input, { logLevel: 0, now: microseconds }).timeUs);
        kernelTimes.push(kernel.timeUs(program));
      }
      const rate = { name, insns: first.processed, timeUs: median(times) };
      return said.processed === first.processed && said.errno === first.errno
        ? { ...rate, kernelUs: median(kernelTimes) }
        : { ...rate, kernelUs: null, why: `the kernel processed ${said.processed} (errno ${said.errno})` };
    } finally {
      kernel.close();
    }
  });
  return { rates, refusal };
}

function kernelTypes(): { types: Btf; refusal: string | null } {
  const refusal = existsSync(RUNTIME_BTF) ? kernelRefusal() : 'this system has no /sys/kernel/btf/vmlinux';
  return { types: refusal === null ? parseBtf(new Uint8Array(readFileSync(RUNTIME_BTF))) : kernelModel().btf, refusal };
}

/** What a full recording of a long verification takes. */
export interface RecordingCost {
  readonly insns: number;
  /** Verifying and recording, milliseconds, the median of three. */
  readonly ms: number;
  /** Memory of the finished trace, bytes. */
  readonly bytes: number;
  /** The slowest of 200 seeks to anywhere, but for the slowest 5 %, milliseconds. */
  readonly seekMs: number;
}

/** Records nested loops near the limit of a million instructions, step by step. */
export function measureRecording(): RecordingCost {
  const { types } = kernelTypes();
  const { object, program } = assembled('recorded', nestedLoops(326, 1000), types);
  const costs = [0, 1, 2].map((): RecordingCost => {
    const recorder = new TraceRecorder(object.maps);
    const start = performance.now();
    const result = verify({ program, object, kernel: linux618(types) }, { logLevel: 0, sink: recorder });
    const trace = recorder.finish(result);
    const ms = performance.now() - start;
    const seeks = Array.from({ length: 200 }, (_, i) => {
      const begin = performance.now();
      trace.seek(1 + ((i * 7919) % trace.steps));
      return performance.now() - begin;
    }).sort((a, b) => a - b);
    return { insns: result.processed, ms, bytes: recorder.bytes, seekMs: seeks[189]! };
  });
  return { ...costs[0]!, ms: median(costs.map((cost) => cost.ms)) };
}
