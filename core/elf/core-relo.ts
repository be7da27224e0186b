import type { Btf } from '../btf/btf.ts';
import { essentialName } from '../btf/name-index.ts';
import type { Insn } from '../isa/insn.ts';
import { CORE, CoreFailure, localSpec, matchSpec } from './core-spec.ts';
import type { Spec } from './core-spec.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What libbpf puts in place of an instruction whose relocation failed: a call of a helper that does not exist. */
const BAD_RELO = 0xbad2310;

/** The value of one side of a relocation. */
interface Value {
  readonly value: bigint;
  /** Bytes of the field and its type, where a load's width has to follow; 0 otherwise. */
  readonly size: number;
  readonly type: number;
  /** The instruction must hold the local value before it is patched. */
  readonly check: boolean;
}

interface Resolution {
  /** Null: poison. */
  readonly change: { readonly from: Value; readonly to: Value } | null;
  /** The field's width differs between object and kernel in a way that a load cannot follow. */
  readonly badWidth: boolean;
}

/**
 * Applies CO-RE relocations (LLVM's preserve_access_index built-ins) as libbpf does: `local` is the object's BTF, `kernel` the one to
 * relocate against. One instance serves one object: candidates narrow down as relocations resolve, as in libbpf.
 */
export class CoreRelocator {
  private readonly candidates = new Map<number, number[]>();

  constructor(
    private readonly local: Btf,
    private readonly kernel: Btf,
  ) {}

  /**
   * Patches `insns[at]` (and the second slot of a `lddw`) in place.
   * @returns null, or what the kernel does not have, when the instruction was replaced by one that no kernel takes
   * @throws CoreFailure where libbpf refuses the program; Unsupported where a trimmed kernel BTF lacks the type
   */
  apply(insns: Mutable<Insn>[], at: number, root: number, access: string, kind: number): string | null {
    patch(insns, at, this.resolve(root, access, kind));
    return insns[at]!.code === 0x85 && insns[at]!.imm === BAD_RELO ? this.describe(root, access, kind) : null;
  }

  // What a relocation asks for, as its author would say: the kernel's names, without the suffixes of local variants.
  private describe(root: number, access: string, kind: number): string {
    const { name, kind: type } = this.local.type(root);
    const holder = `${type === 'typedef' ? 'type' : type} ${essentialName(name)}`;
    const { steps } = localSpec(this.local, root, access, kind);
    if (kind === CORE.ENUMVAL_VALUE || kind === CORE.ENUMVAL_EXISTS) {
      const found = this.local.type(root);
      const value =
        found.kind === 'enum' || found.kind === 'enum64' ? found.values[steps[0]?.index ?? 0]?.name : undefined;
      return `the value ${essentialName(value ?? '')} of ${holder}`;
    }
    const names = steps.flatMap((step) => (step.name === null ? [] : [step.name]));
    return names.length === 0 ? holder : `the field ${names.join('.')} of ${holder}`;
  }

  private resolve(root: number, access: string, kind: number): Resolution {
    const spec = localSpec(this.local, root, access, kind);
    if (kind === CORE.TYPE_ID_LOCAL) {
      const value: Value = { value: BigInt(root), size: 0, type: 0, check: false };
      return { change: { from: value, to: value }, badWidth: false };
    }
    const candidates = this.candidatesOf(root);
    const matching: number[] = [];
    let chosen: { resolution: Resolution; bitOffset: number } | null = null;
    for (const id of candidates) {
      const target = matchSpec(spec, this.kernel, id, kind);
      if (target === null) continue;
      const resolution = calculate(spec, target, kind);
      if (chosen === null) chosen = { resolution, bitOffset: target.bitOffset };
      else if (
        chosen.bitOffset !== target.bitOffset ||
        (chosen.resolution.change === null) !== (resolution.change === null) ||
        chosen.resolution.change?.to.value !== resolution.change?.to.value
      )
        throw new CoreFailure(`CO-RE relocation of '${this.local.type(root).name}' is ambiguous`);
      matching.push(id);
    }
    if (chosen === null) return calculate(spec, null, kind);
    this.candidates.set(root, matching);
    return chosen.resolution;
  }

