import type { Insn } from '../../isa/insn.ts';
import * as isa from '../../isa/opcodes.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import type { Memory } from '../../kernel/machine/memory.ts';
import { READABLE, WRITABLE } from '../../kernel/machine/memory.ts';

/**
 * One atomic instruction (RFC 9669 section 5.3; load-acquire and store-release from Linux 6.15). With one simulated CPU nothing can
 * come between the load and the store. 32-bit results are zero-extended.
 */
export function atomic(insn: Insn, regs: Int32Array, memory: Memory): void {
  const size = isa.accessSize(insn.code);
  const dst = insn.dst * 2;
  const src = insn.src * 2;
  if (insn.imm === isa.BPF_LOAD_ACQ) {
    const at = locate(memory, regs, src, insn.off, size, READABLE);
    const { view } = memory;
    regs[dst + 1] = size === 8 ? view.getInt32(at + 4, true) : 0;
    regs[dst] = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getInt32(at, true);
    return;
  }
  if (insn.imm === isa.BPF_STORE_REL) {
    const at = locate(memory, regs, dst, insn.off, size, WRITABLE);
    const { view } = memory;
    if (size === 1) view.setInt8(at, regs[src]);
    else if (size === 2) view.setInt16(at, regs[src], true);
    else view.setInt32(at, regs[src], true);
    if (size === 8) view.setInt32(at + 4, regs[src + 1], true);
    return;
  }
  if (size < 4) throw new MachineFault(`no atomic operation 0x${insn.imm.toString(16)} has ${size} bytes`);
  const at = locate(memory, regs, dst, insn.off, size, READABLE | WRITABLE);
  const { view } = memory;
  const wide = size === 8;
  const lo = view.getInt32(at, true);
  const hi = wide ? view.getInt32(at + 4, true) : 0;
  const bl = regs[src];
  const bh = wide ? regs[src + 1] : 0;
  const put = (low: number, high: number): void => {
    view.setInt32(at, low, true);
    if (wide) view.setInt32(at + 4, high, true);
  };
  if (insn.imm === isa.BPF_CMPXCHG) {
    if (lo === regs[0] && (!wide || hi === regs[1])) put(bl, bh);
    regs[0] = lo;
    regs[1] = hi;
    return;
  }
  switch (insn.imm & ~isa.BPF_FETCH) {
    case isa.BPF_ADD: {
      const sum = (lo + bl) | 0;
      put(sum, hi + bh + (sum >>> 0 < lo >>> 0 ? 1 : 0));
      break;
    }
    case isa.BPF_OR:
      put(lo | bl, hi | bh);
      break;
    case isa.BPF_AND:
      put(lo & bl, hi & bh);
      break;
    case isa.BPF_XOR:
      put(lo ^ bl, hi ^ bh);
      break;
    default:
      if (insn.imm !== isa.BPF_XCHG) throw new MachineFault(`there is no atomic operation 0x${insn.imm.toString(16)}`);
      put(bl, bh);
  }
  if ((insn.imm & isa.BPF_FETCH) !== 0) {
    regs[src] = lo;
    regs[src + 1] = hi;
  }
}

function locate(memory: Memory, regs: Int32Array, base: number, off: number, size: number, mode: number): number {
  const address = (BigInt(regs[base + 1]) << 32n) + BigInt(regs[base] >>> 0) + BigInt(off);
  return memory.check(Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n)), size, mode);
}
