import type { Rewrite } from '../../../verifier/index.ts';

/** Why an instruction is not one that was loaded, in a few words beside it. */
export const REWRITES: Readonly<Record<Rewrite, string>> = {
  'decided-branch': 'only one way was ever taken',
  map: 'the map’s address',
  subprogram: 'where the function lies now',
  'kernel-address': 'the kernel’s own address',
  'map-operation': 'the map’s own function',
  'inlined-lookup': 'a lookup, written out',
  'inlined-helper': 'a helper, written out',
  'inlined-loop': 'bpf_loop, written out',
  'guarded-division': 'a division must not trap',
  'zero-extension': 'the upper half is cleared',
  'may-goto': 'rounds are counted, and timed',
  'object-arguments': 'what the kernel must know of the object',
  'hidden-argument': 'an argument that only the kernel knows',
  'per-cpu-object': 'the CPUs’ copies behind the object',
  cast: 'a cast does nothing when it runs',
  'exception-callback': 'where exceptions end',
};