  private candidatesOf(root: number): readonly number[] {
    const known = this.candidates.get(root);
    if (known !== undefined) return known;
    const type = this.local.type(root);
    if (type.name === '') throw new CoreFailure(`CO-RE relocation against unnamed type ${root}`);
    const found = [...this.kernel.findEssential(type.kind, essentialName(type.name))];
    this.candidates.set(root, found);
    return found;
  }
}

function calculate(local: Spec, target: Spec | null, kind: number): Resolution {
  const from = valueOf(local, kind);
  const to = valueOf(target, kind);
  if (from === null || to === null) return { change: null, badWidth: false };
  return { change: { from, to }, badWidth: from.size !== to.size && !widthMayFollow(local, from, target, to) };
}

/** Reading a pointer, or an unsigned integer, of another width gives the same value zero-extended. */
function widthMayFollow(local: Spec, from: Value, target: Spec | null, to: Value): boolean {
  const a = local.btf.type(from.type);
  const b = target === null ? null : target.btf.type(to.type);
  if (b === null) return false;
  if (a.kind === 'ptr' && b.kind === 'ptr') return true;
  // The encoding is compared as a whole: only exactly "signed" is refused.
  const plainSigned = (t: typeof a): boolean => t.kind === 'int' && t.signed && !t.char && !t.bool;
  return a.kind === 'int' && b.kind === 'int' && !plainSigned(a) && !plainSigned(b);
}

/** The number a relocation stands for in one BTF; null asks for poisoning. */
function valueOf(spec: Spec | null, kind: number): Value | null {
  const plain = (value: number | bigint | boolean, check = true): Value => ({
    value: BigInt(value),
    size: 0,
    type: 0,
    check,
  });
  switch (kind) {
    case CORE.FIELD_EXISTS:
    case CORE.ENUMVAL_EXISTS:
      return plain(spec !== null);
    case CORE.TYPE_EXISTS:
    case CORE.TYPE_MATCHES:
      return plain(spec !== null);
    case CORE.TYPE_ID_TARGET:
      return plain(spec === null ? 0 : spec.root, spec === null);
    case CORE.TYPE_SIZE:
      return plain(spec === null ? 0 : spec.btf.sizeOf(spec.root));
    case CORE.ENUMVAL_VALUE: {
      if (spec === null) return null;
      const step = spec.steps[0]!;
      const type = spec.btf.type(step.type);
      if (type.kind !== 'enum' && type.kind !== 'enum64') return null;
      const { value } = type.values[step.index]!;
      // A 32-bit enumerator is taken as signed whatever its enum says; the instruction keeps its low 32 or all 64 bits.
      return plain(BigInt.asUintN(64, type.kind === 'enum' ? BigInt.asIntN(32, value) : value));
    }
    case CORE.FIELD_BYTE_OFFSET:
    case CORE.FIELD_BYTE_SIZE:
    case CORE.FIELD_SIGNED:
    case CORE.FIELD_LSHIFT_U64:
    case CORE.FIELD_RSHIFT_U64:
      return spec === null ? null : fieldValue(spec, kind);
    default:
      throw new CoreFailure(`unknown CO-RE relocation kind ${kind}`);
  }
}

