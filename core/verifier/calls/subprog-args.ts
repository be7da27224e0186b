import type { Btf, BtfType } from '../../btf/btf.ts';
import { KIND_NAMES } from '../../btf/kind-names.ts';
import { essentialName } from '../../btf/name-index.ts';
import { contextType, mayBeContext } from '../../kernel/rules/contexts.ts';
import type { Env } from '../env.ts';
import { EFAULT, EINVAL, ENOENT, EOPNOTSUPP, ESRCH } from '../../base/errno.ts';

/** What a function's argument must be, from its BTF. */
export type Argument =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'ctx' }
  /** A dynptr that the caller made: to be used and not changed. */
  | { readonly kind: 'dynptr' }
  | { readonly kind: 'mem'; readonly size: number; readonly nullable: boolean }
  /** Anything at all, read as memory that may not be there. */
  | { readonly kind: 'untrusted-mem' }
  | { readonly kind: 'btf'; readonly btfId: number; readonly trusted: boolean; readonly nullable: boolean };

const isNumber = (t: BtfType): boolean => t.kind === 'int' || t.kind === 'enum' || t.kind === 'enum64';

/** An errno with the message already written, or the arguments. */
type Failed = { readonly errno: number };
type Prepared = Failed | { readonly args: readonly Argument[] };

const cache = new WeakMap<Env, Map<number, Prepared>>();

/** The arguments that a function's BTF promises. Messages go to the log whether or not the caller minds. */
export function prepareArguments(env: Env, number: number): Prepared {
  let known = cache.get(env);
  if (known === undefined) cache.set(env, (known = new Map()));
  const before = known.get(number);
  if (before !== undefined && 'args' in before) return before;
  const prepared = prepare(env, number);
  known.set(number, prepared);
  return prepared;
}

function prepare(env: Env, number: number): Prepared {
  const subprog = env.subprogs[number]!;
  const btf = env.progBtf;
  const info = env.program.funcInfo.find((f) => f.insn === subprog.start);
  if (btf === null || info === undefined) return { errno: subprog.global ? EFAULT : EINVAL };
  const func = btf.type(info.typeId);
  if (func.kind !== 'func') return { errno: EFAULT };
  const proto = btf.type(func.type);
  if (proto.kind !== 'func_proto') return { errno: EFAULT };
  const fail = (text: string, errno = EINVAL): Prepared => {
    if (subprog.global) env.say(`${text}\n`);
    return { errno };
  };
  if (proto.params.length > 5)
    return fail(`Global function ${func.name}() with ${proto.params.length} > 5 args. Buggy compiler.`);
  if (!isNumber(btf.skipModifiers(proto.ret)))
    return fail(`Global function ${func.name}() doesn't return scalar. Only those are supported.`);
  const args: Argument[] = [];
  for (let i = 0; i < proto.params.length; i++) {
    const found = argumentTags(env, btf, info.typeId, i, subprog.global);
    if ('errno' in found) return found;
    const arg = argument(env, btf, proto.params[i]!.type, i, found.tags, subprog.global, func.name);
    if ('errno' in arg) return arg;
    args.push(arg);
  }
  return { args };
}

const TAGS = ['ctx', 'nonnull', 'trusted', 'untrusted', 'nullable', 'arena'] as const;
type Tag = (typeof TAGS)[number];

/** The `arg:` tags of a parameter (`__arg_ctx` and its like). */
function argumentTags(env: Env, btf: Btf, func: number, i: number, global: boolean): { tags: Set<Tag> } | Failed {
  const tags = new Set<Tag>();
  for (const full of btf.declTags(func, i)) {
    if (!full.startsWith('arg:')) continue;
    if (!global) {
      env.say(`arg#${i} type tag is not supported in static functions\n`);
      return { errno: EOPNOTSUPP };
    }
    const tag = TAGS.find((known) => known === full.slice(4));
    if (tag === undefined) {
      env.say(`arg#${i} has unsupported set of tags\n`);
      return { errno: EOPNOTSUPP };
    }
    tags.add(tag);
  }
  return { tags };
}

