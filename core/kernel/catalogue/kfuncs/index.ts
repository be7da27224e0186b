import type { KfuncDescriptor } from '../descriptor.ts';
import { ALLOCATION } from './allocation.ts';
import { CASTS } from './casts.ts';
import { CGROUPS } from './cgroups.ts';
import { CONNTRACK } from './conntrack.ts';
import { CPUMASKS } from './cpumask.ts';
import { CRYPTO } from './crypto.ts';
import { DYNPTRS } from './dynptrs.ts';
import { FILES } from './files.ts';
import { KERNEL_TESTS } from './kernel-tests.ts';
import { KEYS } from './keys.ts';
import { RESILIENT_LOCKS } from './locks.ts';
import { NETWORK } from './network.ts';
import { OBJECTS } from './objects.ts';
import { SECTIONS } from './sections.ts';
import { SESSIONS_OF_PROBES } from './sessions.ts';
import { STREAMS } from './streams.ts';
import { STRINGS } from './strings.ts';
import { TASKS } from './tasks.ts';
import { WORK_QUEUES } from './work-queues.ts';

/** Kernel functions besides the iterators' that the verifier knows how to check. */
export const KFUNCS: readonly KfuncDescriptor[] = [
  ...SECTIONS,
  ...TASKS,
  ...CGROUPS,
  ...FILES,
  ...CASTS,
  ...OBJECTS,
  ...CPUMASKS,
  ...STRINGS,
  ...DYNPTRS,
  ...WORK_QUEUES,
  ...STREAMS,
  ...SESSIONS_OF_PROBES,
  ...KEYS,
  ...CRYPTO,
  ...NETWORK,
  ...CONNTRACK,
  ...ALLOCATION,
  ...RESILIENT_LOCKS,
  ...KERNEL_TESTS,
];
