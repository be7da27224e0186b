import { maybeNullArgument } from './calls.ts';
import type { Build } from './scene.ts';
import { calleeOf, lastLine } from './scene.ts';
import { code } from './text.ts';

// Words for objects that a program allocates, and the lists and trees that own them.

export const badType: Build = (r, s) => ({
  title: 'It cannot allocate an object of that type',
  what: `At ${s.place}, ${calleeOf(s)} is asked for an object of a type that it cannot make.`,
  rule: 'Objects are of structures that the program itself declares; those of which every CPU has its own hold plain numbers only, 512 bytes at most.',
  todo: 'Name a structure of the program: `bpf_obj_new(typeof(*object))`, and compile with `-g`.',
  error: lastLine(r),
});

export const wrongObject: Build<'wrong-object'> = (r, s) => {
  if (s.maybeNull) return maybeNullArgument(r, s);
  const { why } = r.details;
  const what = `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg}`;
  if (why === 'no-refcount')
    return {
      title: 'The object does not count its references',
      what: `${what}, an object without a counter.`,
      rule: 'Only objects whose structure has a `struct bpf_refcount` can be owned by several.',
      todo: 'Add a member `struct bpf_refcount ref;` to the structure.',
      error: lastLine(r),
    };
  if (why === 'not-owned')
    return {
      title: 'It gives away an object that it does not own',
      what: `${what}, which a list, a tree or somebody else owns.`,
      rule: 'Whoever gives an object away, or works on a list or tree inside of it, must own it: by having allocated it or taken it out.',
      todo: 'Take it out first (`bpf_rbtree_remove`, `bpf_list_pop_front`), or take a reference of its own with `bpf_refcount_acquire`.',
      error: lastLine(r),
    };
  return {
    title: 'It hands over what is no object of the program',
    what: `${what}, and takes an object that the program allocated, or a field of one or of a map’s value.`,
    rule: 'Lists, trees and their objects are told by their types: allocated by `bpf_obj_new`, or at their place in a map’s value, and checked for NULL.',
    todo: 'Check the pointer for NULL, and hand over the object or the member that the function is made for.',
    error: lastLine(r),
  };
};

export const unlockedRoot: Build<'unlocked-root'> = (r, s) => ({
  title: r.details.another ? 'It holds another lock' : 'It works on a list or tree without its lock',
  what: `At ${s.place}, ${calleeOf(s)} works on a ${code(r.details.field)}, and ${r.details.another ? 'the lock that is held lies elsewhere' : 'no lock is held on this path'}.`,
  rule: 'A list or tree is protected by the lock in the same value or object: that one must be held.',
  todo: 'Call `bpf_spin_lock(&value->lock)` before, and `bpf_spin_unlock(&value->lock)` after, through the same pointer to the value.',
  error: lastLine(r),
});

export const wrongNode: Build<'wrong-node'> = (r, s) => ({
  title: 'The object does not belong into this list or tree',
  what: `At ${s.place}, ${calleeOf(s)} is handed a node of another structure, or another node of it, than the list or tree is declared for.`,
  rule: 'A list or tree holds objects of one structure, by one member: `__contains(structure, member)` says which.',
  todo: `Hand over that member of a struct ${r.details.wanted}.`,
  error: lastLine(r),
});

export const inTreeCallback: Build = (r, s) => ({
  title: 'Its comparing function does more than compare',
  what: `At ${s.place}, ${calleeOf(s)} is called while a tree is being changed.`,
  rule: 'The function that compares two nodes runs with the tree’s lock held, in the middle of a change.',
  todo: 'Compare the two objects there, and do everything else after `bpf_rbtree_add`.',
  error: lastLine(r),
});
