/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that touch nothing outside: what each gives is recorded in a real kernel (BPF_PROG_TEST_RUN) and compared with the simulated machine. */
#include "../golden/iterscope.bpf.h"

struct bpf_map { unsigned int id; } __attribute__((preserve_access_index));

extern int bpf_strcmp(const char *s1, const char *s2) __ksym;
extern int bpf_strcasecmp(const char *s1, const char *s2) __ksym;
extern int bpf_strchr(const char *s, char c) __ksym;
extern int bpf_strchrnul(const char *s, char c) __ksym;
extern int bpf_strnchr(const char *s, unsigned long count, char c) __ksym;
extern int bpf_strrchr(const char *s, int c) __ksym;
extern int bpf_strlen(const char *s) __ksym;
extern int bpf_strnlen(const char *s, unsigned long count) __ksym;
extern int bpf_strspn(const char *s, const char *accept) __ksym;
extern int bpf_strcspn(const char *s, const char *reject) __ksym;
extern int bpf_strstr(const char *s1, const char *s2) __ksym;
extern int bpf_strnstr(const char *s1, const char *s2, unsigned long len) __ksym;
extern void *bpf_rdonly_cast(const void *obj, unsigned int type) __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __ksym;
extern long long bpf_map_sum_elem_count(const struct bpf_map *map) __ksym;

#define S(name, expr) \
	SEC("syscall") int strings_##name(void *ctx) { return expr; }

S(cmp_equal, bpf_strcmp("abc", "abc"))
S(cmp_less, bpf_strcmp("abc", "abd"))
S(cmp_more, bpf_strcmp("b", "abd"))
S(cmp_prefix, bpf_strcmp("ab", "abd"))
S(cmp_longer, bpf_strcmp("abd", "ab"))
S(cmp_empty, bpf_strcmp("", ""))
S(cmp_high, bpf_strcmp("\x80", "a"))
S(cmp_null, bpf_strcmp(0, "a"))
S(cmp_user, bpf_strcmp("a", (const char *)0x12345))
S(casecmp_equal, bpf_strcasecmp("aBc", "AbC"))
S(casecmp_less, bpf_strcasecmp("aB", "AC"))
S(casecmp_marks, bpf_strcasecmp("_", "A"))
S(casecmp_null, bpf_strcasecmp("a", 0))
S(chr, bpf_strchr("hello", 'l'))
S(chr_none, bpf_strchr("hello", 'z'))
S(chr_end, bpf_strchr("hello", 0))
S(chr_null, bpf_strchr(0, 'a'))
S(chrnul, bpf_strchrnul("hello", 'l'))
S(chrnul_none, bpf_strchrnul("hello", 'z'))
S(chrnul_end, bpf_strchrnul("hello", 0))
S(nchr, bpf_strnchr("hello", 3, 'l'))
S(nchr_before, bpf_strnchr("hello", 2, 'l'))
S(nchr_none, bpf_strnchr("hello", 100, 'z'))
S(nchr_nothing, bpf_strnchr("hello", 0, 'h'))
S(nchr_end, bpf_strnchr("he", 10, 0))
S(rchr, bpf_strrchr("hello", 'l'))
S(rchr_none, bpf_strrchr("hello", 'z'))
S(rchr_end, bpf_strrchr("hello", 0))
S(len, bpf_strlen("hello"))
S(len_empty, bpf_strlen(""))
S(len_null, bpf_strlen(0))
S(nlen, bpf_strnlen("hello", 3))
S(nlen_more, bpf_strnlen("hello", 30))
S(nlen_nothing, bpf_strnlen("hello", 0))
S(spn, bpf_strspn("aabbc", "ab"))
S(spn_all, bpf_strspn("aabb", "ab"))
S(spn_none, bpf_strspn("xaabb", "ab"))
S(spn_empty, bpf_strspn("abc", ""))
S(cspn, bpf_strcspn("aabbc", "cb"))
S(cspn_all, bpf_strcspn("aabb", "x"))
S(cspn_none, bpf_strcspn("xaabb", "x"))
S(cspn_empty, bpf_strcspn("abc", ""))
S(str, bpf_strstr("hello world", "wor"))
S(str_none, bpf_strstr("hello world", "words"))
S(str_empty, bpf_strstr("hello", ""))
S(str_in_empty, bpf_strstr("", "a"))
S(str_both_empty, bpf_strstr("", ""))
S(str_whole, bpf_strstr("abc", "abc"))
S(str_again, bpf_strstr("aaab", "aab"))
S(str_null, bpf_strstr("a", 0))
S(nstr, bpf_strnstr("hello world", "wor", 9))
S(nstr_cut, bpf_strnstr("hello world", "wor", 8))
S(nstr_empty, bpf_strnstr("hello", "", 2))
S(nstr_nothing, bpf_strnstr("hello", "h", 0))
S(nstr_longer, bpf_strnstr("hello", "lo", 100))

#define N(name, text, flags) \
	SEC("syscall") int number_##name(void *ctx) \
	{ \
		long value = -77; \
		char buf[] = text; \
		long used = bpf_strtol(buf, sizeof(buf), flags, &value); \
		return used * 1000003 + (int)value + (int)(value >> 32) * 31; \
	} \
	SEC("syscall") int unsigned_##name(void *ctx) \
	{ \
		unsigned long value = 77; \
		char buf[] = text; \
		long used = bpf_strtoul(buf, sizeof(buf), flags, &value); \
		return used * 1000003 + (int)value + (int)(value >> 32) * 31; \
	}

N(plain, "123", 0)
N(decimal, "123", 10)
N(negative, "-45 ", 0)
N(hex, "0x1F", 0)
N(hex_told, "1fz", 16)
N(hex_both, "0x1f", 16)
N(octal, "0755", 0)
N(octal_told, "755", 8)
N(octal_digits, "789", 8)
N(spaces, "  42", 0)
N(tab, "\t42", 10)
N(sign_space, "- 4", 0)
N(plus, "+4", 0)
N(nothing, "", 0)
N(word, "abc", 0)
N(then_word, "12abc", 10)
N(base_2, "101", 2)
N(base_36, "zz", 36)
N(largest, "9223372036854775807", 10)
N(too_large, "9223372036854775808", 10)
N(smallest, "-9223372036854775808", 10)
N(largest_unsigned, "18446744073709551615", 10)
N(beyond, "18446744073709551616", 10)
N(hex_alone, "0x", 0)
N(zero, "0", 0)
N(long_text, "00000000000000000000000000000000000000000000000000000000000000000000000000000001", 10)

SEC("syscall")
int interrupts(void *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	return 4;
}

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, long);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, long);
} list SEC(".maps");

SEC("syscall")
int count_of_hash(void *ctx)
{
	int key = 5;
	long value = 1;

	bpf_map_update_elem(&table, &key, &value, 0);
	key = 6;
	bpf_map_update_elem(&table, &key, &value, 0);
	return bpf_map_sum_elem_count((void *)&table);
}

SEC("syscall")
int count_of_array(void *ctx)
{
	return bpf_map_sum_elem_count((void *)&list);
}

LICENSE;
