import type { Held, MapField } from '../../btf/map-fields.ts';
import { EFAULT, EINVAL } from '../../base/errno.ts';
import type { Env } from '../env.ts';
import { fieldsBehind } from '../memory/map-fields.ts';
import { isKfuncCall } from '../../isa/insn-kinds.ts';
import type { Insn } from '../../isa/insn.ts';
import type { VState } from '../values/state.ts';
import {
  isAllocated,
  MEM_ALLOC,
  MEM_PERCPU,
  MEM_RCU,
  NON_OWN_REF,
  PTR_TO_BTF_ID,
  PTR_TO_MAP_VALUE,
  Reg,
} from '../values/reg.ts';
import { UNKNOWN_REG } from '../regs.ts';
import type { KfuncMeta } from './kfunc-meta.ts';

// Arguments and results of the kernel functions for objects that a program allocates, and for the lists and trees that own them.

const OBJECT = PTR_TO_BTF_ID | MEM_ALLOC;

function wrong(env: Env, regno: number, text: string): never {
  const { type } = env.state.top.regs[regno]!;
  return env.reject(
    EINVAL,
    'wrong-object',
    text,
    { why: isAllocated(type) && (type & NON_OWN_REF) !== 0 ? 'not-owned' : 'kind' },
    regno,
  );
}

const mustOwn = (env: Env, regno: number, reg: Reg): void => {
  if (reg.refObjId === 0)
    env.reject(EINVAL, 'wrong-object', 'allocated object must be referenced', { why: 'not-owned' }, regno);
};

/** Keeps whether the kernel looks after fields of the object that a call is about. */
export function noteObject(env: Env, reg: Reg): void {
  env.callFact().described = fieldsBehind(env, reg).length > 0;
}

/** `__alloc`: an object that is given back. */
export function checkDroppedObject(env: Env, meta: KfuncMeta, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  const arg = regno - 1;
  const { effect } = meta.kfunc.descriptor;
  if (reg.type === OBJECT) {
    if (effect !== 'drop-object') wrong(env, regno, `arg#${arg} expected for bpf_obj_drop_impl()`);
  } else if (reg.type === (OBJECT | MEM_PERCPU)) {
    if (effect !== 'drop-percpu-object') wrong(env, regno, `arg#${arg} expected for bpf_percpu_obj_drop_impl()`);
  } else wrong(env, regno, `arg#${arg} expected pointer to allocated object`);
  mustOwn(env, regno, reg);
  noteObject(env, reg);
}

/** `__refcounted_kptr`: an object that counts its references. */
export function checkCountedObject(env: Env, meta: KfuncMeta, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  const arg = regno - 1;
  if (!isAllocated(reg.type)) wrong(env, regno, `arg#${arg} is neither owning or non-owning ref`);
  // 6.18 takes one that only a read section protects for the program's own.
  if ((reg.type & NON_OWN_REF) === 0) meta.owned = true;
  const fields = fieldsBehind(env, reg);
  if (fields.length === 0) env.reject(EFAULT, 'kernel-mistake', "verifier bug: Couldn't find btf_record", {}, regno);
  if (!fields.some(({ kind }) => kind === 'bpf_refcount'))
    env.reject(
      EINVAL,
      'wrong-object',
      `arg#${arg} doesn't point to a type with bpf_refcount field`,
      { why: 'no-refcount' },
      regno,
    );
  meta.object = reg;
  noteObject(env, reg);
}

/** The field that lies at the pointer's place. */
function fieldAt(env: Env, regno: number, reg: Reg, kind: MapField['kind']): MapField {
  if (!reg.scalar.isConst)
    env.reject(
      EINVAL,
      'no-such-map-field',
      `R${regno} doesn't have constant offset. ${kind} has to be at the constant offset`,
      { field: kind, untyped: false },
      regno,
    );
  const off = Number(BigInt.asIntN(32, reg.scalar.value + BigInt(reg.off)));
  const field = fieldsBehind(env, reg).find((candidate) => candidate.off === off && candidate.kind === kind);
  return (
    field ??
    env.reject(
      EINVAL,
      'no-such-map-field',
      `${kind} not found at offset=${off >>> 0}`,
      { field: kind, untyped: false },
      regno,
    )
  );
}

