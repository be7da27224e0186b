import { EINVAL } from '../../base/errno.ts';
import type { BpfProgram } from '../../elf/object.ts';
import type { KernelModel } from '../model.ts';
import { DISABLED_HOOKS, hookName, SLEEPABLE_HOOKS, UNCERTAIN_HOOKS } from './lsm-hooks.ts';
import {
  LSM_CGROUP,
  MODIFY_RETURN,
  PROG_EXT,
  PROG_KPROBE,
  PROG_LSM,
  PROG_STRUCT_OPS,
  PROG_SYSCALL,
  PROG_TRACING,
  SLEEPABLE,
  TRACE_FENTRY,
  TRACE_FEXIT,
  TRACE_ITER,
  TRACE_RAW_TP,
} from './program-types.ts';
import { tracingTarget } from './tracing-context.ts';

/** Whether a program may be attached where it says. */
export type AttachVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly errno: number; readonly lines: readonly string[] }
  | { readonly unsupported: string };

const OK: AttachVerdict = { ok: true };
const refused = (...lines: string[]): AttachVerdict => ({ ok: false, errno: EINVAL, lines });

/** Functions that a tracing program must leave alone: the way in and out of every such program runs through them. */
const DENIED: ReadonlySet<string> = new Set([
  'migrate_disable',
  'migrate_enable',
  '__rcu_read_lock',
  '__rcu_read_unlock',
]);

/** Functions that do not return. */
const NO_RETURN: ReadonlySet<string> = new Set([
  '__ia32_sys_exit',
  '__ia32_sys_exit_group',
  '__kunit_abort',
  'kunit_try_catch_throw',
  '__module_put_and_kthread_exit',
  '__x64_sys_exit',
  '__x64_sys_exit_group',
  'do_exit',
  'do_group_exit',
  'kthread_complete_and_exit',
  'kthread_exit',
  'make_task_dead',
]);

/** Checks a program's sleepability and its attach target, which the kernel does before it looks at any instruction. */
export function checkAttachTarget(kernel: KernelModel, program: BpfProgram, gpl: boolean): AttachVerdict {
  const { btf } = kernel;
  const sleepable = (program.flags & SLEEPABLE) !== 0;
  if (program.type === PROG_SYSCALL) return sleepable ? OK : refused('Syscall programs can only be sleepable');
  if (sleepable && !maySleep(program))
    return refused('Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable');
  if (program.type !== PROG_TRACING && program.type !== PROG_LSM) return OK;
  if (program.attachBtfId === 0) return refused('Tracing programs must provide btf_id');
  const { kind } = btf.type(program.attachBtfId);
  const wanted = program.expectedAttachType === TRACE_RAW_TP ? 'typedef' : 'func';
  if (kind !== wanted)
    return refused(`attach_btf_id ${program.attachBtfId} is not a ${wanted === 'func' ? 'function' : wanted}`);
  const target = tracingTarget(program, btf);
  if (target === null) return { unsupported: 'this target of a tracing program' };
  const { name } = target;
  switch (program.expectedAttachType) {
    case TRACE_RAW_TP:
      return OK;
    case TRACE_ITER:
      return kernel.targets.ofFunction(name) !== undefined ? OK : refused();
    case TRACE_FENTRY:
    case TRACE_FEXIT:
      if (sleepable) return { unsupported: 'sleepable fentry and fexit programs (not every function may sleep)' };
      if (DENIED.has(name)) return refused(`Attaching tracing programs to function '${name}' is rejected.`);
      if (program.expectedAttachType === TRACE_FEXIT && NO_RETURN.has(name))
        return refused(`Attaching fexit/fmod_ret to __noreturn function '${name}' is rejected.`);
      return OK;
    case MODIFY_RETURN:
      if (!sleepable && name.startsWith('security_')) return OK;
      return { unsupported: 'fmod_ret programs of functions other than security_* (the kernel keeps a list)' };
    default:
      return program.type === PROG_LSM ? checkHook(program, name, sleepable, gpl) : { unsupported: 'this attach type' };
  }
}

function maySleep(program: BpfProgram): boolean {
  switch (program.type) {
    case PROG_TRACING:
      return [TRACE_FENTRY, TRACE_FEXIT, MODIFY_RETURN, TRACE_ITER].includes(program.expectedAttachType);
    case PROG_LSM:
      return program.expectedAttachType !== LSM_CGROUP;
    case PROG_KPROBE:
    case PROG_STRUCT_OPS:
    case PROG_EXT:
      return true;
    default:
      return false;
  }
}

function checkHook(program: BpfProgram, func: string, sleepable: boolean, gpl: boolean): AttachVerdict {
  const hook = hookName(func);
  if (program.expectedAttachType === LSM_CGROUP) return { unsupported: 'LSM programs of cgroups' };
  if (UNCERTAIN_HOOKS.has(hook)) return { unsupported: `the LSM hook ${hook}` };
  if (sleepable && !SLEEPABLE_HOOKS.has(hook)) return refused(`${func} is not sleepable`);
  if (!gpl) return refused('LSM programs must have a GPL compatible license');
  if (DISABLED_HOOKS.has(hook)) return refused(`attach_btf_id ${program.attachBtfId} points to disabled hook ${func}`);
  return func.startsWith('bpf_lsm_')
    ? OK
    : refused(`attach_btf_id ${program.attachBtfId} points to wrong type name ${func}`);
}
