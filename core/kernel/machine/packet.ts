import type { BpfProgram } from '../../elf/object.ts';
import type { KernelModel } from '../model.ts';
import { ctxAccess } from '../rules/programs.ts';
import type { SimMachine } from './sim-machine.ts';

/** A packet in the machine's memory, for a program whose context points at one. */
export interface Packet {
  readonly start: bigint;
  /** Bytes. */
  readonly length: number;
  /** 4-byte fields of the context by offset: a load of one gives a whole pointer, to the packet's start or end. */
  readonly pointers: ReadonlyMap<number, bigint>;
}

/** Largest context with such fields. */
const CTX_SIZE = 192;

/** Places a packet without metadata for a program; null for one whose context has none. */
export function placePacket(
  program: BpfProgram,
  kernel: KernelModel,
  machine: SimMachine,
  bytes: Uint8Array,
): Packet | null {
  const fields: [number, 'start' | 'end'][] = [];
  for (let off = 0; off < CTX_SIZE; off += 4) {
    const access = ctxAccess(kernel, program, off, 4, 'read', false);
    if (!('ok' in access) || !access.ok) continue;
    const { kind } = access.gives;
    if (kind === 'packet' || kind === 'packet-meta') fields.push([off, 'start']);
    else if (kind === 'packet-end') fields.push([off, 'end']);
  }
  if (fields.length === 0) return null;
  const start = machine.place(bytes);
  const end = start + BigInt(bytes.length);
  return {
    start,
    length: bytes.length,
    pointers: new Map(fields.map(([off, which]) => [off, which === 'start' ? start : end])),
  };
}
