#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 wanted = 50;

/*
 * Looks for the first field whose row times column is at least wanted; 0
 * where there is none.
 */
SEC("raw_tp/sys_enter")
int five_ways(void *ctx)
{
	struct bpf_iter_num rows, columns;
	int *row, *column, result = 0;

	bpf_iter_num_new(&rows, 1, 10);
	while ((row = bpf_iter_num_next(&rows))) {
		bpf_iter_num_new(&columns, 1, 10);
		while ((column = bpf_iter_num_next(&columns))) {
			if (*row * *column >= wanted) {
				result = 10 * *row + *column;
				bpf_iter_num_destroy(&columns);
				goto done;
			}
		}
		bpf_iter_num_destroy(&columns);
	}
done:
	bpf_iter_num_destroy(&rows);
	return result;
}
