// SPDX-License-Identifier: GPL-2.0-only
// What `npm run bench` verifies besides its generated programs: iterator loops as people write them.
#include "../golden/iterscope.bpf.h"
LICENSE;

#define FOR(i, a, b) \
	for (struct bpf_iter_num it_##i, *at_##i __attribute__((unused)) = (bpf_iter_num_new(&it_##i, a, b), &it_##i); ({ \
		     int *v_ = bpf_iter_num_next(&it_##i); \
		     if (!v_) \
			     bpf_iter_num_destroy(&it_##i); \
		     v_ ? (i = *v_, 1) : 0; \
	     });)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} array SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} hash SEC(".maps");

/* Many independent decisions in one round. */
SEC("raw_tp") int decisions(void *ctx)
{
	__u64 a = 0, b = 0, c = 0;
	int i;

	FOR(i, 0, 10) {
		__u32 r = bpf_get_prandom_u32();
#define STEP(n) \
	if (r & (1u << n)) \
		a += n; \
	else \
		b ^= a; \
	if (b > c + n) \
		c = b & 0xff;
		STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7) STEP(8) STEP(9) STEP(10) STEP(11)
	}
	return a + b + c;
}

static __noinl int classify(__u32 x, __u64 *out)
{
	int i, n = 0;

	FOR(i, 0, 8) {
		if (x & 1)
			n++;
		if (x & 2)
			n += 2;
		if (n > 7)
			n = 0;
		x >>= 1;
		out[n & 3] += n;
	}
	return n;
}

/* A loop in a function that a loop calls. */
SEC("raw_tp") int calls(void *ctx)
{
	__u64 out[4] = {};
	int i, sum = 0;

	FOR(i, 0, 50) {
		__u32 r = bpf_get_prandom_u32();

		sum += classify(r, out);
		if (r & 0x100)
			sum += classify(r >> 8, out);
		if (r & 0x200)
			sum ^= 1;
		if (sum > 100)
			sum = 0;
	}
	return sum + out[0];
}

/* Flags that stay set: the loop's state grows round by round. */
SEC("raw_tp") int flags(void *ctx)
{
	char f[4] = {};
	int i, x = 0;

	FOR(i, 0, 100) {
		__u32 r = bpf_get_prandom_u32();

		if (r & 1)
			f[0] = 1;
		if (r & 2)
			f[1] = 1;
		if (r & 4)
			f[2] = 1;
		if (r & 8)
			f[3] = 1;
		x += f[0] + f[1] + f[2] + f[3];
		if (x > 1000)
			x = 0;
	}
	return x;
}

/* Values of two maps, checked for NULL, in nested loops. */
SEC("raw_tp") int maps(void *ctx)
{
	int i, j, n = 0;

	FOR(i, 0, 64) {
		__u32 key = i;
		__u64 *v = bpf_map_lookup_elem(&array, &key);
		__u64 *w = bpf_map_lookup_elem(&hash, &key);

		if (!v)
			continue;
		FOR(j, 0, 8) {
			if (w && *w > *v) {
				n++;
				*v += 1;
			} else if (*v & 1) {
				*v ^= j;
			}
			if (w && j > 3)
				*w = n;
			if (n > 10)
				n = 0;
		}
	}
	return n;
}

/* A machine of states that are numbers the verifier has to know exactly. */
SEC("raw_tp") int machine(void *ctx)
{
	__u64 seen[8] = {};
	int i, state = 0, errors = 0, at = 0;

	FOR(i, 0, 1000) {
		__u32 c = bpf_get_prandom_u32() & 0xff;

		switch (state) {
		case 0:
			state = c == 'a' ? 1 : c == 'b' ? 2 : 0;
			break;
		case 1:
			state = c == 'c' ? 3 : 0;
			break;
		case 2:
			state = c > 100 ? 4 : c < 50 ? 0 : 2;
			break;
		case 3:
			seen[at & 7]++;
			state = c & 1 ? 5 : 6;
			break;
		case 4:
			errors++;
			state = 0;
			break;
		case 5:
			state = 7;
			break;
		case 6:
			state = c > 10 ? 7 : 0;
			break;
		case 7:
			at = (at + 1) & 7;
			state = 0;
			break;
		}
		if (errors > 5) {
			bpf_iter_num_destroy(&it_i);
			return errors;
		}
	}
	return state + errors + seen[1];
}
