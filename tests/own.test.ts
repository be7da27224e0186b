import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../core/engine/index.ts';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../core/elf/object.ts';
import { assemble } from '../core/isa/asm.ts';
import { headerOf } from '../core/kernel/catalogue/own/header.ts';
import { describedBy, iteratorsOf, modelOf } from '../core/kernel/catalogue/own/model-file.ts';
import { SimMachine } from '../core/kernel/machine/sim-machine.ts';
import { DEFAULT_WORLD } from '../core/kernel/machine/world/default-world.ts';
import type { KernelModel } from '../core/kernel/model.ts';
import type { IteratorRule } from '../core/kernel/rules/iterator-rules.ts';
import { verify } from '../core/verifier/index.ts';
import type { VerifyResult } from '../core/verifier/index.ts';
import { ContractMonitor } from '../core/vm/contract-monitor.ts';
import type { Breach } from '../core/vm/contract-monitor.ts';
import { contractText } from '../core/vm/contract-words.ts';
import { createExecutor } from '../core/vm/engines.ts';
import type { RunResult } from '../core/vm/executor.ts';
import { predecode } from '../core/vm/predecode.ts';
import { kernelResolver } from '../core/vm/resolver.ts';
import { assets, kernelModel } from '../node/inputs.ts';

const own = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`own/${name}`, import.meta.url))));
const linux = kernelModel();
const described = describedBy(own('model.json'));
const model = modelOf(described, linux);

const processes = DEFAULT_WORLD.tasks.filter(({ pid, tgid }) => tgid === undefined || tgid === pid);

interface Ran extends RunResult {
  readonly breaches: readonly Breach[];
  readonly kinds: readonly string[];
}

function run(kernel: KernelModel, object: BpfObject, program: BpfProgram, stepLimit = 5_000_000): Ran {
  const machine = new SimMachine({ world: DEFAULT_WORLD, btf: kernel.btf });
  machine.createMaps(object.maps);
  const monitor = new ContractMonitor(kernelResolver(kernel), kernel.iterators, machine.memory);
  const code = predecode(program.insns);
  const executor = createExecutor({ code, machine, resolver: monitor, limits: kernel.limits });
  monitor.watch(executor);
  const result = executor.run({ ctx: new Uint8Array(64), stepLimit });
  monitor.finish(result.fault);
  return { ...result, breaches: monitor.breaches, kinds: monitor.breaches.map(({ kind }) => kind) };
}

describe('compiled programs over iterators of one’s own', () => {
  const object = loadObject(own('own.bpf.o'), { ...model.loading, file: 'own.bpf.o', kernelBtf: model.btf });
  const program = (name: string): BpfProgram => object.programs.find((one) => one.name === name)!;
  const verdict = (name: string): VerifyResult =>
    verify({ program: program(name), object, kernel: model }, { logLevel: 2 });

  test.each([
    ['sum_evens', 1 + 3 + 5 + 7 + 9],
    // -ERANGE, and nothing in it.
    ['fails', 3400],
    // The element 4, then 6, and three more.
    ['looks_ahead', 463],
    ['counts_down', 963],
    // -E2BIG: longest is 100.
    ['too_long', -7 >>> 0],
    ['last_prime', 1],
    // Bits 0, 2 and 63.
    ['bit_places', 263],
    ['pre_order', 12453],
    ['post_order', 45231],
    ['breadth_first', 12345],
    ['no_order', 0],
    // pid, tgid, flags and comm of three tasks, at the offsets of the kernel's BTF.
    ['counts_later', processes.filter(({ pid }) => pid > 100).length],
    ['reads_tasks', ((1 + 1) * 10 + 70 + 70 + 4 + 1) * 10 + 71 + 70 + 1],
  ])('%s is accepted, returns %i and keeps every contract', (name, value) => {
    expect(verdict(name)).toMatchObject({ errno: 0 });
    const ran = run(model, object, program(name));
    expect(ran.fault).toBeUndefined();
    expect(Number(BigInt.asUintN(32, ran.retval))).toBe(value);
    expect(ran.kinds).toEqual([]);
  });

  test.each([
    ['forgets', 'unreleased-reference', 'would lead to reference leak'],
    ['unchecked', 'invalid-mem-access', "R0 invalid mem access 'scalar'"],
    ['confuses', 'uninitialized-iterator', 'expected an initialized iter_evens as arg #0'],
    ['peeks_before', 'uninitialized-iterator', 'expected an initialized iter_evens as arg #0'],
  ])('%s is rejected as with a kernel’s own iterator: %s', (name, kind, words) => {
    const { rejection, log } = verdict(name);
    expect(rejection?.kind).toBe(kind);
    expect(log).toContain(words);
    // A model with all its rules logs as Linux does.
    expect(log).not.toContain('NOT THE KERNEL');
  });

  test('the headers are those that are printed', () => {
    for (const one of iteratorsOf(described, linux))
      expect(new TextDecoder().decode(own(`headers/${one.definition.name}.h`))).toBe(headerOf(one));
  });

  test('they are unknown to the kernel that the model comes from', () => {
    const plain = loadObject(own('own.bpf.o'), { ...linux.loading, file: 'own.bpf.o', kernelBtf: linux.btf });
    const result = verify({ program: plain.programs[0]!, object: plain, kernel: linux }, { logLevel: 1 });
    expect(result.errno).not.toBe(0);
  });

  test('help knows them', async () => {
    const engine = createEngine(assets());
    await engine.useModel(new TextDecoder().decode(own('model.json')));
    const help = async (word: string): Promise<string> => (await engine.shell(`help ${word}`, -1, 0)).output;
    expect(await help('evens')).toContain('Even distances from a number on. Its elements are int. No kernel has it.');
    expect(await help('bpf_iter_evens_new')).toContain('-EINVAL when from is below 0, -ERANGE when to is above 1000');
    expect(await help('bpf_iter_evens_left')).toContain('How many elements are still to come.');
  });
});

