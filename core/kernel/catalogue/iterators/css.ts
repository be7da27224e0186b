import type { IteratorDescriptor } from '../descriptor.ts';
import {
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RCU_PROTECTED,
  KF_RET_NULL,
  KF_TRUSTED_ARGS,
} from '../descriptor.ts';

/** Visits the cgroups below one, children first or parents first, or its ancestors. The verifier checks it; running it is outside the model. */
export const css: IteratorDescriptor = {
  name: 'css',
  doc: 'Visits the cgroups below one, children first or parents first, or its ancestors.',
  size: 24,
  new: {
    name: 'bpf_iter_css_new',
    flags: KF_ITER_NEW | KF_TRUSTED_ARGS | KF_RCU_PROTECTED,
    doc: 'Begins at a cgroup subsystem state with BPF_CGROUP_ITER_* flags. Needs an RCU read section.',
  },
  next: {
    name: 'bpf_iter_css_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
  },
  destroy: { name: 'bpf_iter_css_destroy', flags: KF_ITER_DESTROY, doc: 'Gives back what the iterator holds.' },
};
