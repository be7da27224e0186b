import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { SimMachine } from '../core/kernel/machine/sim-machine.ts';
import { verify } from '../core/verifier/index.ts';
import { createExecutor } from '../core/vm/engines.ts';
import { predecode } from '../core/vm/predecode.ts';
import { kernelResolver } from '../core/vm/resolver.ts';
import { kernelModel } from '../node/inputs.ts';

// What programs return in a real 6.18 that they were run in (`npm run golden:runs`).
const path = (of: string): string => fileURLToPath(new URL(of, import.meta.url));
const recorded = JSON.parse(readFileSync(path('runs/recorded.json'), 'utf8')) as {
  readonly programs: Readonly<Record<string, number>>;
};
const kernel = kernelModel();

test.each(Object.entries(recorded.programs))('%s returns %i', (key, returned) => {
  const [file = '', prog] = key.split(':');
  const object = loadObject(new Uint8Array(readFileSync(path(`runs/${file}`))), { file, ...kernel.loading });
  const program = object.programs.find(({ name }) => name === prog)!;
  const { errno, probes } = verify({ program, object, kernel }, { logLevel: 0 });
  expect(errno).toBe(0);
  const machine = new SimMachine({ btf: kernel.btf, programBtf: object.btf });
  machine.createMaps(object.maps);
  const resolver = kernelResolver(kernel, object.programs);
  const executor = createExecutor({ code: predecode(program.insns), machine, limits: kernel.limits, resolver });
  const { fault, retval } = executor.run({
    ctx: new Uint8Array(0),
    unknown: [],
    stepLimit: 100_000,
    probes: (pc) => probes.has(pc),
  });
  expect(fault).toBeUndefined();
  expect(Number(BigInt.asIntN(32, retval))).toBe(returned);
});