/** A definition as it is written, with these fields in the place of its own. */
const counting = (change: object = {}): object => ({
  name: 'count',
  new: {
    parameters: [{ name: 'to', type: 'int' }],
    fails: [{ parameter: 'to', below: 0, errno: 'EINVAL' }],
  },
  element: 'u64',
  generator: { kind: 'range', to: { parameter: 'to' } },
  ...change,
});

const derived = (value: object): KernelModel =>
  modelOf(describedBy(new TextEncoder().encode(JSON.stringify(value))), linux);

function assembled(kernel: KernelModel, text: string): BpfObject {
  const resolveCall = (name: string): { kfunc: number } | undefined => {
    const id = kernel.btf.find('func', name);
    return id === 0 ? undefined : { kfunc: id };
  };
  return objectFromInsns(assemble(text, { resolveCall }));
}

const at = (off: number): string => `r1 = r10\nr1 += ${off}\n`;
const make = (off: number, to: number, type = 'count'): string => `${at(off)}r2 = ${to}\ncall bpf_iter_${type}_new\n`;
const next = (off: number, type = 'count'): string => `${at(off)}call bpf_iter_${type}_next\n`;
const destroy = (off: number, type = 'count'): string => `${at(off)}call bpf_iter_${type}_destroy\n`;
const RETURN = 'r0 = 0\nexit\n';
const loop = (off: number, body = ''): string => `again: ${next(off)}if r0 == 0 goto done\n${body}goto again\ndone: `;

describe('things of the world', () => {
  const world = new SimMachine({ world: DEFAULT_WORLD, btf: linux.btf }).kernel;
  const counted = (generator: object, struct: string, more: object = {}): Ran => {
    const kernel = derived({
      name: 'count',
      element: `struct ${struct}`,
      generator: { kind: 'things', ...generator },
      ...more,
    });
    const object = assembled(kernel, `r6 = 0\n${make(-24, 0)}${loop(-24, 'r6 += 1\n')}${destroy(-24)}r0 = r6\nexit\n`);
    expect(verify({ program: object.programs[0]!, object, kernel }, { logLevel: 0 }).errno).toBe(0);
    return run(kernel, object, object.programs[0]!, 100_000);
  };

  test.each([
    ['processes', 'task_struct', world.tasks.leaders.length],
    ['threads', 'task_struct', world.tasks.all.length],
    ['cgroups', 'cgroup', DEFAULT_WORLD.cgroups.length],
    ['caches', 'kmem_cache', DEFAULT_WORLD.caches.length],
    ['dmabufs', 'dma_buf', DEFAULT_WORLD.dmabufs.length],
    ['maps', 'bpf_map', DEFAULT_WORLD.maps.length],
    ['programs', 'bpf_prog', DEFAULT_WORLD.programs.length],
    ['links', 'bpf_link', DEFAULT_WORLD.links.length],
  ])('all %s, each once', (of, struct, count) => {
    const { retval, kinds } = counted({ of }, struct);
    expect(count).toBeGreaterThan(0);
    // A world's root cgroup need not be listed.
    expect(of === 'cgroups' ? [BigInt(count), BigInt(count) + 1n] : [BigInt(count)]).toContain(retval);
    expect(kinds).toEqual([]);
    if (of === 'cgroups') expect(counted({ of, order: 'post' }, struct).retval).toBe(retval);
  });

  test('those that meet every condition', () => {
    const where = [
      { field: 'pid', above: 1 },
      { field: 'pid', below: 1000 },
      { field: 'tgid', not: 2 },
    ];
    const wanted = world.tasks.leaders.filter(({ pid, tgid }) => pid > 1 && pid < 1000 && tgid !== 2);
    expect(wanted.length).toBeGreaterThan(1);
    expect(counted({ of: 'processes', where }, 'task_struct').retval).toBe(BigInt(wanted.length));
    expect(counted({ of: 'processes', where: [{ field: 'pid', is: 1 }] }, 'task_struct').retval).toBe(1n);
    expect(counted({ of: 'processes', where: [{ field: 'pid', is: -5 }] }, 'task_struct').retval).toBe(0n);
  });

  test('their contracts can be broken, too', () => {
    expect(counted({ of: 'maps' }, 'bpf_map', { breaks: ['endless'] }).fault).toMatchObject({ stopped: true });
  });
});

