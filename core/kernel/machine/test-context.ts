import type { BpfProgram } from '../../elf/object.ts';
import { placePacket } from './packet.ts';
import type { Packet } from './packet.ts';
import {
  PROG_CGROUP_SKB,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_SEG6LOCAL,
  PROG_LWT_XMIT,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SK_SKB,
  PROG_SOCKET_FILTER,
  PROG_XDP,
} from '../rules/program-types.ts';
import type { SimMachine } from './sim-machine.ts';
import type { KernelModel } from '../model.ts';

/** Bytes of the context that nobody gave and that the machine cannot know: a program that reads them is not run on. */
export interface Unknown {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** What a program is handed that gets a packet and nothing else, as BPF_PROG_TEST_RUN does. */
export interface TestInput {
  readonly ctx: Uint8Array;
  readonly packet: Packet | null;
  readonly unknown: readonly Unknown[];
}

/** Bytes of context that a program without one of its own is given, all zero. */
const CTX_SIZE = 512;
const SKB_SIZE = 192;
const ETHERNET = 14;
/** The loopback device, which test runs take the packet from. */
const LOOPBACK = 1;

/** Programs that see the packet from its Ethernet header on; the others get it without. */
const WITH_HEADER: readonly number[] = [PROG_SCHED_CLS, PROG_SCHED_ACT, PROG_XDP];
const SKBS: readonly number[] = [
  PROG_SOCKET_FILTER,
  PROG_SCHED_CLS,
  PROG_SCHED_ACT,
  PROG_CGROUP_SKB,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_XMIT,
  PROG_LWT_SEG6LOCAL,
  PROG_SK_SKB,
];
/** The kernel has no test runs for these. */
const WITHOUT_TEST: readonly number[] = [PROG_LWT_SEG6LOCAL, PROG_SK_SKB];

/** A packet and the context that describes it. */
export function testInput(program: BpfProgram, kernel: KernelModel, machine: SimMachine, frame: Uint8Array): TestInput {
  const { type } = program;
  const header = SKBS.includes(type) && !WITH_HEADER.includes(type);
  const packet = placePacket(program, kernel, machine, header ? frame.subarray(ETHERNET) : frame);
  const ctx = new Uint8Array(CTX_SIZE);
  const view = new DataView(ctx.buffer);
  if (type === PROG_XDP) {
    view.setUint32(12, LOOPBACK, true);
    return { ctx, packet, unknown: [{ from: 20, to: 24, name: 'egress_ifindex' }] };
  }
  if (!SKBS.includes(type)) return { ctx, packet, unknown: [] };
  if (WITHOUT_TEST.includes(type)) return { ctx, packet, unknown: between(packet, 0, SKB_SIZE, 'this field') };
  view.setUint32(0, frame.length - (header ? ETHERNET : 0), true);
  view.setUint32(4, packetType(frame), true);
  view.setUint32(16, protocol(frame), true);
  view.setUint32(40, LOOPBACK, true);
  const sockets = type === PROG_CGROUP_SKB ? between(packet, 88, 140, 'what belongs to the packet’s socket') : [];
  return { ctx, packet, unknown: [...sockets, { from: 168, to: 176, name: 'sk' }] };
}

/** The bytes of a range that hold no pointer to the packet. */
function between(packet: Packet | null, from: number, to: number, name: string): Unknown[] {
  const unknown: Unknown[] = [];
  for (let at = from; at < to; at += 4)
    if (packet?.pointers.has(at) !== true) unknown.push({ from: at, to: at + 4, name });
  return unknown;
}

const BROADCAST = 1;
const MULTICAST = 2;
const OTHER_HOST = 3;

/** PACKET_* by the frame's destination; the loopback device's own address is all zeros. */
function packetType(frame: Uint8Array): number {
  const to = frame.subarray(0, 6);
  if (to.every((byte) => byte === 0)) return 0;
  if ((to[0]! & 1) === 0) return OTHER_HOST;
  return to.every((byte) => byte === 0xff) ? BROADCAST : MULTICAST;
}

/** The protocol as a load sees it: in the order of the network. What is no number of a protocol is a length, of an IEEE 802 frame. */
function protocol(frame: Uint8Array): number {
  const type = (frame[12]! << 8) | frame[13]!;
  const seen = type >= 0x600 ? type : frame[14] === 0xff && frame[15] === 0xff ? 1 : 4;
  return ((seen & 0xff) << 8) | (seen >> 8);
}
