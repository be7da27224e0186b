import { isKptr } from '../../../btf/map-fields.ts';
import type { Build } from './scene.ts';
import { calleeOf } from './scene.ts';
import { code } from './text.ts';

// Words for fields of map values that the kernel looks after itself.

/** What a field is used through. */
const OPERATIONS: Readonly<Record<string, string>> = {
  bpf_spin_lock: 'Use it through `bpf_spin_lock` and `bpf_spin_unlock` only.',
  bpf_res_spin_lock: 'Use it through `bpf_res_spin_lock` and `bpf_res_spin_unlock` only.',
  bpf_timer:
    'Use it through `bpf_timer_init`, `bpf_timer_set_callback`, `bpf_timer_start` and `bpf_timer_cancel` only.',
  bpf_wq: 'Use it through `bpf_wq_init`, `bpf_wq_set_callback` and `bpf_wq_start` only.',
  bpf_task_work: 'Use it through the `bpf_task_work_schedule` functions only.',
  bpf_list_head: 'Use it through `bpf_list_push_front`, `bpf_list_pop_front` and their like only, with the lock held.',
  bpf_rb_root: 'Use it through `bpf_rbtree_add`, `bpf_rbtree_remove` and their like only, with the lock held.',
  bpf_refcount: 'Use it through `bpf_refcount_acquire` only.',
};

export const access: Build<'field-access'> = (r, s) => {
  const { field, off, store } = r.details;
  const pointer = isKptr(field);
  return {
    title: pointer
      ? 'It touches a kernel pointer in a map as if it were bytes'
      : 'It touches a field that is the kernel’s own',
    what: `At ${s.place}, ${code(s.insn)} reaches the ${code(field)} at offset ${off} of the map’s value.`,
    rule: pointer
      ? 'A pointer in a map is loaded and stored as a whole, 8 bytes at a known offset. One that the map owns is only exchanged.'
      : 'What a program could write there would break what the kernel relies on: no load, store or helper may overlap it.',
    todo: pointer
      ? store
        ? 'Put it there with `bpf_kptr_xchg(&value->field, pointer)`, and release what that gives back.'
        : 'Load it by itself into a variable of its type, and keep other accesses, and copies of the whole value, to the fields beside it.'
      : `${OPERATIONS[field] ?? 'Use it through its own functions only.'} Keep copies of the whole value to the fields beside it.`,
    error: `the ${field} is no plain bytes`,
  };
};

export const wrongPointer: Build<'wrong-kptr'> = (r, s) => ({
  title: 'The pointer does not fit the field of the map',
  what: `At ${s.place}, ${s.reg} is put into a field that holds pointers to a struct ${r.details.wanted}.`,
  rule: 'A map that owns objects of the kernel takes pointers of exactly the declared type that carry a reference, or NULL.',
  todo: 'Acquire the object first (`bpf_task_acquire`, `bpf_cgroup_acquire`, …), check it for NULL, and put that pointer there.',
  error: 'a pointer of another kind',
});

export const notForProgram: Build<'field-not-for-program'> = (r, s) => ({
  title: 'This type of program may not use the map',
  what: `The map ${code(r.details.map)} has a ${code(r.details.field)} in its values, and a program of type ${code(s.progType)} may not use such a map at all.`,
  rule: 'Programs that run wherever the kernel happens to be (kprobes, tracepoints, perf events) could meet a lock that is already held, or work that cannot be queued there.',
  todo: 'Use another type of program, such as `fentry`, `tp_btf`, `lsm` or `syscall`, or keep the field in a map that this program does not use.',
  error: 'a map with such a field',
});

export const noField: Build<'no-such-map-field'> = (r, s) => {
  const { field, untyped } = r.details;
  return {
    title: untyped
      ? 'The kernel does not know the types of the map'
      : 'There is no such field at that place of the map’s value',
    what: `At ${s.place}, ${calleeOf(s)} is handed a place of a map’s value ${untyped ? 'whose type nobody told the kernel' : `that is no ${code(field)}`}.`,
    rule: 'Such fields are found by the types of the map’s key and value, at the offset that the type says.',
    todo: untyped
      ? 'Declare key and value with `__type(key, …)` and `__type(value, …)` in place of their sizes, and compile with `-g`.'
      : 'Hand over the address of the field itself, at a constant offset: `&value->field`.',
    error: 'no such field there',
  };
};

export const lockHeld: Build = (_r, s) => ({
  title: 'It ends with a lock held',
  what: `At ${s.place}, the program ends or leaves on a path on which it has taken a lock and not given it back.`,
  rule: 'Whoever takes a lock gives it back on every path: all others wait for it.',
  todo: 'Call `bpf_spin_unlock` on the same value before every `return` that follows the `bpf_spin_lock`.',
  error: 'the lock is still held',
});

export const wrongLock: Build<'wrong-lock'> = (r, s) => ({
  title: r.details.unpaired ? 'Its locks do not pair up' : 'It gives back another lock than it took',
  what: `At ${s.place}, ${calleeOf(s)} does not match the lock that is held on this path.`,
  rule: 'A program holds one lock at a time, and gives back the very lock that it took: the same map value, looked up once.',
  todo: 'Keep the pointer that was locked, and unlock through it before the next lock is taken.',
  error: 'not the lock that is held',
});

export const callWhileLocked: Build = (_r, s) => ({
  title: 'It calls a function while it holds a lock',
  what: `At ${s.place}, ${calleeOf(s)} is called between \`bpf_spin_lock\` and \`bpf_spin_unlock\`.`,
  rule: 'A lock is held for a few instructions: in between only static functions of the program, the unlocking itself, number iterators and the functions of lists and trees may be called.',
  todo: 'Call it before the lock is taken, or after it is given back; keep only loads and stores in between.',
  error: 'no calls with a lock held',
});
