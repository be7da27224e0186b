import type { Btf, BtfType } from '../btf/btf.ts';
import { essentialName } from '../btf/name-index.ts';

/**
 * The three relations between a type of the object and a type of the kernel that CO-RE knows (libbpf's documentation, "CO-RE"):
 * for a field's access, for a type's existence, and for a strict match.
 */

const MAX_DEPTH = 32;

/** Pairs of types compared for one relation; only types made to double at each level come near it, and they do not match. */
export interface Budget {
  left: number;
}
export const budget = (): Budget => ({ left: 100_000 });

const isEnum = (type: BtfType): type is BtfType & { kind: 'enum' | 'enum64' } =>
  type.kind === 'enum' || type.kind === 'enum64';
const isComposite = (type: BtfType): type is BtfType & { kind: 'struct' | 'union' } =>
  type.kind === 'struct' || type.kind === 'union';

/** Kinds that may stand for each other: the same, or any two enums. */
export function sameKind(a: BtfType, b: BtfType): boolean {
  return a.kind === b.kind || (isEnum(a) && isEnum(b));
}

/** May a field of type `a` be read as one of type `b`? */
export function fieldsCompatible(localBtf: Btf, a: number, targetBtf: Btf, b: number): boolean {
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const local = localBtf.skipModifiers(a);
    const target = targetBtf.skipModifiers(b);
    if (isComposite(local) && isComposite(target)) return true;
    if (!sameKind(local, target)) return false;
    switch (local.kind) {
      case 'ptr':
      case 'float':
        return true;
      case 'fwd':
      case 'enum':
      case 'enum64': {
        const mine = essentialName(local.name);
        const theirs = essentialName(target.name);
        return mine === '' || theirs === '' || mine === theirs;
      }
      case 'int':
        return local.bitOffset === 0 && target.kind === 'int' && target.bitOffset === 0;
      case 'array':
        if (target.kind !== 'array') return false;
        a = local.type;
        b = target.type;
        break;
      default:
        return false;
    }
  }
  return false;
}

/** Are two types of one name the same for `bpf_core_type_exists` and for kernel symbols? Members are not looked at. */
export function typesCompatible(
  localBtf: Btf,
  a: number,
  targetBtf: Btf,
  b: number,
  level = MAX_DEPTH,
  visits = budget(),
): boolean {
  if (visits.left-- <= 0 || !sameKind(localBtf.type(a), targetBtf.type(b))) return false;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const local = localBtf.skipModifiers(a);
    const target = targetBtf.skipModifiers(b);
    if (!sameKind(local, target)) return false;
    switch (local.kind) {
      case 'void':
      case 'struct':
      case 'union':
      case 'enum':
      case 'enum64':
      case 'fwd':
        return true;
      case 'int':
        return local.bitOffset === 0 && target.kind === 'int' && target.bitOffset === 0;
      case 'ptr':
        if (target.kind !== 'ptr') return false;
        a = local.type;
        b = target.type;
        break;
      case 'array':
        if (target.kind !== 'array') return false;
        a = local.type;
        b = target.type;
        break;
      case 'func_proto': {
        if (target.kind !== 'func_proto' || local.params.length !== target.params.length || level <= 0) return false;
        const fits = local.params.every((param, i) =>
          typesCompatible(
            localBtf,
            localBtf.skipModifiers(param.type).id,
            targetBtf,
            targetBtf.skipModifiers(target.params[i]!.type).id,
            level - 1,
            visits,
          ),
        );
        if (!fits) return false;
        a = local.ret;
        b = target.ret;
        break;
      }
      default:
        return false;
    }
  }
  return false;
}

function namesMatch(mine: string, theirs: string): boolean {
  return theirs === '' ? mine === '' : essentialName(mine) === essentialName(theirs);
}

/** Does the kernel's type have everything the object's has (`bpf_core_type_matches`)? */
export function typesMatch(
  localBtf: Btf,
  a: number,
  targetBtf: Btf,
  b: number,
  behindPtr = false,
  level = MAX_DEPTH,
  visits = budget(),
): boolean {
  if (level <= 0 || visits.left-- <= 0) return false;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const local = localBtf.skipModifiers(a);
    const target = targetBtf.skipModifiers(b);
    if (!namesMatch(local.name, target.name)) return false;
    switch (local.kind) {
      case 'void':
        return target.kind === 'void';
      case 'fwd':
        if (target.kind === 'fwd') return local.union === target.union;
        return behindPtr && target.kind === (local.union ? 'union' : 'struct');
      case 'enum':
      case 'enum64':
        return (
          isEnum(target) &&
          local.size === target.size &&
          local.values.length <= target.values.length &&
          local.values.every((mine) => target.values.some((theirs) => namesMatch(mine.name, theirs.name)))
        );
      case 'struct':
      case 'union':
        if (behindPtr)
          return local.kind === target.kind || (target.kind === 'fwd' && target.union === (local.kind === 'union'));
        return (
          isComposite(target) &&
          local.kind === target.kind &&
          local.members.length <= target.members.length &&
          local.members.every((mine) =>
            target.members.some(
              (theirs) =>
                namesMatch(mine.name, theirs.name) &&
                typesMatch(localBtf, mine.type, targetBtf, theirs.type, behindPtr, level - 1, visits),
            ),
          )
        );
      case 'int':
        return target.kind === 'int' && local.size === target.size && local.signed === target.signed;
      case 'ptr':
        if (target.kind !== 'ptr') return false;
        behindPtr = true;
        a = local.type;
        b = target.type;
        break;
      case 'array':
        if (target.kind !== 'array' || local.count !== target.count) return false;
        a = local.type;
        b = target.type;
        break;
      case 'func_proto': {
        if (target.kind !== 'func_proto' || local.params.length !== target.params.length) return false;
        const pointed = behindPtr;
        const fits = local.params.every((param, i) =>
          typesMatch(localBtf, param.type, targetBtf, target.params[i]!.type, pointed, level - 1, visits),
        );
        if (!fits) return false;
        a = local.ret;
        b = target.ret;
        break;
      }
      default:
        return false;
    }
  }
  return false;
}
