#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 first = 4;
__u8 letters[32] = "the quick brown fox jumps over";

/* Two letters, three apart, added up; -1 when one of them lies outside of the 32. The sum that is checked may have wrapped. */
SEC("raw_tp/sys_enter")
int two_letters(void *ctx)
{
	__u32 at = first, end = at + 4;

	barrier_var(end); /* keeps the compiler from writing the check in another way */
	if (end > sizeof(letters))
		return -1;
	return letters[at] + letters[at + 3];
}
