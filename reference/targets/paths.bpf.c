// SPDX-License-Identifier: GPL-2.0-only
// Names of files, in iterator programs: bpf_d_path.
#include "../kernel.bpf.h"
LICENSE;

__u64 seen;
char name[64];
#define FILE_ITER(prog, ...) SEC("iter/task_file") int prog(__u64 *ctx) { struct file *f = (void *)ctx[3]; if (!f) return 0; __VA_ARGS__; return 0; }
#define AREA_ITER(prog, ...) SEC("iter/task_vma") int prog(__u64 *ctx) { struct vm_area_struct *v = (void *)ctx[2]; if (!v) return 0; struct file *f = v->vm_file; if (!f) return 0; __VA_ARGS__; return 0; }

FILE_ITER(of_file, seen = bpf_d_path((void *)&f->f_path, name, sizeof name))
FILE_ITER(on_stack, char b[32]; seen = bpf_d_path((void *)&f->f_path, b, 32))
FILE_ITER(too_long, char b[32]; seen = bpf_d_path((void *)&f->f_path, b, 33))
FILE_ITER(no_bytes, seen = bpf_d_path((void *)&f->f_path, name, 0))
FILE_ITER(any_bytes, seen = bpf_d_path((void *)&f->f_path, name, bpf_get_prandom_u32()))
FILE_ITER(some_bytes, seen = bpf_d_path((void *)&f->f_path, name, bpf_get_prandom_u32() & 63))
FILE_ITER(to_constant, static const char b[8] = "x"; seen = bpf_d_path((void *)&f->f_path, (char *)b, 8))
FILE_ITER(to_null, seen = bpf_d_path((void *)&f->f_path, 0, 0))
FILE_ITER(of_the_file_itself, seen = bpf_d_path((void *)f, name, sizeof name))
FILE_ITER(of_the_dentry, seen = bpf_d_path((void *)f->f_path.dentry, name, sizeof name))
FILE_ITER(of_inode, seen = bpf_d_path((void *)f->f_inode, name, sizeof name))
FILE_ITER(of_context, seen = bpf_d_path((void *)ctx, name, sizeof name))
FILE_ITER(of_null, seen = bpf_d_path(0, name, sizeof name))
FILE_ITER(uninitialized_buffer, char b[8]; seen = bpf_d_path((void *)&f->f_path, b, 8); seen += b[0])
AREA_ITER(of_area, seen = bpf_d_path((void *)&f->f_path, name, sizeof name))
SEC("iter/task_file") int unchecked(__u64 *ctx) { struct file *f = (void *)ctx[3]; seen = bpf_d_path((void *)&f->f_path, name, sizeof name); return 0; }
SEC("iter/task") int of_executable(__u64 *ctx) { struct task_struct___g *p = (void *)ctx[1]; if (!p || !p->mm) return 0; struct file *f = p->mm->exe_file; if (f) seen = bpf_d_path((void *)&f->f_path, name, sizeof name); return 0; }
SEC("iter.s/task_file") int sleepable(__u64 *ctx) { struct file *f = (void *)ctx[3]; if (f) seen = bpf_d_path((void *)&f->f_path, name, sizeof name); return 0; }
