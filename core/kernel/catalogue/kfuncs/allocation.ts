import type { KfuncDescriptor, KfuncEffect } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL } from '../descriptor.ts';
import { GENERIC } from './hooks.ts';

const generic = (name: string, flags: number, effect: KfuncEffect | null, doc: string): KfuncDescriptor => ({
  name: `bpf_${name}`,
  flags,
  programs: GENERIC,
  ...(effect === null ? {} : { effect }),
  doc,
});

const FOUND = KF_RET_NULL;
const TAKEN = KF_ACQUIRE | KF_RET_NULL;

/** Objects that programs allocate, and the lists and trees that own them. */
export const ALLOCATION: readonly KfuncDescriptor[] = [
  generic(
    'obj_new_impl',
    TAKEN,
    'new-object',
    'Allocates an object of a structure of the program’s; NULL without memory.',
  ),
  generic('obj_drop_impl', KF_RELEASE, 'drop-object', 'Gives an object back.'),
  generic(
    'percpu_obj_new_impl',
    TAKEN,
    'new-percpu-object',
    'Allocates an object of which every CPU has its own; NULL without memory.',
  ),
  generic('percpu_obj_drop_impl', KF_RELEASE, 'drop-percpu-object', 'Gives a per-CPU object back.'),
  generic(
    'refcount_acquire_impl',
    KF_ACQUIRE | KF_RET_NULL | KF_RCU,
    'share-object',
    'Takes another reference to an object with a `struct bpf_refcount`. Cannot fail for one that the program owns.',
  ),
  generic(
    'list_push_front_impl',
    0,
    'give-node',
    'Gives an object to a list, at its front. If it was in one, it is freed.',
  ),
  generic(
    'list_push_back_impl',
    0,
    'give-node',
    'Gives an object to a list, at its end. If it was in one, it is freed.',
  ),
  generic('list_pop_front', TAKEN, null, 'Takes the first object out of a list; NULL when it is empty.'),
  generic('list_pop_back', TAKEN, null, 'Takes the last object out of a list; NULL when it is empty.'),
  generic('list_front', FOUND, null, 'The first object of a list, which keeps it; NULL when it is empty.'),
  generic('list_back', FOUND, null, 'The last object of a list, which keeps it; NULL when it is empty.'),
  generic(
    'rbtree_add_impl',
    0,
    'add-node',
    'Gives an object to a tree, at the place that a function of the program tells by comparing.',
  ),
  generic('rbtree_remove', TAKEN, null, 'Takes an object out of a tree; NULL when it is in none.'),
  generic('rbtree_first', FOUND, null, 'The first object of a tree, which keeps it; NULL when it is empty.'),
  generic('rbtree_root', FOUND, null, 'The object at the root of a tree, which keeps it; NULL when it is empty.'),
  generic('rbtree_left', FOUND, null, 'What hangs to the left of an object of a tree; NULL when nothing does.'),
  generic('rbtree_right', FOUND, null, 'What hangs to the right of an object of a tree; NULL when nothing does.'),
];
