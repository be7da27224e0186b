// SPDX-License-Identifier: GPL-2.0-only
// Annotations and flags where programs are attached: names of extended attributes, files with references, sleep, objects in hooks.
#include "objects.bpf.h"

struct bpf_key { int _; };
extern int bpf_get_file_xattr(struct file *file, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_get_dentry_xattr(struct dentry *dentry, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_set_dentry_xattr(struct dentry *dentry, const char *name__str, const struct bpf_dynptr *value_p, int flags) __ksym __weak;
extern int bpf_remove_dentry_xattr(struct dentry *dentry, const char *name__str) __ksym __weak;
extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym __weak;
extern void bpf_put_file(struct file *file) __ksym __weak;
extern int bpf_path_d_path(const struct path *path, char *buf, unsigned long buf__sz) __ksym __weak;
extern struct bpf_key *bpf_lookup_user_key(__s32 serial, __u64 flags) __ksym __weak;
extern struct bpf_key *bpf_lookup_system_key(__u64 id) __ksym __weak;
extern void bpf_key_put(struct bpf_key *bkey) __ksym __weak;

char name[16] = "user.x";
#define HOOK(sec, prog, ...) SEC(sec) int prog(__u64 *ctx) { __VA_ARGS__; return 0; }
#define OPEN(prog, ...) HOOK("lsm.s/file_open", prog, struct file *f = (void *)ctx[0]; __VA_ARGS__)
#define OPEN_AWAKE(prog, ...) HOOK("lsm/file_open", prog, struct file *f = (void *)ctx[0]; __VA_ARGS__)
#define MKDIR(prog, ...) HOOK("lsm.s/inode_setxattr", prog, struct dentry *d = (void *)ctx[1]; __VA_ARGS__)
#define DYNPTR struct bpf_dynptr p; VALUE; bpf_dynptr_from_mem(v, 64, 0, &p)

OPEN(file_attribute, DYNPTR; bpf_get_file_xattr(f, "user.x", &p))
OPEN(file_attribute_variable_name, DYNPTR; bpf_get_file_xattr(f, name, &p))
OPEN(file_attribute_name_on_stack, char n[8] = "user.x"; DYNPTR; bpf_get_file_xattr(f, n, &p))
OPEN(file_attribute_without_dynptr, struct bpf_dynptr p; bpf_get_file_xattr(f, "user.x", &p))
OPEN(file_attribute_of_null, DYNPTR; bpf_get_file_xattr(0, "user.x", &p))
OPEN_AWAKE(file_attribute_awake, DYNPTR; bpf_get_file_xattr(f, "user.x", &p))
OPEN(file_attribute_in_section, DYNPTR; bpf_rcu_read_lock(); bpf_get_file_xattr(f, "user.x", &p); bpf_rcu_read_unlock())
OPEN(dentry_attribute, DYNPTR; bpf_get_dentry_xattr(f->f_path.dentry, "user.x", &p))
MKDIR(attribute_set, DYNPTR; bpf_set_dentry_xattr(d, "security.bpf.x", &p, 0))
MKDIR(attribute_removed, bpf_remove_dentry_xattr(d, "security.bpf.x"))
MKDIR(attribute_removed_from_null, bpf_remove_dentry_xattr(0, "security.bpf.x"))
OPEN(executable, struct file *e = bpf_get_task_exe_file(bpf_get_current_task_btf()); if (e) bpf_put_file(e))
OPEN(executable_leaks, struct file *e = bpf_get_task_exe_file(bpf_get_current_task_btf()); if (e) seen = e->f_flags)
OPEN(executable_put_twice, struct file *e = bpf_get_task_exe_file(bpf_get_current_task_btf()); if (e) { bpf_put_file(e); bpf_put_file(e); })
OPEN(given_put, bpf_put_file(f))
OPEN(path, char b[32]; bpf_path_d_path(&f->f_path, b, 32))
OPEN(path_too_long, char b[32]; bpf_path_d_path(&f->f_path, b, 33))
OPEN(path_of_dentry, char b[32]; bpf_path_d_path((void *)f->f_path.dentry, b, 32))
OPEN(user_key, struct bpf_key *k = bpf_lookup_user_key(1, 0); if (k) bpf_key_put(k))
OPEN_AWAKE(user_key_awake, struct bpf_key *k = bpf_lookup_user_key(1, 0); if (k) bpf_key_put(k))
OPEN_AWAKE(system_key, struct bpf_key *k = bpf_lookup_system_key(1); if (k) bpf_key_put(k))
OPEN(system_key_leaks, struct bpf_key *k = bpf_lookup_system_key(1))
OPEN(object, NEW(simple, s); s->a = 1; FREE(s))
OPEN_AWAKE(object_awake, NEW(simple, s); s->a = 1; FREE(s))
OPEN(list, LISTS; NEW(item, i); LOCKED(lists, bpf_list_push_front_impl(&lists->items, &i->node, 0, 0)))
HOOK("fentry/bpf_fentry_test1", entry_object, NEW(simple, s); s->a = ctx[0]; FREE(s))
HOOK("fentry/bpf_fentry_test1", entry_attribute, bpf_remove_dentry_xattr(0, "security.bpf.x"))
HOOK("fexit/bpf_fentry_test1", exit_list, LISTS; NEW(item, i); LOCKED(lists, bpf_list_push_back_impl(&lists->items, &i->node, 0, 0)))
HOOK("fentry/bpf_fentry_test1", entry_prints, bpf_stream_vprintk_impl(1, "x", &name, 0, 0))