describe('contracts that are broken on purpose', () => {
  const broken = (breaks: readonly string[], text: string, change: object = {}, stepLimit?: number): Ran => {
    const kernel = derived({ iterators: [counting({ breaks, ...change })] });
    const object = assembled(kernel, text);
    const program = object.programs[0]!;
    // The verifier takes the functions at their word.
    expect(verify({ program, object, kernel }, { logLevel: 0 }).errno).toBe(0);
    return run(kernel, object, program, stepLimit);
  };
  const whole = make(-24, 3) + loop(-24) + destroy(-24) + RETURN;

  test('without any the monitor has nothing to say', () => {
    expect(broken([], whole).kinds).toEqual([]);
    expect(broken([], make(-24, -1) + loop(-24) + destroy(-24) + RETURN).kinds).toEqual([]);
  });

  test('endless: the run is stopped, and the iterator was at fault', () => {
    const { kinds, fault, breaches } = broken(['endless'], whole, {}, 1_000_000);
    expect(fault).toMatchObject({ stopped: true });
    expect(kinds).toEqual(['endless']);
    expect(breaches[0]!.at).toBeGreaterThan(100_000);
  });

  test('resurrects: an element after NULL', () => {
    const { breaches } = broken(['resurrects'], make(-32, 0) + loop(-32) + next(-32) + destroy(-32) + RETURN);
    expect(breaches).toMatchObject([
      { kind: 'comes-back', iterator: 'count', ref: 1, func: 'bpf_iter_count_next', at: 0 },
    ]);
  });

  test('leaves-state: nothing was made by a constructor that failed', () => {
    const text = make(-24, -1) + next(-24) + destroy(-24) + RETURN;
    const { breaches } = broken(['leaves-state'], text);
    // The constructor is the fourth instruction.
    expect(breaches[0]).toMatchObject({ kind: 'not-initialized', pc: 3, step: 4, func: 'bpf_iter_count_new' });
    expect(contractText(breaches[0]!)).toContain('seen at instruction 3, step 4');
  });

  test('writes-elsewhere: behind its slots', () => {
    const text = make(-40, 3) + loop(-40) + destroy(-40) + RETURN;
    const { breaches } = broken(['writes-elsewhere'], text);
    expect(breaches[0]).toMatchObject({ kind: 'writes-elsewhere', func: 'bpf_iter_count_next', at: 24 });
    // At the upper end of the frame there is no stack behind it.
    expect(broken(['writes-elsewhere'], whole).fault?.reason).toContain('invalid write of 8 bytes');
  });

  test('keeps-memory: what new had taken is left behind', () => {
    const far = { elementAt: 'memory' };
    const { breaches } = broken(['keeps-memory'], whole, far);
    expect(breaches).toMatchObject([{ kind: 'keeps-memory', func: 'bpf_iter_count_destroy', at: 1 }]);
    expect(broken([], whole, far).kinds).toEqual([]);
    expect(() => derived(counting({ breaks: ['keeps-memory'] }))).toThrow('needs memory');
  });

  test('odd-size: no kernel registers it', () => {
    expect(() => derived(counting({ breaks: ['odd-size'] }))).toThrow(
      'breaks[0]: bpf_iter_count_new: structure: struct bpf_iter_count has 28 bytes, which is no positive multiple of 8',
    );
  });
});

