import { argument, give, lo } from '../helpers/registers.ts';
import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';
import { GENERIC } from './hooks.ts';

/** References to cgroups. */
export const CGROUPS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_cgroup_acquire',
    flags: KF_ACQUIRE | KF_RCU | KF_RET_NULL,
    programs: GENERIC,
    doc: 'Takes a reference to a cgroup; NULL when the cgroup is going away.',
    run: (_, regs) => give(regs, argument(regs, 1)),
  },
  {
    name: 'bpf_cgroup_release',
    flags: KF_RELEASE,
    programs: GENERIC,
    doc: 'Gives a reference to a cgroup back.',
    run: () => undefined,
  },
  {
    name: 'bpf_cgroup_ancestor',
    flags: KF_ACQUIRE | KF_RCU | KF_RET_NULL,
    programs: GENERIC,
    doc: 'The ancestor of a cgroup at a level (0 the root), with a reference to be released.',
    run(machine, regs) {
      const above: bigint[] = [];
      for (let at = machine.kernel.cgroups.at(argument(regs, 1)) ?? null; at !== null; at = at.parent)
        above.unshift(at.address);
      give(regs, above[lo(regs, 2)] ?? 0n);
    },
  },
  {
    name: 'bpf_cgroup_from_id',
    flags: KF_ACQUIRE | KF_RET_NULL,
    programs: GENERIC,
    doc: 'The cgroup with an id, with a reference to be released; NULL if there is none.',
    run: (machine, regs) => give(regs, machine.kernel.cgroups.ofId(argument(regs, 1))?.address ?? 0n),
  },
  {
    name: 'bpf_cgroup_read_xattr',
    flags: KF_RCU,
    doc: 'Reads an extended attribute of a cgroup into a dynptr. Its name must be a constant.',
  },
  {
    name: 'css_rstat_updated',
    flags: 0,
    programs: ['tracing'],
    doc: 'Notes that the statistics of a cgroup have changed on a CPU.',
  },
  {
    name: 'css_rstat_flush',
    flags: KF_SLEEPABLE,
    programs: ['tracing'],
    doc: 'Adds the statistics of all CPUs up, for a cgroup and those below it.',
  },
];
