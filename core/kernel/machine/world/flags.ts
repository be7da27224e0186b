// Numbers of Linux that the structures of the simulated kernel carry (include/linux/sched.h, mm.h, fs.h, cgroup-defs.h).

/** `task_struct.flags` of a kernel thread. */
export const PF_KTHREAD = 0x0020_0000;

/** `task_struct.__state` by the letter that `ps` shows; a zombie's is in `exit_state`. */
export const TASK_STATES: Readonly<Record<string, number>> = { R: 0, S: 1, D: 2, T: 4, I: 0x402, Z: 0 };
export const EXIT_ZOMBIE = 0x20;

export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
export const VM_SHARED = 8;
/** What a mapping may be changed to: all of it, for one that is no longer looked at. */
export const VM_MAY = 0x70;

export const FMODE_READ = 1;
export const FMODE_WRITE = 2;

/** Type bits of an inode's mode by the kind of file. */
export const FILE_MODES: Readonly<Record<string, number>> = {
  file: 0o100644,
  directory: 0o040755,
  char: 0o020666,
  pipe: 0o010600,
  socket: 0o140777,
  anon: 0o000600,
};

/** `cgroup_subsys_state.flags`: online, and visible. */
export const CSS_ONLINE = 2;
export const CSS_VISIBLE = 8;

/** Number of the device on which namespaces have their inodes, as stat() shows it. */
export const NSFS_DEVICE = 4;

/** Inode numbers of the first namespaces. */
export const NAMESPACE_INODES = {
  pid: 0xefff_fffc,
  uts: 0xefff_fffe,
  ipc: 0xefff_ffff,
  user: 0xefff_fffd,
  cgroup: 0xefff_fffb,
  net: 0xefff_fff9,
} as const;
