import type { KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { ATTACH } from '../../../elf/section-types.ts';

const SESSIONS = {
  programs: ['kprobe'] satisfies KfuncHook[],
  attachTypes: [ATTACH.TRACE_KPROBE_SESSION, ATTACH.TRACE_UPROBE_SESSION],
};

/** Programs that run at the entry and at the return of a function. */
export const SESSIONS_OF_PROBES: readonly KfuncDescriptor[] = [
  { name: 'bpf_session_is_return', flags: 0, ...SESSIONS, doc: 'Whether the function returns, or is entered.' },
  {
    name: 'bpf_session_cookie',
    flags: 0,
    ...SESSIONS,
    effect: 'writable-word',
    doc: 'Eight bytes that the run at the entry leaves for the one at the return.',
  },
];
