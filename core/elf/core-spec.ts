import type { Btf, BtfType } from '../btf/btf.ts';
import { essentialName } from '../btf/name-index.ts';
import { budget, fieldsCompatible, typesCompatible, typesMatch } from './core-compat.ts';

/** enum bpf_core_relo_kind, by number. */
export const CORE = {
  FIELD_BYTE_OFFSET: 0,
  FIELD_BYTE_SIZE: 1,
  FIELD_EXISTS: 2,
  FIELD_SIGNED: 3,
  FIELD_LSHIFT_U64: 4,
  FIELD_RSHIFT_U64: 5,
  TYPE_ID_LOCAL: 6,
  TYPE_ID_TARGET: 7,
  TYPE_EXISTS: 8,
  TYPE_SIZE: 9,
  ENUMVAL_EXISTS: 10,
  ENUMVAL_VALUE: 11,
  TYPE_MATCHES: 12,
} as const;

/** Nesting of a field access, unnamed members counted, that libbpf follows. */
const MAX_STEPS = 64;

/** Why libbpf would refuse to load a program for one of its relocations. */
export class CoreFailure extends Error {}

/** One turning point of a field access: a named member, or an array element (`name` null). */
interface Step {
  /** For a member the struct it is in, for an element its own type; modifiers skipped. */
  readonly type: number;
  readonly index: number;
  readonly name: string | null;
}

/** What a relocation talks about, in one BTF: a type, an enumerator (`steps[0]`), or a field reached by `steps`. */
export interface Spec {
  readonly btf: Btf;
  readonly root: number;
  readonly steps: readonly Step[];
  readonly bitOffset: number;
}

const isType = (kind: number): boolean =>
  (kind >= CORE.TYPE_ID_LOCAL && kind <= CORE.TYPE_SIZE) || kind === CORE.TYPE_MATCHES;
const isEnumval = (kind: number): boolean => kind === CORE.ENUMVAL_EXISTS || kind === CORE.ENUMVAL_VALUE;

/** A zero-length array at the end of a struct may be indexed beyond its length. */
function isFlexible(btf: Btf, previous: Step | undefined, count: number): boolean {
  if (previous === undefined || previous.name === null || count > 0) return false;
  const holder = btf.type(previous.type);
  return (holder.kind === 'struct' || holder.kind === 'union') && previous.index === holder.members.length - 1;
}

/** Reads the access string (`0:1:2`) of a relocation against the object's own BTF. @throws CoreFailure when it leads nowhere */
export function localSpec(btf: Btf, root: number, access: string, kind: number): Spec {
  const bad = (): never => {
    throw new CoreFailure(`CO-RE access '${access}' does not fit type ${root} ('${btf.type(root).name}')`);
  };
  if (isType(kind)) return access === '0' ? { btf, root, steps: [], bitOffset: 0 } : bad();
  if (!/^\d{1,9}(:\d{1,9})*$/.test(access)) return bad();
  const indexes = access.split(':').map(Number);
  if (indexes.length > MAX_STEPS) return bad();
  let type = btf.skipModifiers(root);
  const first = indexes[0]!;
  if (isEnumval(kind)) {
    if ((type.kind !== 'enum' && type.kind !== 'enum64') || indexes.length > 1 || first >= type.values.length)
      return bad();
    return { btf, root, steps: [{ type: type.id, index: first, name: type.values[first]!.name }], bitOffset: 0 };
  }
  const steps: Step[] = [{ type: type.id, index: first, name: null }];
  let bitOffset = first * btf.sizeOf(type.id) * 8;
  for (const index of indexes.slice(1)) {
    if (type.kind === 'struct' || type.kind === 'union') {
      const member = type.members[index];
      if (member === undefined) return bad();
      bitOffset += member.bitOffset;
      if (member.name !== '') steps.push({ type: type.id, index, name: member.name });
      type = btf.skipModifiers(member.type);
    } else if (type.kind === 'array') {
      if (index >= type.count && !isFlexible(btf, steps[steps.length - 1], type.count)) return bad();
      type = btf.skipModifiers(type.type);
      steps.push({ type: type.id, index, name: null });
      bitOffset += index * btf.sizeOf(type.id) * 8;
    } else return bad();
  }
  return { btf, root, steps, bitOffset };
}

