import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Unsupported } from '../core/base/errors.ts';
import { loadObject } from '../core/elf/load.ts';
import { SimMachine } from '../core/kernel/machine/sim-machine.ts';
import { testInput } from '../core/kernel/machine/test-context.ts';
import { ContractMonitor } from '../core/vm/contract-monitor.ts';
import { contractText } from '../core/vm/contract-words.ts';
import { createExecutor } from '../core/vm/engines.ts';
import { predecode } from '../core/vm/predecode.ts';
import { kernelResolver } from '../core/vm/resolver.ts';
import { kernelModel } from '../node/inputs.ts';
import { goldenNames, parseGolden } from '../oracle/golden-file.ts';

const root = fileURLToPath(new URL('golden', import.meta.url));
const kernel = kernelModel();

test('programs that the kernel accepts keep every contract of its own iterators', () => {
  let made = 0;
  for (const name of goldenNames(root)) {
    const log = join(root, `${name}.log`);
    if (!existsSync(log)) continue;
    const { goldens } = parseGolden(readFileSync(log, 'utf8'));
    const accepted = new Set(goldens.filter(({ errno }) => errno === 0).map(({ prog }) => prog));
    const object = loadObject(new Uint8Array(readFileSync(join(root, `${name}.bpf.o`))), {
      ...kernel.loading,
      file: name,
    });
    for (const program of object.programs) {
      if (!accepted.has(program.name) || program.unsupported !== undefined) continue;
      const machine = new SimMachine();
      machine.createMaps(object.maps);
      const resolver = kernelResolver(kernel, object.programs);
      const monitor = new ContractMonitor(resolver, kernel.iterators, machine.memory);
      try {
        const { ctx, unknown, packet } = testInput(program, kernel, machine, new Uint8Array(64));
        const code = predecode(program.insns);
        const executor = createExecutor({ code, machine, resolver: monitor, limits: kernel.limits });
        monitor.watch(executor);
        const pointers = packet === null ? {} : { pointers: packet.pointers };
        monitor.finish(executor.run({ ctx, unknown, stepLimit: 500_000, ...pointers }).fault);
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
      }
      made += monitor.iterators;
      expect(monitor.breaches.map(contractText), `${name} ${program.name}`).toEqual([]);
    }
  }
  expect(made).toBeGreaterThan(100);
});