function fieldValue({ btf, steps, bitOffset }: Spec, kind: number): Value {
  const last = steps[steps.length - 1]!;
  if (last.name === null) {
    const size = btf.sizeOf(last.type);
    if (kind === CORE.FIELD_BYTE_OFFSET)
      return { value: BigInt(Math.floor(bitOffset / 8)), size, type: last.type, check: true };
    if (kind === CORE.FIELD_BYTE_SIZE) return { value: BigInt(size), size: 0, type: 0, check: true };
    throw new CoreFailure(`CO-RE relocation kind ${kind} of an array element`);
  }
  const holder = btf.type(last.type);
  if (holder.kind !== 'struct' && holder.kind !== 'union')
    throw new CoreFailure('CO-RE access into something without members');
  const member = holder.members[last.index]!;
  const type = btf.skipModifiers(member.type);
  const bitField = member.bitSize > 0;
  let byteSize = btf.sizeOf(type.id);
  let byteOffset = Math.floor(bitOffset / 8);
  if (bitField) {
    // The narrowest aligned load that holds the whole bit field.
    const align = (): void => {
      byteOffset = Math.floor(Math.floor(bitOffset / 8) / byteSize) * byteSize;
    };
    if (byteSize === 0) throw new CoreFailure(`bit field '${last.name}' has no size`);
    align();
    while (bitOffset + member.bitSize - byteOffset * 8 > byteSize * 8) {
      if (byteSize >= 8) throw new CoreFailure(`bit field '${last.name}' does not fit a 64-bit load`);
      byteSize *= 2;
      align();
    }
  }
  const bitSize = bitField ? member.bitSize : byteSize * 8;
  const plain = (value: number, check: boolean): Value => ({
    value: BigInt.asUintN(64, BigInt(value)),
    size: 0,
    type: 0,
    check,
  });
  switch (kind) {
    case CORE.FIELD_BYTE_OFFSET:
      return bitField
        ? plain(byteOffset, false)
        : { value: BigInt(byteOffset), size: byteSize, type: type.id, check: true };
    case CORE.FIELD_BYTE_SIZE:
      return plain(byteSize, !bitField);
    case CORE.FIELD_SIGNED:
      return plain(
        (type.kind === 'int' || type.kind === 'enum' || type.kind === 'enum64') && type.signed ? 1 : 0,
        true,
      );
    case CORE.FIELD_LSHIFT_U64:
      // A u32 in libbpf: a field wider than 64 bits wraps.
      return plain((64 - (bitOffset + bitSize - byteOffset * 8)) >>> 0, !bitField);
    default:
      return plain((64 - bitSize) >>> 0, true);
  }
}

const SIZE_BITS: readonly (readonly [bytes: number, bits: number])[] = [
  [4, 0x00],
  [2, 0x08],
  [1, 0x10],
  [8, 0x18],
];

function patch(insns: Mutable<Insn>[], at: number, { change, badWidth }: Resolution): void {
  const insn = insns[at]!;
  const isLoad64 = insn.code === 0x18;
  const poison = (): void => {
    for (let i = 0; i < (isLoad64 ? 2 : 1); i++)
      Object.assign(insns[at + i]!, { code: 0x85, dst: 0, src: 0, off: 0, imm: BAD_RELO });
  };
  const expect = (held: bigint, what: string): void => {
    if (change !== null && change.from.check && held !== change.from.value)
      throw new CoreFailure(
        `CO-RE: instruction ${at} holds ${what} ${held}, its relocation expects ${change.from.value}`,
      );
  };
  switch (insn.code & 7) {
    case 4:
    case 7:
      if ((insn.code & 8) !== 0) break;
      if (change === null) return poison();
      expect(BigInt.asUintN(64, BigInt(insn.imm)), 'immediate');
      insn.imm = Number(BigInt.asIntN(32, change.to.value));
      return;
    case 1:
    case 2:
    case 3: {
      if (change === null) return poison();
      expect(BigInt.asUintN(64, BigInt(insn.off)), 'offset');
      if (change.to.value > 0x7fffn)
        throw new CoreFailure(`CO-RE: offset ${change.to.value} of instruction ${at} is too large`);
      if (badWidth) return poison();
      insn.off = Number(change.to.value);
      if (change.from.size !== change.to.size) {
        const held = SIZE_BITS.find(([, bits]) => bits === (insn.code & 0x18))![0];
        const wanted = SIZE_BITS.find(([bytes]) => bytes === change.to.size);
        if (held !== change.from.size || wanted === undefined)
          throw new CoreFailure(
            `CO-RE: instruction ${at} accesses ${held} bytes of a field of ${change.from.size}, the kernel's has ${change.to.size}`,
          );
        insn.code = (insn.code & 0xe7) | wanted[1];
      }
      return;
    }
    case 0: {
      const second = insns[at + 1];
      if (!isLoad64 || second === undefined || insn.src !== 0 || insn.off !== 0) break;
      if (second.code !== 0 || second.dst !== 0 || second.src !== 0 || second.off !== 0) break;
      if (change === null) return poison();
      expect(BigInt(insn.imm >>> 0) | (BigInt(second.imm >>> 0) << 32n), 'immediate');
      insn.imm = Number(BigInt.asIntN(32, change.to.value));
      second.imm = Number(BigInt.asIntN(32, change.to.value >> 32n));
      return;
    }
    default:
      break;
  }
  throw new CoreFailure(`CO-RE: instruction ${at} (code 0x${insn.code.toString(16)}) cannot be relocated`);
}
