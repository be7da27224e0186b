import type { Btf, BtfType } from '../../btf/btf.ts';

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Hooks that BPF programs cannot be attached to: their results are more than a number. */
export const DISABLED_HOOKS =
  names(`vm_enough_memory inode_need_killpriv inode_getsecurity inode_listsecurity inode_copy_up_xattr
  getselfattr getprocattr setprocattr key_getsecurity audit_rule_match xfrm_decode_session ismaclabel`);

/** Hooks that are called where the kernel may sleep. */
export const SLEEPABLE_HOOKS =
  names(`bpf bpf_map bpf_map_create bpf_map_free bpf_prog bpf_prog_load bpf_token_capable bpf_token_cmd bpf_token_create
  bpf_token_free bprm_check_security bprm_committed_creds bprm_committing_creds bprm_creds_for_exec bprm_creds_from_file
  capget capset cred_prepare file_ioctl file_lock file_open file_post_open file_receive inode_create inode_free_security
  inode_getattr inode_getxattr inode_mknod inode_need_killpriv inode_post_setxattr inode_readlink inode_rename
  inode_rmdir inode_setattr inode_setxattr inode_symlink inode_unlink kernel_module_request kernel_read_file
  kernfs_init_security mmap_file netlink_send path_chmod path_chown path_link path_mkdir path_notify path_rename
  path_rmdir path_symlink path_truncate path_unlink release_secctx sb_alloc_security sb_eat_lsm_opts sb_kern_mount
  sb_mount sb_remount sb_set_mnt_opts sb_show_options sb_statfs sb_umount settime socket_accept socket_bind
  socket_connect socket_create socket_getpeername socket_getpeersec_dgram socket_getsockname socket_getsockopt
  socket_listen socket_post_create socket_recvmsg socket_sendmsg socket_shutdown socket_socketpair syslog task_alloc
  task_prctl task_setscheduler userns_create`);

/** Hooks whose arguments are being made or taken down: the kernel does not vouch for them. */
export const UNTRUSTED_HOOKS =
  names(`bpf_map_free bpf_prog_free file_alloc_security file_free_security sk_alloc_security
  sk_free_security task_free`);

/** Hooks that changed between the kernels around 6.18. */
export const UNCERTAIN_HOOKS = names(`file_alloc_security task_getsecid_obj current_getsecid_subj bdev_alloc_security
  bdev_free_security bdev_setintegrity inode_post_removexattr inode_removexattr`);

const BOOLEAN_HOOKS = names('xfrm_state_pol_flow_match audit_rule_known inode_xattr_skipcap');

/** Name of the hook that a BTF function stands for: `file_open` of `bpf_lsm_file_open`. */
export const hookName = (func: string): string => func.replace(/^bpf_lsm_/, '');

/** What a hook may return: 0 or 1, or 0 or a negative errno; null when it returns nothing. */
export function hookRange(
  btf: Btf,
  func: string,
  proto: BtfType & { readonly kind: 'func_proto' },
): { readonly min: number; readonly max: number } | null {
  if (btf.type(proto.ret).kind === 'void') return null;
  return BOOLEAN_HOOKS.has(hookName(func)) ? { min: 0, max: 1 } : { min: -4095, max: 0 };
}
