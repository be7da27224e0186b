import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import type { MapDef } from '../core/elf/object.ts';
import { assemble } from '../core/isa/asm.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../core/kernel/btf/shipped.ts';
import type { Configuration } from '../core/kernel/rules/configuration.ts';
import { DISTRIBUTION } from '../core/kernel/rules/configuration.ts';
import { TraceRecorder } from '../core/trace/index.ts';
import { verify } from '../core/verifier/index.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

// What is refused for a reason that lies outside of the program's instructions: its maps, its relocations, the machine.

const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));
const KPROBE = 2;

const map = (more: Partial<MapDef>): MapDef => ({
  name: 'm',
  type: 2,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  ...more,
});

test.each([
  [
    'a value that is too large for every CPU',
    { type: 6, valueSize: 32770 },
    -7,
    /32770 bytes is too large for a per-CPU map/,
  ],
  ['no entries', { type: 1, maxEntries: 0 }, -22, /max_entries is 0/],
  ['a type that there is not', { type: 99 }, -22, /the kernel has no map type 99/],
  ['a flag of another type', { flags: 1 }, -22, /array maps take no BPF_F_NO_PREALLOC/],
  ['a ring that is no power of two', { type: 27, keySize: 0, valueSize: 0, maxEntries: 12288 }, -22, /power of two/],
  ['more than the machine has', { valueSize: 1 << 20, maxEntries: 1 << 16 }, -12, /and the machine has/],
])('a map with %s keeps the programs that use it from loading', (_name, more, errno, reason) => {
  const used = objectFromInsns(assemble('r1 = map[0]\nr0 = 0\nexit'), { maps: [map(more)] });
  const recorder = new TraceRecorder(used.maps);
  const result = verify({ program: used.programs[0]!, object: used, kernel }, { logLevel: 2, sink: recorder });
  expect(result).toMatchObject({ errno, log: '', processed: 0 });
  expect(result.reason).toMatch(reason);
  expect(result.rejection?.kind).toBe('map-refused');
  const unused = objectFromInsns(assemble('r0 = 0\nexit'), { maps: [map(more)] });
  expect(verify({ program: unused.programs[0]!, object: unused, kernel }, { logLevel: 0 }).errno).toBe(0);
});

test.each([
  [0, -22, 'fd 0 is not pointing to valid bpf_map'],
  [-1, -9, 'fd -1 is not pointing to valid bpf_map'],
  [7, null, ''],
])('the descriptor %i that no relocation filled', (fd, errno, message) => {
  const object = objectFromInsns(assemble('r1 = map[0]\nr0 = 0\nexit'), { maps: [map({})] });
  const program = object.programs[0]!;
  const insns = program.insns.map((insn, i) => (i === 0 ? { ...insn, imm: fd } : insn));
  const result = verify({ program: { ...program, insns, unfilled: new Set([0]) }, object, kernel }, { logLevel: 1 });
  expect(result.errno).toBe(errno);
  if (errno === null) expect(result.unsupported).toMatch(/the descriptor 7/);
  else expect(result.rejection).toMatchObject({ kind: 'unfilled-map', message });
});

const WRITE_USER =
  'r1 = 8\nr2 = r10\nr2 += -8\n*(u64 *)(r10 -8) = 0\nr3 = 8\ncall bpf_probe_write_user#36\nr0 = 0\nexit';
const OVERRIDE = 'r2 = 0\ncall bpf_override_return#58\nr0 = 0\nexit';

test.each<[string, string, Partial<Configuration>, number, string | undefined]>([
  ['writing user memory', WRITE_USER, {}, 0, undefined],
  ['writing user memory, locked down', WRITE_USER, { writesUserMemory: false }, -22, 'helper-withheld'],
  ['overriding a result where the kernel was built for it', OVERRIDE, { kprobeOverride: true }, 0, undefined],
  ['overriding a result elsewhere', OVERRIDE, {}, -22, 'helper-withheld'],
])('%s depends on the machine', (_name, text, more, errno, kind) => {
  const object = objectFromInsns(assemble(text), { type: KPROBE });
  const machine = { ...DISTRIBUTION, ...more };
  const result = verify({ program: object.programs[0]!, object, kernel, machine }, { logLevel: 0 });
  expect(result.errno).toBe(errno);
  expect(result.rejection?.kind).toBe(kind);
});

test('what no configuration offers is not the machine’s fault', () => {
  const object = objectFromInsns(assemble(OVERRIDE), { type: 17 });
  const machine = { ...DISTRIBUTION, kprobeOverride: true };
  const result = verify({ program: object.programs[0]!, object, kernel, machine }, { logLevel: 0 });
  expect(result.rejection?.kind).toBe('helper-not-allowed');
});
