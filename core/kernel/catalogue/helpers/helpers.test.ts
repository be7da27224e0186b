import { describe, expect, test } from 'vitest';
import type { MapDef } from '../../../elf/object.ts';
import { helperName } from '../../../isa/helper-names.ts';
import { SimMachine } from '../../machine/sim-machine.ts';
import { format } from './format.ts';
import { HELPERS } from './index.ts';

const def = (type: number, extra: Partial<MapDef> = {}): MapDef => ({
  name: 'm',
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries: 2,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  ...extra,
});
const HASH = 1;
const ARRAY = 2;
const LRU_HASH = 9;

/** Calls a helper by name with numbers or addresses; gives r0, signed. */
function call(machine: SimMachine, name: string, ...args: (bigint | number)[]): bigint {
  const regs = new Int32Array(22);
  const words = new BigInt64Array(regs.buffer);
  args.forEach((value, i) => (words[i + 1] = BigInt.asIntN(64, BigInt(value))));
  const helper = HELPERS.find((h) => h.name === name);
  helper?.run?.(machine, regs);
  return words[0] ?? 0n;
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const key = (n: number): Uint8Array => Uint8Array.of(n, 0, 0, 0);
const word = (n: number): Uint8Array => Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0);

test('numbers and names agree with the kernel list', () => {
  for (const helper of HELPERS) expect(helperName(helper.id)).toBe(`bpf_${helper.name}`);
  expect(new Set(HELPERS.map(({ id }) => id)).size).toBe(HELPERS.length);
});

describe('maps', () => {
  function withMap(type: number, extra: Partial<MapDef> = {}) {
    const machine = new SimMachine();
    machine.createMaps([def(type, extra)]);
    const map = machine.maps[0]?.address ?? 0n;
    const at = (k: Uint8Array): bigint => machine.place(k);
    return {
      machine,
      set: (k: number, v: number, flags = 0) => call(machine, 'map_update_elem', map, at(key(k)), at(word(v)), flags),
      get: (k: number) => {
        const value = BigInt.asUintN(64, call(machine, 'map_lookup_elem', map, at(key(k))));
        return value === 0n ? null : machine.load(Number(BigInt.asIntN(32, value)), Number(value >> 32n) | 0, 8);
      },
      del: (k: number) => call(machine, 'map_delete_elem', map, at(key(k))),
    };
  }

  test('hash', () => {
    const { set, get, del } = withMap(HASH);
    expect([get(1), set(1, 10), get(1), set(1, 11), get(1)]).toEqual([null, 0n, 10n, 0n, 11n]);
    expect([set(1, 0, 1), set(2, 0, 2), set(2, 0, 3)]).toEqual([-17n, -2n, -22n]);
    expect([set(2, 20), set(3, 30)]).toEqual([0n, -7n]);
    expect([del(1), del(1), set(3, 30), get(3), get(1)]).toEqual([0n, -2n, 0n, 30n, null]);
  });
  test('LRU hash drops what was used longest ago', () => {
    const { set, get } = withMap(LRU_HASH);
    set(1, 10);
    set(2, 20);
    get(1);
    expect([set(3, 30), get(1), get(2), get(3)]).toEqual([0n, 10n, null, 30n]);
  });
  test('array', () => {
    const { set, get, del } = withMap(ARRAY, { initial: word(7) });
    expect([get(0), get(1), get(2)]).toEqual([7n, 0n, null]);
    expect([set(1, 5), get(1), set(2, 5), set(0, 5, 1), del(0)]).toEqual([0n, 5n, -7n, -17n, -22n]);
  });
  test('a kind that does not run says so when used', () => {
    const { get } = withMap(27);
    expect(() => get(0)).toThrow('unsupported: running map m of type 27');
  });
});

test('strings and the task', () => {
  const machine = new SimMachine({ task: { pid: 7, tgid: 5, comm: 'a-rather-long-name' } });
  expect(call(machine, 'get_current_pid_tgid')).toBe(0x5_0000_0007n);
  const buffer = machine.place(bytes('................'));
  expect(call(machine, 'get_current_comm', buffer, 8)).toBe(0n);
  const [lo, hi] = [Number(BigInt.asIntN(32, buffer)), Number(BigInt.asIntN(32, buffer >> 32n))];
  expect(machine.readBytes(lo, hi, 9)).toEqual(bytes('a-rathe\0.'));
  const a = machine.place(bytes('abc'));
  expect(call(machine, 'strncmp', a, 3, machine.place(bytes('abd\0')))).toBe(-1n);
  expect(call(machine, 'strncmp', a, 2, machine.place(bytes('ab\0')))).toBe(0n);
  expect(call(machine, 'probe_read_kernel_str', buffer, 16, machine.place(bytes('hello\0there')))).toBe(6n);
  expect(call(machine, 'probe_read_kernel', buffer, 8, 64)).toBe(-34n);
  expect(machine.readBytes(lo, hi, 8)).toEqual(new Uint8Array(8));
});

test('randomness repeats with its seed, the clock moves on', () => {
  const [a, b, c] = [new SimMachine({ seed: 4 }), new SimMachine({ seed: 4 }), new SimMachine({ seed: 5 })];
  const draw = (m: SimMachine) => [call(m, 'get_prandom_u32'), call(m, 'get_prandom_u32')];
  const first = draw(a);
  expect(draw(b)).toEqual(first);
  expect(draw(c)).not.toEqual(first);
  expect(call(a, 'ktime_get_ns')).toBeLessThan(call(a, 'ktime_get_ns'));
});

test('printing', () => {
  const machine = new SimMachine();
  const fmt = bytes('got %d of %llx: %s\0');
  const name = machine.place(bytes('name\0'));
  expect(call(machine, 'trace_printk', machine.place(fmt), fmt.length, -3, 255, name)).toBe(18n);
  expect(machine.printkLines).toEqual(['got -3 of ff: name']);
  const out = machine.place(bytes('##########'));
  const data = machine.place(word(42));
  expect(call(machine, 'snprintf', out, 6, machine.place(bytes('n = %d\0')), data, 8)).toBe(7n);
  expect(machine.readBytes(Number(BigInt.asIntN(32, out)), Number(BigInt.asIntN(32, out >> 32n)), 7)).toEqual(
    bytes('n = 4\0#'),
  );
});

test.each([
  ['%u|%d', [0xffff_ffffn, 0xffff_ffffn], '4294967295|-1'],
  ['%lld|%lu', [-1n, -1n], '-1|18446744073709551615'],
  ['%5d|%-5d|%05d', [42n, 42n, -42n], '   42|42   |-0042'],
  ['%x %X %c %%', [0xabn, 0xabn, 65n], 'ab AB A %'],
  ['%px %p %p %p', [0x10n, 0x10n, 0n, -2n], '0000000000000010 000000005c467397 0000000000000000 fffffffffffffffe'],
  ['%q', [1n], null],
  ['%d', [], null],
  ['none', [1n], 'none'],
  ['caf\u00e9', [], 'caf\u00e9'],
  ['bell\u0007', [], null],
])('format %s with %s gives %s', (fmt, values, text) => {
  expect(format(new SimMachine(), fmt, values)).toBe(text);
});
