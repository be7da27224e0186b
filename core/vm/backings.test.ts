import { expect, test } from 'vitest';
import type { MapDef } from '../elf/object.ts';
import { assemble } from '../isa/asm.ts';
import { plainBacking, wasmBacking } from '../kernel/machine/memory-backing.ts';
import type { MemoryBacking } from '../kernel/machine/memory-backing.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { RunResult } from './executor.ts';
import { executor, KERNEL } from './fixture.ts';
import { kernelResolver } from './resolver.ts';

const map = (name: string, type: number, keySize: number, valueSize: number, maxEntries: number): MapDef => ({
  name,
  type,
  keySize,
  valueSize,
  maxEntries,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
});
const MAPS: MapDef[] = [
  map('hash', 1, 4, 4096, 256),
  map('rb', 27, 0, 0, 1 << 20),
  { ...map('progs', 3, 4, 4, 1), programs: new Map([[0, 'other']]) },
];

// Each makes the memory grow while it runs, and goes on with its stack and context afterwards.
const PROGRAMS: [string, bigint, string][] = [
  [
    'a loop that fills a hash map',
    82n,
    `r6 = r1\nr7 = 0\n*(u64 *)(r10 -16) = 77
     next: *(u32 *)(r10 -4) = r7\nr1 = map[0]\nr2 = r10\nr2 += -4\nr3 = r6\nr4 = 0\ncall bpf_map_update_elem#2
     r7 += 1\nif r7 != 0x64 goto next
     r1 = *(u64 *)(r10 -16)\nr0 = *(u8 *)(r6 +5)\nr0 += r1\nexit`,
  ],
  [
    'a callback that does',
    65n,
    `r6 = r1\n*(u64 *)(r10 -8) = r6\nr1 = 60\nr2 = func body\nr3 = r10\nr3 += -8\nr4 = 0\ncall bpf_loop#181
     r1 = *(u8 *)(r6 +5)\nr0 += r1\nexit
     body: *(u32 *)(r10 -4) = r1\nr6 = r2\nr1 = map[0]\nr2 = r10\nr2 += -4\nr3 = *(u64 *)(r6 +0)\nr4 = 0
     call bpf_map_update_elem#2\nr1 = *(u64 *)(r6 +0)\nr1 = *(u8 *)(r1 +5)\nr0 = 0\nif r1 == 0x5 goto out\nr0 = 1\nout: exit`,
  ],
  [
    'a record of a ring buffer',
    5n,
    `r6 = r1\nr1 = map[1]\nr2 = 400000\nr3 = 0\ncall bpf_ringbuf_reserve#131\nif r0 == 0x0 goto none
     r7 = *(u8 *)(r6 +5)\nr1 = r0\nr1 += 399999\n*(u8 *)(r1 +0) = r7\nr1 = r0\nr2 = 0\ncall bpf_ringbuf_submit#132\nr0 = *(u8 *)(r6 +5)\nnone: exit`,
  ],
  [
    'a tail call, whose program has stacks of its own',
    1285n,
    `r6 = 5\ncall f\nr0 += r6\nexit\nf: r2 = map[2]\nr3 = 0\ncall bpf_tail_call#12\nr0 = 1\nexit`,
  ],
];
const OTHER = { name: 'other', insns: assemble('r0 = *(u8 *)(r1 +5)\n*(u64 *)(r10 -512) = r0\nr0 <<= 8\nexit') };

test.each(PROGRAMS)('%s runs alike on both kinds of memory', (_name, retval, text) => {
  const run = (backing: MemoryBacking): { readonly results: RunResult[]; readonly records: unknown[] } => {
    const machine = new SimMachine({ backing });
    machine.createMaps(MAPS);
    const vm = executor(assemble(text), machine, kernelResolver(KERNEL, [OTHER]));
    const results = [0, 1].map(() => vm.run({ ctx: Uint8Array.from({ length: 4096 }, (_, i) => i) }));
    return { results, records: machine.records().map(({ bytes }) => [bytes.length, bytes.at(-1)]) };
  };
  const plain = run(plainBacking());
  expect(run(wasmBacking(new WebAssembly.Memory({ initial: 1 })))).toEqual(plain);
  for (const record of plain.records) expect(record).toEqual([400_000, 5]);
  expect(plain.results).toMatchObject([{ retval }, { retval }]);
});
