import type { Build } from './scene.ts';
import { calleeOf } from './scene.ts';

// Words for what a machine's configuration forbids.

export const withheld: Build<'helper-withheld'> = (r, s) => {
  const overrides = r.details.needs === 'kprobeOverride';
  return {
    title: 'This machine’s kernel does not offer the helper',
    what: `At ${s.place}, ${calleeOf(s)} is called, which ${s.progType} programs may call on other machines with this release of Linux.`,
    rule: overrides
      ? 'A kernel has `bpf_override_return` where it was built with CONFIG_BPF_KPROBE_OVERRIDE.'
      : 'A kernel that is locked down keeps from programs what would let them read or change what it protects.',
    todo: overrides
      ? 'Use a kernel that was built with it, or `fmod_ret`, which changes the results of functions that allow it.'
      : 'Use a machine that is not locked down: `cat /sys/kernel/security/lockdown` tells, and secure boot often brings it.',
    error: 'withheld by this machine’s configuration',
  };
};
