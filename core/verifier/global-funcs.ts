import type { Btf, BtfType } from '../btf/btf.ts';
import { KIND_NAMES } from '../btf/kind-names.ts';
import {
  PROG_RAW_TRACEPOINT,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SOCKET_FILTER,
  PROG_XDP,
} from '../kernel/programs.ts';
import type { Env } from './env.ts';
import { EFAULT, EINVAL, EOPNOTSUPP, REJECTED } from './env.ts';
import { checkArgumentMemory } from './memory.ts';
import { PTR_MAYBE_NULL, PTR_TO_CTX, SCALAR } from './reg.ts';
import { isNull } from './regs.ts';

/** What a function's argument must be, from its BTF. */
export type Argument =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'ctx' }
  | { readonly kind: 'mem'; readonly size: number; readonly nullable: boolean };

const CONTEXTS: Readonly<Record<number, string>> = {
  [PROG_SOCKET_FILTER]: '__sk_buff',
  [PROG_SCHED_CLS]: '__sk_buff',
  [PROG_SCHED_ACT]: '__sk_buff',
  [PROG_XDP]: 'xdp_md',
  [PROG_RAW_TRACEPOINT]: 'bpf_raw_tracepoint_args',
};

const isNumber = (t: BtfType): boolean => t.kind === 'int' || t.kind === 'enum' || t.kind === 'enum64';

/** An errno with the message already written, or the arguments. */
type Prepared = { readonly errno: number } | { readonly args: readonly Argument[] };

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
    const tags = btf
      .declTags(info.typeId, i)
      .filter((tag) => tag.startsWith('arg:'))
      .map((tag) => tag.slice(4));
    if (tags.length > 0 && !subprog.global) {
      env.say(`arg#${i} type tag is not supported in static functions\n`);
      return { errno: EOPNOTSUPP };
    }
    const arg = argument(env, btf, proto.params[i]!.type, i, tags, subprog.global, func.name);
    if ('errno' in arg) return arg;
    args.push(arg);
  }
  return { args };
}

function argument(
  env: Env,
  btf: Btf,
  typeId: number,
  i: number,
  tags: readonly string[],
  global: boolean,
  name: string,
): Argument | { readonly errno: number } {
  const type = btf.skipModifiers(typeId);
  if (type.kind === 'ptr') {
    const target = btf.skipModifiers(type.type);
    const unknown = tags.filter((tag) => tag !== 'ctx' && tag !== 'nonnull' && tag !== 'nullable');
    if (unknown.length > 0) env.unsupported(`argument tag ${unknown[0]!}`);
    if (tags.includes('ctx') || (target.kind === 'struct' && target.name === CONTEXTS[env.program.type]))
      return { kind: 'ctx' };
    if (target.kind === 'struct' && target.name === 'bpf_dynptr') env.unsupported('dynptr arguments');
    if (global) {
      const size = sizeOf(btf, target);
      if (size < 0) {
        env.say(
          `arg#${i} reference type('${KIND_NAMES[target.kind]} ${target.name}') size cannot be determined: -22\n`,
        );
        return { errno: EINVAL };
      }
      return { kind: 'mem', size, nullable: !tags.includes('nonnull') };
    }
  } else if (tags.length > 0) {
    env.say(`arg#${i} has pointer tag, but is not a pointer type\n`);
    return { errno: EINVAL };
  }
  if (isNumber(type)) return { kind: 'scalar' };
  if (global) env.say(`Arg#${i} type ${KIND_NAMES[type.kind]} in ${name}() is not supported yet.\n`);
  return { errno: EINVAL };
}

/** Size of a type in bytes, -1 for one that has none. */
function sizeOf(btf: Btf, type: BtfType): number {
  if (type.kind === 'void' || type.kind === 'fwd' || type.kind === 'func_proto') return -1;
  try {
    return btf.sizeOf(type.id);
  } catch {
    return -1;
  }
}

/**
 * Number of the first argument's register that does not fit what the called function's BTF says; 0 when all do, -1 when BTF is of no help. For
 * static functions the answer does not matter, but what the kernel says of it is in the log.
 */
export function misfittingArgument(env: Env, number: number): number {
  const subprog = env.subprogs[number]!;
  if (env.program.funcInfo.length === 0 || subprog.unreliable) return -1;
  const misfit = match(env, number);
  if (misfit !== 0) subprog.unreliable = true;
  return misfit;
}

function match(env: Env, number: number): number {
  const prepared = prepareArguments(env, number);
  if ('errno' in prepared) {
    if (prepared.errno === EFAULT) env.reject(EFAULT, 'bad-btf', '');
    return -1;
  }
  const fits = (arg: Argument, i: number): boolean => {
    const regno = i + 1;
    const regs = env.state.top.regs;
    const reg = regs[regno]!;
    switch (arg.kind) {
      case 'scalar':
        if (reg.type === SCALAR) return true;
        env.say(`R${regno} is not a scalar\n`);
        return false;
      case 'ctx':
        if (reg.type === PTR_TO_CTX) return true;
        env.say(`arg#${i} expects pointer to ctx\n`);
        return false;
      case 'mem': {
        if (!isNull(reg)) {
          // The check takes the pointer as not NULL; what the call sees is as it was.
          const maybeNull = (reg.type & PTR_MAYBE_NULL) !== 0;
          if (maybeNull) regs[regno] = reg.withType(reg.type & ~PTR_MAYBE_NULL);
          try {
            checkArgumentMemory(env, regno, arg.size, 'read', true, false);
            checkArgumentMemory(env, regno, arg.size, 'write', true, false);
          } catch (e) {
            if (e === REJECTED) return false;
            throw e;
          }
          if (maybeNull) regs[regno] = reg;
        }
        if (!arg.nullable && (reg.type & PTR_MAYBE_NULL) !== 0) {
          env.say(`arg#${i} is expected to be non-NULL\n`);
          return false;
        }
        return true;
      }
    }
  };
  return prepared.args.findIndex((arg, i) => !fits(arg, i)) + 1;
}
