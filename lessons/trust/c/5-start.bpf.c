#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

/*
 * Returns the number of the processor, plus 7. Which of the two numbers is
 * the result?
 */
SEC("raw_tp/sys_enter")
int which_processor(void *ctx)
{
	int number = bpf_get_smp_processor_id();
	int sum = number + 7;

	return number;
}
