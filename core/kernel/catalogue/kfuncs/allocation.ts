import { EINVAL } from '../../../base/errno.ts';
import type { Behaviour, KfuncDescriptor, KfuncEffect } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL } from '../descriptor.ts';
import { argument, give, giveNumber, hi, lo } from '../helpers/registers.ts';
import { GENERIC } from './hooks.ts';

const generic = (
  name: string,
  flags: number,
  effect: KfuncEffect | null,
  doc: string,
  run: Behaviour,
): KfuncDescriptor => ({
  name: `bpf_${name}`,
  flags,
  programs: GENERIC,
  ...(effect === null ? {} : { effect }),
  doc,
  run,
});

const makes: Behaviour = (machine, regs) => give(regs, machine.owned.allocate(machine.ownSize(lo(regs, 1))));
const drops: Behaviour = (machine, regs) => machine.owned.drop(argument(regs, 1));
const shares: Behaviour = (machine, regs) => {
  const object = argument(regs, 1);
  machine.owned.share(object);
  give(regs, object);
};

const pushes =
  (where: 'front' | 'back'): Behaviour =>
  ({ owned }, regs) =>
    giveNumber(regs, owned.push(argument(regs, 1), argument(regs, 2), where) ? 0 : EINVAL);
const pops =
  (where: 'front' | 'back'): Behaviour =>
  ({ owned }, regs) =>
    give(regs, owned.pop(argument(regs, 1), where) ?? 0n);
const shows =
  (where: 0 | -1): Behaviour =>
  ({ owned }, regs) =>
    give(regs, owned.list(argument(regs, 1)).at(where) ?? 0n);

const adds: Behaviour = (machine, regs) => {
  const [root, node] = [argument(regs, 1), argument(regs, 2)];
  const [less, lessHigh] = [lo(regs, 3), hi(regs, 3)];
  const isLess = (there: bigint): boolean => machine.callback(less, lessHigh, [node, there, 0n, 0n, 0n]) !== 0n;
  giveNumber(regs, machine.owned.add(root, node, isLess) ? 0 : EINVAL);
};
const removes: Behaviour = ({ owned }, regs) => {
  const node = argument(regs, 2);
  give(regs, owned.remove(argument(regs, 1), node) ? node : 0n);
};
const first: Behaviour = ({ owned }, regs) => give(regs, owned.tree(argument(regs, 1)).first ?? 0n);
const root: Behaviour = ({ owned }, regs) => give(regs, owned.tree(argument(regs, 1)).root ?? 0n);
const child =
  (side: 'left' | 'right'): Behaviour =>
  ({ owned }, regs) =>
    give(regs, owned.tree(argument(regs, 1)).child(argument(regs, 2), side) ?? 0n);

const FOUND = KF_RET_NULL;
const TAKEN = KF_ACQUIRE | KF_RET_NULL;

/** Objects that programs allocate, and the lists and trees that own them. */
export const ALLOCATION: readonly KfuncDescriptor[] = [
  generic(
    'obj_new_impl',
    TAKEN,
    'new-object',
    'Allocates an object of a structure of the program’s; NULL without memory.',
    makes,
  ),
  generic('obj_drop_impl', KF_RELEASE, 'drop-object', 'Gives an object back.', drops),
  generic(
    'percpu_obj_new_impl',
    TAKEN,
    'new-percpu-object',
    'Allocates an object of which every CPU has its own; NULL without memory.',
    makes,
  ),
  generic('percpu_obj_drop_impl', KF_RELEASE, 'drop-percpu-object', 'Gives a per-CPU object back.', drops),
  generic(
    'refcount_acquire_impl',
    KF_ACQUIRE | KF_RET_NULL | KF_RCU,
    'share-object',
    'Takes another reference to an object with a `struct bpf_refcount`. Cannot fail for one that the program owns.',
    shares,
  ),
  generic(
    'list_push_front_impl',
    0,
    'give-node',
    'Gives an object to a list, at its front. If it was in one, it is freed.',
    pushes('front'),
  ),
  generic(
    'list_push_back_impl',
    0,
    'give-node',
    'Gives an object to a list, at its end. If it was in one, it is freed.',
    pushes('back'),
  ),
  generic('list_pop_front', TAKEN, null, 'Takes the first object out of a list; NULL when it is empty.', pops('front')),
  generic('list_pop_back', TAKEN, null, 'Takes the last object out of a list; NULL when it is empty.', pops('back')),
  generic('list_front', FOUND, null, 'The first object of a list, which keeps it; NULL when it is empty.', shows(0)),
  generic('list_back', FOUND, null, 'The last object of a list, which keeps it; NULL when it is empty.', shows(-1)),
  generic(
    'rbtree_add_impl',
    0,
    'add-node',
    'Gives an object to a tree, at the place that a function of the program tells by comparing.',
    adds,
  ),
  generic('rbtree_remove', TAKEN, null, 'Takes an object out of a tree; NULL when it is in none.', removes),
  generic('rbtree_first', FOUND, null, 'The first object of a tree, which keeps it; NULL when it is empty.', first),
  generic('rbtree_root', FOUND, null, 'The object at the root of a tree, which keeps it; NULL when it is empty.', root),
  generic(
    'rbtree_left',
    FOUND,
    null,
    'What hangs to the left of an object of a tree; NULL when nothing does.',
    child('left'),
  ),
  generic(
    'rbtree_right',
    FOUND,
    null,
    'What hangs to the right of an object of a tree; NULL when nothing does.',
    child('right'),
  ),
];
