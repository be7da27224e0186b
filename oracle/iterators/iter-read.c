// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads iterator programs, each as a line of standard input says:
 *
 *     FILE SIZE [pid N] [tid N] [pidfd N] [map NAME] [cgroup PATH ORDER] [net new]
 *
 * Attaches the first program of the object to what it is to visit, reads its file to the end, and says what each read() gave, a line a read: the
 * number of bytes (or a negative errno), and the bytes in hexadecimal. Reading ends at 0, or at the second error in a row. All of it in one
 * process, so that what is visited stays the same. First it makes a DMA buffer of two pages and has `describe-machine.mjs`, or another script named as
 * its argument, describe the machine; `-` for none. A program named `fill` is run once before its object's first is read.
 * `net new` goes into a network namespace of its own, and stays there.
 * `run FILE` runs the first program of an object once, as BPF_PROG_TEST_RUN does, and prints what it returns.
 * For recording inside a kernel that may be attached to: cc -o iter-read iter-read.c -lbpf
 */
#define _GNU_SOURCE
#include <linux/dma-heap.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static void read_one(int argc, char **argv)
{
	union bpf_iter_link_info info;
	LIBBPF_OPTS(bpf_iter_attach_opts, opts);
	struct bpf_program *program;
	struct bpf_object *object;
	struct bpf_link *link;
	static unsigned char bytes[1 << 20];
	int fd = -1, errors = 0, size = atoi(argv[2]);

	memset(&info, 0, sizeof(info));
	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object)) {
		printf("load %d\n", -errno);
		return;
	}
	for (int i = 3; i + 1 < argc; i += 2) {
		opts.link_info = &info;
		opts.link_info_len = sizeof(info);
		if (!strcmp(argv[i], "pid"))
			info.task.pid = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "tid"))
			info.task.tid = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "pidfd"))
			info.task.pid_fd = syscall(SYS_pidfd_open, atoi(argv[i + 1]), 0);
		else if (!strcmp(argv[i], "net"))
			unshare(CLONE_NEWNET);
		else if (!strcmp(argv[i], "map"))
			info.map.map_fd = bpf_map__fd(bpf_object__find_map_by_name(object, argv[i + 1]));
		else if (!strcmp(argv[i], "cgroup")) {
			info.cgroup.cgroup_fd = open(argv[i + 1], O_RDONLY);
			info.cgroup.order = atoi(argv[i + 2]);
			i++;
		}
	}
	program = bpf_object__next_program(object, NULL);
	link = bpf_program__attach_iter(program, &opts);
	if (!link) {
		printf("attach %d\n", -errno);
		bpf_object__close(object);
		return;
	}
	char path[64], line[256];
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", bpf_link__fd(link));
	FILE *fdinfo = fopen(path, "r");
	while (fdinfo && fgets(line, sizeof(line), fdinfo))
		printf("fdinfo %s", line);
	program = bpf_object__find_program_by_name(object, "fill");
	if (program)
		printf("fill %d\n", bpf_prog_test_run_opts(bpf_program__fd(program), NULL));
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0) {
		printf("create %d\n", fd);
		return;
	}
	for (;;) {
		ssize_t got = read(fd, bytes, size);

		printf("%d ", got < 0 ? -errno : (int)got);
		for (ssize_t k = 0; k < got; k++)
			printf("%02x", bytes[k]);
		printf("\n");
		if (got == 0 || (got < 0 && ++errors == 2))
			break;
		if (got > 0)
			errors = 0;
	}	close(fd);
	if (fdinfo)
		fclose(fdinfo);
	bpf_link__destroy(link);
	bpf_object__close(object);
}

static void run_one(const char *file)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_object *object = bpf_object__open(file);
	int error;

	if (!object || bpf_object__load(object)) {
		printf("load %d\n", -errno);
		return;
	}
	error = bpf_prog_test_run_opts(bpf_program__fd(bpf_object__next_program(object, NULL)), &opts);
	printf("returned %d %d\n", error, opts.retval);
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	struct dma_heap_allocation_data buffer = { .len = 8192, .fd_flags = O_RDWR | O_CLOEXEC };
	int heap = open("/dev/dma_heap/system", O_RDWR | O_CLOEXEC);

	static char line[512];

	libbpf_set_print(quiet);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (heap >= 0 && ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &buffer) == 0)
		setenv("DMABUF_SIZE", "8192", 1);
	close(heap);
	if (argc < 2 || strcmp(argv[1], "-")) {
		snprintf(line, sizeof(line), "/bin/node %s", argc < 2 ? "describe-machine.mjs" : argv[1]);
		printf("#### world\n");
		system(line);
	}
	while (fgets(line, sizeof(line), stdin)) {
		char *words[16] = { "" };
		int count = 1;

		line[strcspn(line, "\n")] = 0;
		printf("#### %s\n", line);
		for (char *word = strtok(line, " "); word && count < 16; word = strtok(NULL, " "))
			words[count++] = word;
		if (count == 3 && !strcmp(words[1], "run"))
			run_one(words[2]);
		else
			read_one(count, words);
	}
	return 0;
}
