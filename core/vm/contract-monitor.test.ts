import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { assemble } from '../isa/asm.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import type { Insn } from '../isa/insn.ts';
import { ContractMonitor } from './contract-monitor.ts';
import type { Breach } from './contract-monitor.ts';
import { contractText } from './contract-words.ts';
import { createExecutor } from './engines.ts';
import { predecode } from './predecode.ts';
import { kernelResolver } from './resolver.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(path('../kernel/btf/linux-6.18.bin')))));

function watched(insns: readonly Insn[]): readonly Breach[] {
  const machine = new SimMachine();
  const monitor = new ContractMonitor(kernelResolver(kernel), kernel.iterators, machine.memory);
  const executor = createExecutor({ code: predecode(insns), machine, resolver: monitor, limits: kernel.limits });
  monitor.watch(executor);
  monitor.finish(executor.run().fault);
  return monitor.breaches;
}

const call = (name: string): string => `call ${name}#${kernel.btf.find('func', name)}\n`;
const num = (method: string, at: number, args = ''): string =>
  `r1 = r10\nr1 += ${at}\n${args}${call(`bpf_iter_num_${method}`)}`;
const make = num('new', -8, 'r2 = 0\nr3 = 2\n');
const END = 'r0 = 0\nexit';

test.each<[words: string, text: string, seen: readonly Partial<Breach>[]]>([
  ['all is kept', make + num('next', -8) + num('destroy', -8), []],
  ['also when the constructor fails', num('new', -8, 'r2 = 5\nr3 = 2\n') + num('next', -8) + num('destroy', -8), []],
  ['an address may be used again', make + num('destroy', -8) + make + num('destroy', -8), []],
  ['NULL stays NULL', `${make}${num('next', -8).repeat(5)}${num('destroy', -8)}`, []],
  ['it is left behind', make, [{ kind: 'not-destroyed', iterator: 'num', ref: 1, func: '', pc: -1, step: 7 }]],
  ['next without new', num('next', -8), [{ kind: 'never-made', ref: 0, func: 'bpf_iter_num_next', pc: 2, step: 3 }]],
  ['destroyed twice', make + num('destroy', -8).repeat(2), [{ kind: 'destroyed-twice', ref: 1, pc: 10, step: 11 }]],
  ['used after it', make + num('destroy', -8) + num('next', -8), [{ kind: 'used-after-destroy', ref: 1 }]],
  ['made twice', make + make + num('destroy', -8), [{ kind: 'made-again', ref: 1, func: 'bpf_iter_num_new' }]],
  [
    'written by the program',
    `${make}*(u32 *)(r10 -4) = 9\n${num('next', -8)}${num('destroy', -8)}`,
    [{ kind: 'state-written', at: 4, func: 'bpf_iter_num_next' }],
  ],
  [
    'written in the meantime, seen once',
    `${make}*(u32 *)(r10 -8) = 0\n${num('destroy', -8)}`,
    [{ kind: 'state-written', at: 0, func: 'bpf_iter_num_destroy' }],
  ],
])('%s', (_words, text, seen) => {
  const breaches = watched(assemble(text + END));
  expect(breaches).toMatchObject(seen);
  expect(breaches).toHaveLength(seen.length);
  for (const breach of breaches) expect(contractText(breach)).toContain('iter_num');
});