/** A list's head or a tree's root, with the lock beside it held. */
export function checkRoot(env: Env, meta: KfuncMeta, regno: number, kind: 'bpf_list_head' | 'bpf_rb_root'): void {
  const reg = env.state.top.regs[regno]!;
  if (reg.type !== PTR_TO_MAP_VALUE && reg.type !== OBJECT)
    wrong(env, regno, `arg#${regno - 1} expected pointer to map value or allocated object`);
  if (reg.type === OBJECT) mustOwn(env, regno, reg);
  const field = fieldAt(env, regno, reg, kind);
  const lock = heldLockOf(env, reg);
  if (lock !== 'held') {
    if (lock === 'another') env.say('held lock and object are not in the same allocation\n');
    // The kernel keeps -EINVAL for the place of a lock that is not there.
    const at = fieldsBehind(env, reg).find((one) => one.kind === 'bpf_spin_lock')?.off ?? EINVAL;
    env.reject(
      EINVAL,
      'unlocked-root',
      `bpf_spin_lock at off=${at} must be held for ${kind}`,
      { field: kind, another: lock === 'another' },
      regno,
    );
  }
  meta.root = field.holds!;
}

/** Whether the lock beside a field is held: the one of the same value or object. */
function heldLockOf(env: Env, reg: Reg): 'held' | 'another' | 'none' {
  const locks = env.state.refs.filter((ref) => ref.lock !== undefined);
  if (locks.length === 0) return 'none';
  const of = reg.type === PTR_TO_MAP_VALUE ? reg.map! : 'objects';
  return locks.some((ref) => ref.lock!.of === of && ref.id === reg.id) ? 'held' : 'another';
}

/** The node of an object that a list or tree is to own, or owns. */
export function checkNode(env: Env, meta: KfuncMeta, regno: number, kind: 'bpf_list_node' | 'bpf_rb_node'): void {
  const reg = env.state.top.regs[regno]!;
  const { effect } = meta.kfunc.descriptor;
  if (effect === 'give-node' || effect === 'add-node') {
    if (reg.type !== OBJECT) wrong(env, regno, `arg#${regno - 1} expected pointer to allocated object`);
    mustOwn(env, regno, reg);
  } else {
    if ((reg.type & NON_OWN_REF) === 0 && reg.refObjId === 0)
      wrong(env, regno, `${meta.name} can only take non-owning or refcounted bpf_rb_node pointer`);
    if (inTreeCallback(env)) env.reject(EINVAL, 'in-tree-callback', `${meta.name} not allowed in rbtree cb`, {}, regno);
  }
  const field = fieldAt(env, regno, reg, kind);
  const held = meta.root!;
  const btf = env.progBtf!;
  const element = btf.type(held.element).name;
  if (reg.btfId !== held.element)
    env.reject(
      EINVAL,
      'wrong-node',
      `operation on ${kind === 'bpf_list_node' ? 'bpf_list_head' : 'bpf_rb_root'} expects arg#1 ${kind} at offset=${held.node} in struct ${element}, but arg is at offset=${field.off} in struct ${btf.type(reg.btfId).name}`,
      { wanted: element },
      regno,
    );
  if (field.off !== held.node)
    env.reject(
      EINVAL,
      'wrong-node',
      `arg#1 offset=${field.off}, but expected ${kind} at offset=${held.node} in struct ${element}`,
      { wanted: element },
      regno,
    );
  noteObject(env, reg);
  env.callFact().node = field.off;
}

