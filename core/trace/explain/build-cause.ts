import type { Btf } from '../../btf/btf.ts';
import type { Value } from '../query/flow.ts';
import type { ProgramText } from '../query/program-text.ts';

/** What the compiler or the loader has done, where the cause of an error lies there and not in the author's line. */
export type BuildScene =
  /** A CO-RE relocation failed: the kernel lacks what it asks for. */
  | { readonly kind: 'core'; readonly lacks: string }
  /** A weak kernel function that the kernel does not have was called all the same. */
  | { readonly kind: 'kfunc'; readonly name: string }
  /** The compiler found that the program runs into undefined behaviour. */
  | { readonly kind: 'trap' }
  /** A pointer kept in global data: no loader fills it in. */
  | { readonly kind: 'pointer-in-data'; readonly variable: string; readonly maps: boolean };

/** What stands behind the instruction at fault, or the value that it uses. */
export function buildCause(text: ProgramText, insn: number, value: Value | null): BuildScene | null {
  const replaced = text.program.replaced?.find((r) => r.insn === insn);
  if (replaced !== undefined)
    return replaced.why === 'core' ? { kind: 'core', lacks: replaced.lacks } : { kind: 'kfunc', name: replaced.lacks };
  if (text.calls(insn) === '__bpf_trap') return { kind: 'trap' };
  return value === null ? null : pointerInData(text, value);
}

function pointerInData(text: ProgramText, value: Value): BuildScene | null {
  const { btf } = text.object;
  const { from } = value;
  if (btf === null || from.kind !== 'load' || from.size !== 8) return null;
  let base = from.base;
  let off = from.off;
  for (let n = 0; n < 8 && base.from.kind === 'computed'; n++) {
    const { left, right } = base.from;
    if (right.from.kind === 'constant') off += Number(BigInt.asIntN(64, right.from.value));
    base = left.from.kind === 'address' || left.from.kind === 'computed' ? left : right;
  }
  if (base.from.kind !== 'address' || base.from.off < 0) return null;
  const map = text.object.maps[base.from.map];
  if (map?.initial === undefined) return null;
  const at = base.from.off + off;
  const type = typeAt(btf, map.btfValueTypeId, at);
  if (type === null || btf.skipModifiers(type).kind !== 'ptr') return null;
  const pointee = btf.skipModifiers((btf.skipModifiers(type) as { readonly type: number }).type);
  return {
    kind: 'pointer-in-data',
    variable: variableAt(btf, map.btfValueTypeId, at),
    maps: pointee.kind === 'struct' && pointee.name === '',
  };
}

// The global variable that lies at an offset of a section's values.
function variableAt(btf: Btf, id: number, at: number): string {
  const section = btf.skipModifiers(id);
  if (section.kind !== 'datasec') return '';
  const found = section.vars.find((v) => v.offset <= at && at < v.offset + v.size);
  return found === undefined ? '' : btf.type(found.type).name;
}

// The type of what lies at an offset, down to a pointer or number.
function typeAt(btf: Btf, id: number, off: number): number | null {
  let at = off;
  let typeId = id;
  for (let depth = 0; depth < 16; depth++) {
    const type = btf.skipModifiers(typeId);
    if (type.kind === 'datasec') {
      const found = type.vars.find((v) => v.offset <= at && at < v.offset + v.size);
      const variable = found === undefined ? undefined : btf.type(found.type);
      if (found === undefined || variable?.kind !== 'var') return null;
      at -= found.offset;
      typeId = variable.type;
    } else if (type.kind === 'array') {
      const size = btf.sizeOf(type.type);
      if (size === 0) return null;
      at %= size;
      typeId = type.type;
    } else if (type.kind === 'struct' || type.kind === 'union') {
      const member = type.members.find(
        (m) => m.bitOffset / 8 <= at && at < m.bitOffset / 8 + Math.max(1, btf.sizeOf(m.type)),
      );
      if (member === undefined) return null;
      at -= Math.floor(member.bitOffset / 8);
      typeId = member.type;
    } else return typeId;
  }
  return null;
}
