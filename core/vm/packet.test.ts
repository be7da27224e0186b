import { expect, test } from 'vitest';
import { objectFromInsns } from '../elf/from-insns.ts';
import { assemble } from '../isa/asm.ts';
import { placePacket } from '../kernel/machine/packet.ts';
import { PROG_RAW_TRACEPOINT, PROG_SCHED_CLS, PROG_XDP } from '../kernel/rules/programs.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { RunResult } from './executor.ts';
import { executor, KERNEL } from './fixture.ts';

function run(text: string, type: number, packet: Uint8Array): RunResult {
  const program = objectFromInsns(assemble(text, {}), { type }).programs[0]!;
  const machine = new SimMachine();
  const placed = placePacket(program, KERNEL, machine, packet);
  return executor(program.insns, machine).run({
    ctx: new Uint8Array(192),
    ...(placed === null ? {} : { pointers: placed.pointers }),
  });
}

test.each([
  ['xdp', PROG_XDP, 0, 4, 8],
  ['tc', PROG_SCHED_CLS, 76, 80, 140],
])('%s: loads of the context give whole pointers to the packet', (_name, type, data, end, meta) => {
  const text = `r2 = *(u32 *)(r1 +${data})
    r3 = *(u32 *)(r1 +${end})
    r4 = *(u32 *)(r1 +${meta})
    r0 = r3
    r0 -= r2
    r5 = *(u8 *)(r2 +2)
    r0 += r5
    if r4 == r2 goto out
    r0 = -1
    out: exit`;
  expect(run(text, type, Uint8Array.of(1, 2, 3, 4)).retval).toBe(7n);
});

test('beyond the packet is nothing', () => {
  const text = 'r2 = *(u32 *)(r1 +0)\nr0 = *(u8 *)(r2 +4)\nexit';
  expect(run(text, PROG_XDP, new Uint8Array(4)).fault?.reason).toContain('invalid read of 1 bytes');
});

test('other programs read plain numbers there', () => {
  expect(run('r0 = *(u32 *)(r1 +0)\nexit', PROG_RAW_TRACEPOINT, new Uint8Array(4)).retval).toBe(0n);
});
