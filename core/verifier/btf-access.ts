import type { Btf, BtfMember, BtfType } from '../btf/btf.ts';
import type { Env } from './env.ts';
import { EACCES } from './env.ts';
import type { Reg } from './reg.ts';
import { setReg, UNKNOWN_REG } from './regs.ts';

/** The member of a struct that covers an access, looking into nested structs and arrays. Null when none does. */
function memberAt(btf: Btf, type: BtfType, off: number, size: number): BtfType | null {
  if (type.kind !== 'struct' && type.kind !== 'union') return null;
  const inside = (m: BtfMember): BtfType | null => {
    const start = m.bitOffset >> 3;
    let inner = btf.skipModifiers(m.type);
    let bytes = m.bitSize !== 0 ? Math.ceil((m.bitOffset + m.bitSize) / 8) - start : btf.sizeOf(m.type);
    if (off < start || off >= start + bytes) return null;
    let at = off - start;
    while (inner.kind === 'array') {
      const element = btf.skipModifiers(inner.type);
      bytes = btf.sizeOf(inner.type);
      if (bytes === 0) return null;
      at %= bytes;
      inner = element;
    }
    if (inner.kind === 'struct' || inner.kind === 'union') return memberAt(btf, inner, at, size);
    return at + size <= bytes ? inner : null;
  };
  for (const m of type.members) {
    const found = inside(m);
    if (found !== null) return found;
  }
  return null;
}

/** A read through a pointer to a kernel structure. Numbers are read; following pointers is not covered. */
export function accessStruct(
  env: Env,
  regno: number,
  reg: Reg,
  off: number,
  size: number,
  access: 'read' | 'write',
  value: number,
): void {
  const btf = env.kernelBtf;
  const type = btf.type(reg.btfId);
  const blame = regno;
  if (off < 0)
    env.reject(
      EACCES,
      'negative-offset',
      `R${regno} is ptr_${type.name} invalid negative access: off=${off}`,
      {},
      blame,
    );
  if (!reg.scalar.isConst || reg.scalar.value !== 0n) env.unsupported('variable offset into a kernel structure');
  if (access === 'write') env.reject(EACCES, 'read-only', 'only read is supported', {}, blame);
  const total = btf.sizeOf(reg.btfId);
  if (off + size > total)
    env.reject(
      EACCES,
      'struct-out-of-bounds',
      `access beyond struct ${type.name} at off ${off} size ${size}`,
      {},
      blame,
    );
  const member = memberAt(btf, btf.skipModifiers(reg.btfId), off, size);
  if (member === null) env.unsupported(`access to struct ${type.name} at off ${off} size ${size}`);
  if (member.kind !== 'int' && member.kind !== 'enum' && member.kind !== 'enum64')
    env.unsupported(`reading a ${member.kind} of struct ${type.name}`);
  if (value >= 0) setReg(env, value, UNKNOWN_REG);
}
