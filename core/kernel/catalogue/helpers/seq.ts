import { MachineFault } from '../../machine/machine.ts';
import type { Machine } from '../../machine/machine.ts';
import type { SeqBuffer } from '../../machine/seq-buffer.ts';

/** The buffer behind a `struct seq_file` that a program was given. */
export function seqOf(machine: Machine, address: bigint): SeqBuffer {
  const { seq } = machine;
  if (seq === null || seq.address !== address) throw new MachineFault(`0x${address.toString(16)} is no seq_file`);
  return seq;
}