describe('rules that are switched off', () => {
  /** With all rules, and without one. */
  const both = (
    rule: IteratorRule,
    text: string,
    iterators: readonly object[] = [counting()],
  ): { readonly kept: VerifyResult; readonly off: VerifyResult; readonly run: () => Ran } => {
    const judged = (
      rulesOff: readonly IteratorRule[],
    ): { kernel: KernelModel; object: BpfObject; result: VerifyResult } => {
      const kernel = derived({ iterators, rulesOff, limits: { processed: 20_000 } });
      const object = assembled(kernel, text);
      return { kernel, object, result: verify({ program: object.programs[0]!, object, kernel }, { logLevel: 2 }) };
    };
    const off = judged([rule]);
    const kept = rule === 'size' ? off : judged([]);
    return { kept: kept.result, off: off.result, run: () => run(off.kernel, off.object, off.object.programs[0]!) };
  };

  test('destroy: an iterator is left behind', () => {
    const { kept, off, run } = both('destroy', make(-24, 3) + loop(-24) + RETURN);
    expect(kept.rejection?.kind).toBe('unreleased-reference');
    expect(off.errno).toBe(0);
    expect(run().kinds).toEqual(['not-destroyed']);
  });

  test('destroy: another one is made in its place', () => {
    const { kept, off, run } = both('destroy', make(-24, 3) + make(-24, 4) + destroy(-24) + RETURN);
    expect(kept.rejection?.kind).toBe('iterator-already-initialized');
    expect(off.errno).toBe(0);
    expect(run().kinds).toEqual(['made-again']);
  });

  test('destroy: other references are still asked for', () => {
    const id = linux.helpers.find(131)?.id ?? 131;
    const text = `${make(-24, 3)}r1 = map[0]\nr2 = 8\nr3 = 0\ncall bpf_ringbuf_reserve#${id}\nr0 = 0\nexit\n`;
    const kernel = derived({ iterators: [counting()], rulesOff: ['destroy'] });
    const object = assembled(kernel, text);
    const ring = {
      name: 'ring',
      type: 27,
      keySize: 0,
      valueSize: 0,
      maxEntries: 4096,
      flags: 0,
      frozen: false,
      btfKeyTypeId: 0,
      btfValueTypeId: 0,
    };
    const result = verify(
      { program: object.programs[0]!, object: { ...object, maps: [ring] }, kernel },
      { logLevel: 1 },
    );
    expect(result.rejection?.kind).toBe('unreleased-reference');
    // The iterator is the first reference, the record the second.
    expect(result.log).not.toContain('Unreleased reference id=1 ');
  });

  test('null-first: what follows the loop is never looked at', () => {
    const wild = 'r1 = 0\nr0 = *(u64 *)(r1 +0)\nexit\n';
    const { kept, off, run } = both('null-first', make(-24, 3) + loop(-24) + wild);
    expect(kept.rejection?.kind).toBe('invalid-mem-access');
    expect(off.errno).toBe(0);
    expect(run().fault?.reason).toContain('invalid read of 8 bytes at NULL');
  });

  test('null-first: an element is used that may be NULL', () => {
    const { kept, off, run } = both(
      'null-first',
      `${make(-24, 0)}${next(-24)}r6 = *(u64 *)(r0 +0)\n${destroy(-24)}${RETURN}`,
    );
    expect(kept.rejection?.kind).toBe('invalid-mem-access');
    expect(off.errno).toBe(0);
    expect(run().fault?.reason).toContain('NULL');
  });

  test('type: what is no iterator is taken for one', () => {
    const { kept, off, run } = both(
      'type',
      `*(u64 *)(r10 -16) = 5\n*(u64 *)(r10 -24) = 7\n${next(-24)}${destroy(-24)}${RETURN}`,
    );
    expect(kept.rejection?.kind).toBe('uninitialized-iterator');
    expect(off.errno).toBe(0);
    expect(run().kinds).toEqual(['never-made', 'never-made']);
  });

  test('type: one of another type, one that was destroyed, one that was written over', () => {
    const num = `${at(-24)}r2 = 0\nr3 = 9\ncall bpf_iter_num_new\n`;
    const other = both('type', `${num}${next(-24)}${destroy(-24)}${RETURN}`);
    expect(other.kept.rejection?.kind).toBe('uninitialized-iterator');
    expect(other.off.errno).toBe(0);
    expect(other.run().kinds[0]).toBe('other-type');

    const twice = both('type', make(-24, 3) + destroy(-24) + destroy(-24) + RETURN);
    expect(twice.kept.rejection?.kind).toBe('uninitialized-iterator');
    expect(twice.off.errno).toBe(0);
    expect(twice.run().kinds).toEqual(['destroyed-twice']);

    const after = both('type', make(-24, 3) + destroy(-24) + next(-24) + RETURN);
    expect(after.off.errno).toBe(0);
    expect(after.run().kinds).toEqual(['used-after-destroy']);

    const written = both('type', `${make(-24, 3)}*(u64 *)(r10 -16) = 77\n${loop(-24)}${destroy(-24)}${RETURN}`);
    expect(written.kept.rejection?.kind).toBe('uninitialized-iterator');
    expect(written.run().breaches[0]).toMatchObject({ kind: 'state-written', iterator: 'count', at: 8 });
  });

  test('type: a loop over it converges, and what has no constant place is refused all the same', () => {
    const looped = both(
      'type',
      `*(u64 *)(r10 -8) = 0\n*(u64 *)(r10 -24) = 0\n*(u64 *)(r10 -16) = 0\n${loop(-24)}${destroy(-24)}${RETURN}`,
    );
    expect(looped.off.errno).toBe(0);
    const nowhere = both('type', `${at(-20)}call bpf_iter_count_next\n${RETURN}`);
    expect(nowhere.off.rejection?.kind).toBe('uninitialized-iterator');
    const outside = both('type', `${at(-600)}call bpf_iter_count_next\n${RETURN}`);
    expect(outside.off.errno).toBe(-13);
  });

  test('depth: a good loop looks endless', () => {
    // Long enough for a state to be stored within a round, in which r6 is not what it was at the beginning.
    const round = `${'r6 = 0\n'.repeat(8)}r0 = 0\ngoto one\none: goto two\ntwo: r0 = 0\n`;
    const text = `r6 = 5\n${make(-24, 3)}${loop(-24, round)}${destroy(-24)}r0 = r6\nexit\n`;
    const { kept, off } = both('depth', text);
    expect(kept.errno).toBe(0);
    expect(kept.log).toContain('depth=1');
    expect(off.rejection?.kind).toBe('infinite-loop');
    expect(off.log).not.toContain('depth=1');
  });

  test('widening: a good loop is too complex', () => {
    const text = `r6 = 0\n${make(-24, 3)}${loop(-24, 'r6 += 1\n')}${destroy(-24)}r0 = r6\nexit\n`;
    const { kept, off } = both('widening', text);
    expect(kept.errno).toBe(0);
    expect(off.errno).toBe(-7);
  });

  test('size: what lies beside the slots is overwritten', () => {
    const odd = counting({ breaks: ['odd-size'] });
    // The verifier goes on taking the slot above for 5.
    const text = `*(u64 *)(r10 -8) = 5\n${make(-32, 3)}r6 = *(u64 *)(r10 -8)\n${destroy(-32)}r0 = r6\nexit\n`;
    const { off, run } = both('size', text, [odd]);
    expect(off.errno).toBe(0);
    expect(off.log).toContain('R6=5');
    const ran = run();
    expect(ran.kinds[0]).toBe('writes-elsewhere');
    expect(ran.retval).not.toBe(5n);
  });

  test('such a model says so in its title, its id and its logs', () => {
    const { off, kept } = both('destroy', make(-24, 3) + loop(-24) + RETURN);
    expect(off.log.split('\n')[0]).toBe("NOT THE KERNEL'S BEHAVIOUR: without the verifier's rule destroy");
    expect(kept.log).not.toContain('NOT THE KERNEL');
    const kernel = linux.derive({ rulesOff: ['type', 'destroy'], title: 'Linux', id: 'linux' });
    expect(kernel.title).toBe("Linux (NOT THE KERNEL'S BEHAVIOUR: without the verifier's rules destroy, type)");
    expect(kernel.id).toBe('linux+without-destroy+without-type');
    // Once off, always off.
    expect(kernel.derive({ limits: { processed: 5 } }).notice).toBe(kernel.notice);
    expect(linux.notice).toBe('');
  });
});
