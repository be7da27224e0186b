import type { Btf, BtfType } from '../../btf/btf.ts';
import { KIND_NAMES } from '../../btf/kind-names.ts';
import type { BpfProgram } from '../../elf/object.ts';
import type { KernelModel } from '../model.ts';
import { LSM_MAC, PROG_LSM, TRACE_FEXIT, TRACE_ITER, TRACE_RAW_TP, MODIFY_RETURN } from './program-types.ts';
import type { CtxAccess, CtxValue, ReturnRange } from './program-types.ts';
import { hookName, hookRange, UNTRUSTED_HOOKS } from './lsm-hooks.ts';

const PREFIX = 'btf_trace_';

type Proto = BtfType & { readonly kind: 'func_proto' };

/** What a tracing program is attached to: its name in messages, and its prototype. */
export interface Target {
  readonly name: string;
  readonly proto: Proto;
}

/** The function, tracepoint or iterator target of a program; null when its BTF id is none. */
export function tracingTarget(program: BpfProgram, btf: Btf): Target | null {
  if (program.attachBtfId === 0) return null;
  const type = btf.type(program.attachBtfId);
  if (program.expectedAttachType === TRACE_RAW_TP) {
    if (type.kind !== 'typedef' || !type.name.startsWith(PREFIX)) return null;
    const name = type.name.slice(PREFIX.length);
    // Parameters have their names in the function that calls the programs.
    const template = btf.find('func', `__bpf_trace_${name}`);
    const caller = template === 0 ? null : btf.type(template);
    const pointer = btf.type(type.type);
    const proto = btf.type(caller?.kind === 'func' ? caller.type : pointer.kind === 'ptr' ? pointer.type : 0);
    return proto.kind === 'func_proto' ? { name, proto } : null;
  }
  if (type.kind !== 'func') return null;
  const proto = btf.type(type.type);
  return proto.kind === 'func_proto' ? { name: type.name, proto } : null;
}

const isScalar = (type: BtfType): boolean =>
  (type.kind === 'int' && type.size <= 8) ||
  type.kind === 'enum' ||
  type.kind === 'enum64' ||
  type.kind === 'struct' ||
  type.kind === 'union';

/** Number of the argument at an offset: each takes a multiple of eight bytes. The one after the last is the result. */
function argumentAt(btf: Btf, proto: Proto, off: number): number {
  let end = 0;
  for (const [i, type] of [...proto.params.map((param) => param.type), proto.ret].entries()) {
    const bare = btf.skipModifiers(type);
    const size = bare.kind === 'ptr' ? 8 : bare.kind === 'void' ? 0 : btf.sizeOf(bare.id);
    end += Math.ceil(size / 8) * 8;
    if (off < end) return i;
  }
  return proto.params.length + 1;
}

/** Whether the kernel vouches for the pointers that a program gets as arguments of what it is attached to. */
function vouchedFor(program: BpfProgram, target: string): boolean {
  if (program.type === PROG_LSM) return !UNTRUSTED_HOOKS.has(hookName(target));
  return program.expectedAttachType === TRACE_RAW_TP || program.expectedAttachType === TRACE_ITER;
}

const failed = (line: string): CtxAccess => ({ ok: false, lines: [line] });
const gives = (value: CtxValue): CtxAccess => ({ ok: true, gives: value });
const SCALAR = gives({ kind: 'scalar' });

/**
 * A load of `size` bytes from the arguments of a traced function, tracepoint or LSM hook, or from the context structure of an iterator
 * program. The offset is aligned to the size and within twelve words.
 */
export function tracingAccess(kernel: KernelModel, program: BpfProgram, off: number, size: number): CtxAccess {
  const { btf } = kernel;
  const target = tracingTarget(program, btf);
  if (target === null) return { unsupported: 'a tracing program without a target in this BTF' };
  const { name, proto } = target;
  if (off % 8 !== 0) return failed(`func '${name}' offset ${off} is not multiple of 8`);
  const attach = program.expectedAttachType;
  const params = attach === TRACE_RAW_TP ? proto.params.slice(1) : proto.params;
  const arg = argumentAt(btf, proto, off);
  if (arg > params.length) return failed(`func '${name}' doesn't have ${arg + 1}-th argument`);
  let typeId: number;
  let range: ReturnRange | null = null;
  if (arg < params.length) typeId = params[arg]!.type;
  else {
    if (attach !== TRACE_FEXIT && attach !== LSM_MAC && attach !== MODIFY_RETURN)
      return failed(`func '${name}' doesn't have ${arg + 1}-th argument`);
    typeId = proto.ret;
    const result = btf.skipModifiers(typeId);
    if (attach === MODIFY_RETURN && !(result.kind === 'int' && result.size <= 8))
      return failed(`ret type ${KIND_NAMES[result.kind]} not allowed for fmod_ret`);
    if (attach === LSM_MAC) range = hookRange(btf, name, proto);
  }
  const type = btf.skipModifiers(typeId);
  if (isScalar(type)) return range === null ? SCALAR : gives({ kind: 'scalar', range });
  if (type.kind !== 'ptr')
    return failed(
      `func '${name}' arg${arg} '${type.name === '' ? '(anon)' : type.name}' has type ${KIND_NAMES[type.kind]}. Only pointer access is allowed`,
    );
  if (size !== 8) return failed(`func '${name}' size ${size} must be 8`);
  const known =
    attach === TRACE_ITER ? kernel.targets.ofFunction(name)?.args.find((candidate) => candidate.at === off) : undefined;
  if (known?.kind === 'buffer') return gives({ kind: 'buffer', readOnly: known.readOnly, maybeNull: true });
  const pointee = btf.skipModifiers(type.type);
  // Pointers to nothing in particular and to numbers are numbers themselves: nothing is read through them.
  if (pointee.kind === 'void' || pointee.kind === 'int') return SCALAR;
  if (known !== undefined) {
    const btfId = btf.find('struct', known.struct);
    return gives({ kind: 'btf', btfId, maybeNull: true, trusted: known.trusted, space: 'kernel' });
  }
  if (pointee.kind !== 'struct' && pointee.kind !== 'union')
    return failed(`func '${name}' arg${arg} type ${KIND_NAMES[pointee.kind]} is not a struct`);
  const param = params[arg];
  const maybeNull =
    param?.name.endsWith('__nullable') === true || (attach === TRACE_RAW_TP && kernel.tracepointNulls(name, arg));
  const tag = btf.type(type.type);
  const space = tag.kind === 'type_tag' && (tag.name === 'user' || tag.name === 'percpu') ? tag.name : 'kernel';
  const line = `func '${name}' arg${arg} has btf_id ${pointee.id} type ${KIND_NAMES[pointee.kind]} '${pointee.name === '' ? '(anon)' : pointee.name}'`;
  return {
    ok: true,
    gives: { kind: 'btf', btfId: pointee.id, maybeNull, trusted: vouchedFor(program, name), space },
    lines: [line],
  };
}
