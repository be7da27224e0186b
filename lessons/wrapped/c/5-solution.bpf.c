#include "vmlinux.h"
#include "iterscope.h"

LICENSE("GPL");

__u32 length = 10;
__u8 letters[32] = "the quick brown fox jumps over";

/* The letter at which the second half begins; -1 when length is above 32. */
SEC("raw_tp/sys_enter")
int second_half(void *ctx)
{
	__u32 n = length, at;

	if (n > sizeof(letters))
		return -1;
	at = n - n / 2;
	if (at >= sizeof(letters))
		return -1;
	return letters[at];
}