function argument(
  env: Env,
  btf: Btf,
  typeId: number,
  i: number,
  tags: ReadonlySet<Tag>,
  global: boolean,
  name: string,
): Argument | Failed {
  const fail = (text: string, errno = EINVAL): Failed => {
    env.say(`${text}\n`);
    return { errno };
  };
  const only = (...allowed: readonly Tag[]): boolean => [...tags].every((tag) => allowed.includes(tag));
  const badTags = `arg#${i} has invalid combination of tags`;
  const type = btf.skipModifiers(typeId);
  if (type.kind === 'ptr') {
    if (tags.has('ctx') || mayBeContext(env.program, btf, type.type)) {
      if (!only('ctx')) return fail(badTags);
      const wrong = tags.has('ctx') ? contextType(env.program, btf, type.type) : null;
      return wrong === null ? { kind: 'ctx' } : fail(`arg#${i} ${wrong}`);
    }
    const target = btf.skipModifiers(type.type);
    if ((target.kind === 'struct' || target.kind === 'fwd') && target.name === 'bpf_dynptr') {
      if (tags.size > 0) return fail(badTags);
      return { kind: 'dynptr' };
    }
    if (tags.has('trusted')) {
      if (tags.has('nonnull')) return fail(badTags);
      return kernelStruct(env, target, i, true, tags.has('nullable'));
    }
    if (tags.has('untrusted')) {
      if (!only('untrusted')) return fail(`arg#${i} untrusted cannot be combined with any other tags`);
      if (target.kind === 'void' || isNumber(target)) return { kind: 'untrusted-mem' };
      return kernelStruct(env, target, i, false, false);
    }
    if (tags.has('arena')) return env.unsupported('arena arguments');
    if (global) {
      if (tags.has('nullable')) return fail(badTags);
      const size = sizeOf(btf, target);
      if (size === null)
        return fail(
          `arg#${i} reference type('${KIND_NAMES[target.kind]} ${target.name}') size cannot be determined: -22`,
        );
      return { kind: 'mem', size, nullable: !tags.has('nonnull') };
    }
  }
  if (tags.size > 0) return fail(`arg#${i} has pointer tag, but is not a pointer type`);
  if (isNumber(type)) return { kind: 'scalar' };
  if (!global) return { errno: EINVAL };
  return fail(`Arg#${i} type ${KIND_NAMES[type.kind]} in ${name}() is not supported yet.`);
}

/** Bytes of a type that has a size; null for others. */
function sizeOf(btf: Btf, type: BtfType): number | null {
  if (type.kind === 'void' || type.kind === 'fwd' || type.kind === 'func_proto') return null;
  try {
    return btf.sizeOf(type.id);
  } catch {
    return null;
  }
}

/** The kernel's structure of that name that a tagged argument points at. */
function kernelStruct(env: Env, target: BtfType, i: number, trusted: boolean, nullable: boolean): Argument | Failed {
  const what = `arg#${i} reference type('${KIND_NAMES[target.kind]} ${target.name || '(anon)'}')`;
  if (target.name === '') {
    env.say(`${what} candidate matching error: -22\n`);
    return { errno: EINVAL };
  }
  const found = env.kernelBtf.findEssential(target.kind, essentialName(target.name));
  if (found.length !== 1) {
    env.say(`${what} ${found.length === 0 ? 'has no matches' : 'is ambiguous'}\n`);
    return { errno: found.length === 0 ? ENOENT : ESRCH };
  }
  const type = env.kernelBtf.type(found[0]!);
  if (!trusted && type.kind !== 'struct' && type.kind !== 'union') {
    env.say(`arg#${i} has type ${KIND_NAMES[type.kind]} '', but only struct or primitive types are allowed\n`);
    return { errno: EINVAL };
  }
  return { kind: 'btf', btfId: type.id, trusted, nullable };
}