interface Found {
  readonly step: Step;
  readonly bitOffset: number;
  /** Type of the member found. */
  readonly next: number;
  readonly depth: number;
}

/** A member of that name in the struct or in unnamed members of it; null when there is none or its type does not fit. */
function findMember(
  local: Btf,
  wanted: Step,
  target: Btf,
  holderId: number,
  depth: number,
  visits = budget(),
): Found | null | 'mismatch' {
  if (visits.left-- <= 0) throw new CoreFailure(`field '${wanted.name}' is nested too much`);
  const holder = target.skipModifiers(holderId);
  if (holder.kind !== 'struct' && holder.kind !== 'union') return null;
  const localHolder = local.type(wanted.type);
  if (localHolder.kind !== 'struct' && localHolder.kind !== 'union') return null;
  for (const [index, member] of holder.members.entries()) {
    if (depth >= MAX_STEPS) throw new CoreFailure(`field '${wanted.name}' is nested too deep`);
    if (member.name === '') {
      const inner = findMember(local, wanted, target, member.type, depth + 1, visits);
      if (inner !== null && inner !== 'mismatch') return { ...inner, bitOffset: inner.bitOffset + member.bitOffset };
    } else if (member.name === wanted.name) {
      if (!fieldsCompatible(local, localHolder.members[wanted.index]!.type, target, member.type)) return 'mismatch';
      return {
        step: { type: holder.id, index, name: member.name },
        bitOffset: member.bitOffset,
        next: member.type,
        depth: depth + 1,
      };
    }
  }
  return null;
}

/** The same thing in the kernel's type `candidate`, or null when that type does not have it. */
export function matchSpec(local: Spec, target: Btf, candidate: number, kind: number): Spec | null {
  if (isType(kind)) {
    const fits =
      kind === CORE.TYPE_MATCHES
        ? typesMatch(local.btf, local.root, target, candidate)
        : typesCompatible(local.btf, local.root, target, candidate);
    return fits ? { btf: target, root: candidate, steps: [], bitOffset: 0 } : null;
  }
  if (isEnumval(kind)) {
    const type = target.skipModifiers(candidate);
    if (type.kind !== 'enum' && type.kind !== 'enum64') return null;
    const name = essentialName(local.steps[0]!.name!);
    const index = type.values.findIndex((value) => essentialName(value.name) === name);
    if (index < 0) return null;
    return {
      btf: target,
      root: candidate,
      steps: [{ type: type.id, index, name: type.values[index]!.name }],
      bitOffset: 0,
    };
  }
  const steps: Step[] = [];
  let bitOffset = 0;
  let depth = 0;
  let at = candidate;
  for (const [i, wanted] of local.steps.entries()) {
    const type: BtfType = target.skipModifiers(at);
    if (wanted.name !== null) {
      const found = findMember(local.btf, wanted, target, type.id, depth);
      if (found === null || found === 'mismatch') return null;
      steps.push(found.step);
      bitOffset += found.bitOffset;
      depth = found.depth;
      at = found.next;
      continue;
    }
    let element = type;
    if (i > 0) {
      if (type.kind !== 'array') return null;
      if (wanted.index >= type.count && !isFlexible(target, steps[steps.length - 1], type.count)) return null;
      element = target.skipModifiers(type.type);
    }
    if (depth >= MAX_STEPS) throw new CoreFailure('a field is nested too deep');
    depth++;
    steps.push({ type: element.id, index: wanted.index, name: null });
    bitOffset += wanted.index * target.sizeOf(element.id) * 8;
    at = element.id;
  }
  return { btf: target, root: candidate, steps, bitOffset };
}
