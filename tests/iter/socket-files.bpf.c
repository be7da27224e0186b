/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

/* From open files to their sockets. */
SEC("iter/task_file")
int socket_files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct sock *sk;

	if (!task || !file || !known(task))
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket) {
		PRINT(seq, "%d fd %d is no socket\n", task->tgid, ctx->fd);
		return 0;
	}
	sk = socket->sk;
	PRINT(seq, "%d fd %d ino %lu name %s", task->tgid, ctx->fd, file->f_inode->i_ino, (__u64)file->f_path.dentry->d_name.name);
	PRINT(seq, " family %d state %u type %d references %d uid %u back %d %d\n", sk->__sk_common.skc_family, socket->state, socket->type,
	      sk->__sk_common.skc_refcnt.refs.counter, sk->sk_uid.val, socket->file == file, sk->sk_socket == socket);
	return 0;
}
