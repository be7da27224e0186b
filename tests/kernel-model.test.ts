import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import { loadObject } from '../core/elf/load.ts';
import { assemble } from '../core/isa/asm.ts';
import { verify } from '../core/verifier/index.ts';
import type { VerifyResult } from '../core/verifier/index.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../core/kernel/btf/shipped.ts';
import type { IteratorDescriptor } from '../core/kernel/catalogue/descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL } from '../core/kernel/catalogue/descriptor.ts';
import type { KernelModel } from '../core/kernel/model.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const linux = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

/** An iterator that no kernel has: it gives 3, 2, 1. */
const countdown: IteratorDescriptor = {
  name: 'countdown',
  doc: 'Counts down.',
  size: 16,
  declaration: { parameters: [{ name: 'from', type: 'int' }], element: 'u64' },
  new: { name: 'bpf_iter_countdown_new', flags: KF_ITER_NEW, doc: 'Begins.' },
  next: { name: 'bpf_iter_countdown_next', flags: KF_ITER_NEXT | KF_RET_NULL, doc: 'Counts.' },
  destroy: { name: 'bpf_iter_countdown_destroy', flags: KF_ITER_DESTROY, doc: 'Ends.' },
};

const LOOP = [
  'r1 = r10',
  'r1 += -16',
  'r2 = 3',
  'call bpf_iter_countdown_new',
  'next: r1 = r10',
  'r1 += -16',
  'call bpf_iter_countdown_next',
  'if r0 == 0 goto done',
  'r6 = *(u64 *)(r0 + 0)',
  'goto next',
  'done: r1 = r10',
  'r1 += -16',
  'call bpf_iter_countdown_destroy',
  'r0 = 0',
  'exit',
];

function judge(kernel: KernelModel, lines: readonly string[]): VerifyResult {
  const resolveCall = (name: string): { kfunc: number } | undefined => {
    const id = kernel.btf.find('func', name);
    return id === 0 ? undefined : { kfunc: id };
  };
  const object = objectFromInsns(assemble(lines.join('\n'), { resolveCall }), { name: 'own' });
  return verify({ program: object.programs[0]!, object, kernel }, { logLevel: 2 });
}

test('a derived model knows an iterator that the kernel does not have, and the one it comes from does not', () => {
  const own = linux.derive({ iterators: [countdown] });
  const { errno, log } = judge(own, LOOP);
  expect(errno).toBe(0);
  expect(log).toContain('call bpf_iter_countdown_next#');
  expect(log).toContain('fp-16=iter_countdown(ref_id=1,state=active,depth=1)');
  expect(own.kfuncs.find('bpf_iter_countdown_new')?.iterator?.method).toBe('new');
  expect(linux.kfuncs.find('bpf_iter_countdown_new')).toBeNull();
  expect(linux.btf.find('func', 'bpf_iter_countdown_new')).toBe(0);
  expect(own.id).toBe('linux-6.18+countdown');
});

test('its contract is checked as that of any iterator', () => {
  const own = linux.derive({ iterators: [countdown] });
  const leaks = LOOP.filter((line) => !line.includes('destroy'));
  expect(judge(own, leaks).rejection?.kind).toBe('unreleased-reference');
  const load = 'r6 = *(u64 *)(r0 + 0)';
  const unchecked = LOOP.flatMap((line) => (line === load ? [] : line.startsWith('if r0') ? [load, line] : [line]));
  expect(judge(own, unchecked).rejection?.kind).toBe('invalid-mem-access');
});

test('a limit that is changed holds, and nothing else changes', () => {
  const small = linux.derive({ limits: { processed: 10 } });
  const counting = ['r0 = 0', 'again: r0 += 1', 'if r0 < 100 goto again', 'exit'];
  const result = judge(small, counting);
  expect(result.errno).toBe(-7);
  expect(result.log).toContain('BPF program is too large. Processed 11 insn');
  expect(result.log).toContain('processed 11 insns (limit 10)');
  expect(judge(linux, counting).errno).toBe(0);
  expect(small.id).toBe('linux-6.18+processed=10');
});

test('the limit of frames holds for functions that a helper calls too', () => {
  const file = 'tests/golden/callbacks/loops.bpf.o';
  const read = (kernel: KernelModel): VerifyResult[] => {
    const bytes = readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)));
    const object = loadObject(new Uint8Array(bytes), { file, ...kernel.loading });
    return object.programs.map((program) => verify({ program, object, kernel }, { logLevel: 0 }));
  };
  const accepted = read(linux).filter(({ errno }) => errno === 0).length;
  expect(accepted).toBeGreaterThan(0);
  const small = read(linux.derive({ limits: { frames: 1 } }));
  expect(small.filter(({ rejection }) => rejection?.kind === 'too-many-frames').length).toBeGreaterThanOrEqual(
    accepted,
  );
});

test('a model is frozen', () => {
  expect(() => Object.assign(linux.limits, { processed: 5 })).toThrow(TypeError);
  expect(() => Object.assign(linux, { id: 'other' })).toThrow(TypeError);
});

test.each([
  [{ iterators: [{ ...countdown, declaration: undefined }] }, 'the kernel has no struct bpf_iter_countdown'],
  [{ iterators: [{ ...countdown, size: 12 }] }, 'no positive multiple of 8'],
  [
    { iterators: [{ ...countdown, declaration: { parameters: [], element: 'struct nowhere' } }] },
    "no type 'struct nowhere'",
  ],
  [{ limits: { stack: 4096 } }, 'a stack has at most 512 bytes'],
  [{ limits: { frames: 0 } }, '0 frames'],
] as const)('what no kernel could be is refused: %#', (changes, words) => {
  expect(() => linux.derive(changes as unknown as Parameters<KernelModel['derive']>[0])).toThrow(words);
});
