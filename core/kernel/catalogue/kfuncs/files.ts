import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';

/** Files and paths, for LSM programs. */
export const FILES: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_get_task_exe_file',
    flags: KF_ACQUIRE | KF_TRUSTED_ARGS | KF_RET_NULL,
    programs: ['lsm'],
    doc: 'The file that a task executes, with a reference to be given back by bpf_put_file; NULL for a kernel thread.',
  },
  { name: 'bpf_put_file', flags: KF_RELEASE, programs: ['lsm'], doc: 'Gives a reference to a file back.' },
  {
    name: 'bpf_path_d_path',
    flags: KF_TRUSTED_ARGS,
    programs: ['lsm'],
    doc: 'Writes the name of a path into a buffer; returns its length with the zero at its end.',
  },
  {
    name: 'bpf_get_file_xattr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    programs: ['lsm'],
    doc: 'Reads an extended attribute of a file into a dynptr. Its name must be a constant.',
  },
  {
    name: 'bpf_get_dentry_xattr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    programs: ['lsm'],
    doc: 'Reads an extended attribute of a directory’s entry into a dynptr. Its name must be a constant.',
  },
  {
    name: 'bpf_set_dentry_xattr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    programs: ['lsm'],
    doc: 'Sets an extended attribute `security.bpf.…` of a directory’s entry.',
  },
  {
    name: 'bpf_remove_dentry_xattr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    programs: ['lsm'],
    doc: 'Removes an extended attribute `security.bpf.…` of a directory’s entry.',
  },
];