/** True while a tree's comparing function is walked, or one that it calls: the lock is held, and stays so. */
export const inTreeCallback = (env: Env): boolean =>
  env.state.frames.some((frame) => frame.inCallback && addsToTree(env, env.insns[frame.callsite]!));

/** A call that has a function of the program compare the nodes of a tree. */
export function addsToTree(env: Env, insn: Insn): boolean {
  if (!isKfuncCall(insn) || insn.imm <= 0 || insn.off !== 0) return false;
  return env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name)?.descriptor.effect === 'add-node';
}

/** A pointer to the node of an element, as lists and trees give it. */
export const nodePointer = ({ element, node }: Held): Reg =>
  Reg.pointer(OBJECT, { btfOf: 1, btfId: element, off: node });

/** A pointer that the list or tree keeps the object of. */
export function notOwning(env: Env, reg: Reg): Reg {
  const counted = fieldsBehind(env, reg).some(({ kind }) => kind === 'bpf_refcount');
  return reg.withType(reg.type | NON_OWN_REF | (counted ? MEM_RCU : 0));
}

/** Every pointer to an object that is given to a list or tree may be used on, and no longer given away. */
export function giveToOwner(env: Env, refObjId: number): void {
  mapRegs(env.state, (reg) => (reg.refObjId === refObjId ? notOwning(env, reg.with({ refObjId: 0 })) : reg));
  env.state.refs = env.state.refs.filter((ref) => ref.id !== refObjId);
}

/** With the lock, what lists and trees keep is out of reach. */
export function forgetOwned(env: Env): void {
  mapRegs(env.state, (reg) => ((reg.type & NON_OWN_REF) !== 0 ? UNKNOWN_REG : reg));
}

/** Replaces registers and spilled registers of every frame. */
export function mapRegs(state: VState, change: (reg: Reg) => Reg): void {
  for (const frame of state.frames) {
    for (let r = 0; r < 11; r++) frame.regs[r] = change(frame.regs[r]!);
    frame.stack.forEach((slot, spi) => {
      if (slot.spilled === null) return;
      const spilled = change(slot.spilled);
      if (spilled !== slot.spilled) frame.stack[spi] = { ...slot, spilled };
    });
  }
}

const LARGEST_PERCPU = 512;

/** What bpf_obj_new and bpf_percpu_obj_new give: an object of a structure that the program's BTF names by number. */
export function newObject(env: Env, id: bigint, perCpu: boolean, onlyScalars: (id: number) => boolean): Reg {
  const no = (text: string): never => env.reject(EINVAL, 'bad-object-type', text, {}, 1);
  if (BigInt.asUintN(64, id) > 0xffff_ffffn) no('local type ID argument must be in range [0, U32_MAX]');
  // The kernel keeps a program's types only where it is told of its functions or lines.
  const { funcInfo, lineInfo } = env.program;
  const btf = funcInfo.length + lineInfo.length > 0 ? env.progBtf : null;
  if (btf === null) return no('bpf_obj_new/bpf_percpu_obj_new requires prog BTF');
  const btfId = Number(id);
  const type = btfId < btf.count ? btf.type(btfId) : null;
  if (type === null || (type.kind !== 'struct' && type.kind !== 'union'))
    return no('bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct');
  const made = Reg.pointer(OBJECT | (perCpu ? MEM_PERCPU : 0), { btfOf: 1, btfId });
  if (!perCpu) return made;
  if (type.size > LARGEST_PERCPU) no(`bpf_percpu_obj_new type size (${type.size}) is greater than ${LARGEST_PERCPU}`);
  if (!onlyScalars(btfId)) no('bpf_percpu_obj_new type ID argument must be of a struct of scalars');
  if (fieldsBehind(env, made).length > 0) no('bpf_percpu_obj_new type ID argument must not contain special fields');
  return made;
}

/** Another reference to an object. */
export const sharedObject = (reg: Reg): Reg => Reg.pointer(OBJECT, { btfOf: reg.btfOf, btfId: reg.btfId });
