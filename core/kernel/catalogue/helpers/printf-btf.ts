import { EINVAL, ENOENT } from '../../../base/errno.ts';
import { SHOW_FLAGS, showType } from '../../machine/btf-show.ts';
import { MachineFault } from '../../machine/machine.ts';
import type { Machine } from '../../machine/machine.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { notModelled, refused } from './probe.ts';
import { argument, give, giveNumber, hi, lo, size } from './registers.ts';
import { seqOf } from './seq.ts';

// struct btf_ptr: void *ptr | __u32 type_id | __u32 flags, which nobody looks at.
const BTF_PTR_SIZE = 16;
const TYPE_AT = 8;
const FLAGS = BigInt(Object.values(SHOW_FLAGS).reduce((all, flag) => all | flag, 0));
const TYPE_MAX = 0x7fff_ffff;

interface Shown {
  readonly address: bigint;
  readonly type: number;
  readonly flags: number;
}

/** What a program asks to be shown, or the negative errno that it gets instead. */
function asked(machine: Machine, regs: Int32Array, pointer: number, length: number, flags: bigint): Shown | number {
  if ((flags & ~FLAGS) !== 0n || length !== BTF_PTR_SIZE) return EINVAL;
  const given = new DataView(machine.readBytes(lo(regs, pointer), hi(regs, pointer), BTF_PTR_SIZE).buffer);
  const type = given.getUint32(TYPE_AT, true);
  if (type === 0) return EINVAL;
  if (type > TYPE_MAX || type >= machine.btf.count) return ENOENT;
  return { address: given.getBigUint64(0, true), type, flags: Number(flags) };
}

/** Writes it piece by piece; 0, or a negative errno where something could not be read. */
const show = (machine: Machine, what: Shown, write: (piece: string) => void): number =>
  showType({
    ...what,
    btf: machine.btf,
    write,
    readable(address, length) {
      const errno = refused(address, 'kernel') ?? 0;
      // Of nothing only who may read there at all is asked.
      return length === 0 && address >= KERNEL_START ? 0 : errno;
    },
    byteAt(address) {
      try {
        return Number(machine.load(Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n)), 1));
      } catch (error) {
        if (!(error instanceof MachineFault)) throw error;
        return notModelled(address);
      }
    },
  });

const KERNEL_START = 0xffff_8000_0000_0000n;
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

export const seqPrintfBtf: HelperDescriptor = {
  id: 150,
  name: 'seq_printf_btf',
  args: ['btf-id', 'rdonly-mem', 'size-or-zero', 'anything'],
  ret: 'integer',
  gplOnly: true,
  btfStruct: 'seq_file',
  doc: 'Writes a value of any kernel type, field by field, to the file that an iterator program fills: `struct btf_ptr` says where it lies and its type, BTF_F_COMPACT, BTF_F_NONAME, BTF_F_PTR_RAW and BTF_F_ZERO how it is shown. 0, also where it does not fit, or a negative error number.',
  run(machine, regs) {
    const seq = seqOf(machine, argument(regs, 1));
    const what = asked(machine, regs, 2, lo(regs, 3) >>> 0, argument(regs, 4));
    giveNumber(
      regs,
      typeof what === 'number'
        ? what
        : show(machine, what, (piece) => {
            seq.write(bytesOf(piece));
          }),
    );
  },
};

export const snprintfBtf: HelperDescriptor = {
  id: 149,
  name: 'snprintf_btf',
  args: ['mem', 'size', 'rdonly-mem', 'size', 'anything'],
  ret: 'integer',
  gplOnly: false,
  doc: 'Writes a value of any kernel type as text into memory: see `seq_printf_btf`. The length that the whole text needs, its end not included, or a negative error number.',
  run(machine, regs) {
    const room = size(regs, 2);
    const what = asked(machine, regs, 3, lo(regs, 4) >>> 0, argument(regs, 5));
    if (typeof what === 'number') return giveNumber(regs, what);
    let text = '';
    let written = false;
    const status = show(machine, what, (piece) => {
      text += piece;
      written = true;
    });
    if (written) machine.writeBytes(lo(regs, 1), hi(regs, 1), bytesOf(`${text.slice(0, room - 1)}\0`));
    give(regs, BigInt(status === 0 ? text.length : status));
  },
};
