import { EINVAL } from '../../../base/errno.ts';
import { nextDescendantPost, nextDescendantPre } from '../../machine/world/cursors.ts';
import { argument, giveNumber, lo } from '../helpers/registers.ts';
import { giveThing, setStateWord, stateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import {
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RCU_PROTECTED,
  KF_RET_NULL,
  KF_TRUSTED_ARGS,
} from '../descriptor.ts';

/**
 * BPF_CGROUP_ITER_*
 *
 *     struct bpf_iter_css, 24 bytes:   0..7 where the walk starts, 0 after a failed `new`   8..15 the one given last, 0 before the first   16..19 order
 */
const DESCENDANTS_PRE = 2;
const DESCENDANTS_POST = 3;
const ANCESTORS_UP = 4;
const [START, POS, ORDER] = [0, 1, 2];

/** Visits the cgroups below one, children first or parents first, or its ancestors. */
export const css: IteratorDescriptor = {
  name: 'css',
  doc: 'Visits the cgroups below one, children first or parents first, or its ancestors.',
  size: 24,
  new: {
    name: 'bpf_iter_css_new',
    flags: KF_ITER_NEW | KF_TRUSTED_ARGS | KF_RCU_PROTECTED,
    doc: 'Begins at a cgroup subsystem state with BPF_CGROUP_ITER_* flags. Needs an RCU read section.',
    run(machine, regs) {
      const [start, order] = [argument(regs, 2), lo(regs, 3)];
      const known = order === DESCENDANTS_PRE || order === DESCENDANTS_POST || order === ANCESTORS_UP;
      setStateWord(machine, regs, START, known ? start : 0n);
      setStateWord(machine, regs, POS, 0n);
      setStateWord(machine, regs, ORDER, known ? BigInt(order) : 0n);
      giveNumber(regs, known ? 0 : EINVAL);
    },
  },
  next: {
    name: 'bpf_iter_css_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    run(machine, regs) {
      const { cgroups } = machine.kernel;
      const root = cgroups.at(stateWord(machine, regs, START)) ?? null;
      const position = cgroups.at(stateWord(machine, regs, POS)) ?? null;
      const order = Number(stateWord(machine, regs, ORDER) & 0xffff_ffffn);
      const next =
        root === null
          ? null
          : order === DESCENDANTS_PRE
            ? nextDescendantPre(position, root)
            : order === DESCENDANTS_POST
              ? nextDescendantPost(position, root)
              : position === null
                ? root
                : position.parent;
      if (root !== null) setStateWord(machine, regs, POS, next?.address ?? 0n);
      giveThing(regs, next);
    },
  },
  destroy: {
    name: 'bpf_iter_css_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Gives back what the iterator holds.',
    run: () => undefined,
  },
};
