#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 first = 4;
__u8 letters[32] = "the quick brown fox jumps over";

/* Two letters, three apart, added up; -1 when one of them lies outside of the 32. */
SEC("raw_tp/sys_enter")
int two_letters(void *ctx)
{
	__u32 at = first;

	if (at > sizeof(letters) - 4)
		return -1;
	return letters[at] + letters[at + 3];
}
