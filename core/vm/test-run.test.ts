import { expect, test } from 'vitest';
import { objectFromInsns } from '../elf/from-insns.ts';
import { assemble } from '../isa/asm.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { testInput } from '../kernel/machine/test-context.ts';
import { executor, KERNEL } from './fixture.ts';

const SOCKET = 1;
const CLS = 3;
const XDP = 6;
const CGROUP_SKB = 8;
const SK_SKB = 14;

/** What a program that returns one field of its context returns. */
function read(type: number, load: string, frame: Uint8Array): number {
  const program = objectFromInsns(assemble(`r0 = ${load}\nexit`), { type }).programs[0]!;
  const machine = new SimMachine();
  const { ctx, packet, unknown } = testInput(program, KERNEL, machine, frame);
  const run = executor(program.insns, machine).run({
    ctx,
    unknown,
    ...(packet === null ? {} : { pointers: packet.pointers }),
  });
  expect(run.fault).toBeUndefined();
  return Number(run.retval);
}

const bytes = (length: number, at: Readonly<Record<number, number>>): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => at[i] ?? 0);
const empty = bytes(64, {});
const ip = bytes(200, { 0: 0xff, 12: 8 });
const ip6 = bytes(100, { 5: 7, 12: 0x86, 13: 0xdd });
const vlan = bytes(80, { 0: 1, 12: 0x81 });

// Recorded from BPF_PROG_TEST_RUN of Linux 6.18.44.
test.each([
  ['len of a filter', SOCKET, '*(u32 *)(r1 +0)', [0x32, 0xba, 0x56, 0x42]],
  ['len of a classifier', CLS, '*(u32 *)(r1 +0)', [0x40, 0xc8, 0x64, 0x50]],
  ['pkt_type', CLS, '*(u32 *)(r1 +4)', [0, 2, 3, 2]],
  ['protocol', CLS, '*(u32 *)(r1 +16)', [0x400, 8, 0xdd86, 0x81]],
  ['ingress_ifindex', CLS, '*(u32 *)(r1 +36)', [0, 0, 0, 0]],
  ['ifindex', SOCKET, '*(u32 *)(r1 +40)', [1, 1, 1, 1]],
  ['hash', CLS, '*(u32 *)(r1 +68)', [0, 0, 0, 0]],
  ['wire_len', CLS, '*(u32 *)(r1 +160)', [0, 0, 0, 0]],
  ['ingress_ifindex of XDP', XDP, '*(u32 *)(r1 +12)', [1, 1, 1, 1]],
  ['rx_queue_index of XDP', XDP, '*(u32 *)(r1 +16)', [0, 0, 0, 0]],
])('%s', (_name, type, load, expected) => {
  expect([empty, ip, ip6, vlan].map((frame) => read(type, load, frame))).toEqual(expected);
});

test.each([
  ['the socket', CLS, '*(u64 *)(r1 +168)', 'sk of the context'],
  ['the socket’s family', CGROUP_SKB, '*(u32 *)(r1 +88)', 'socket of the context'],
  ['what the kernel has no test runs for', SK_SKB, '*(u32 *)(r1 +0)', 'this field of the context'],
])('%s is not made up', (_name, type, load, words) => {
  expect(() => read(type, load, empty)).toThrow(words);
});
