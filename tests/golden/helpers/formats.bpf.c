// SPDX-License-Identifier: GPL-2.0-only
// Formats of bpf_snprintf are checked before the program runs; those of bpf_trace_printk when it is called.
#include "../iterscope.bpf.h"
LICENSE;

#define FORMAT(name, text, values...) \
	SEC("raw_tp") int name(void *ctx) { static const char fmt[] = text; char out[32]; __u64 args[] = { values }; return bpf_snprintf(out, sizeof(out), fmt, args, sizeof(args)); }
FORMAT(numbers, "%d %i %u %x %X %ld %llu", 1, 2, 3, 4, 5, 6, 7)
FORMAT(texts, "%s|%8s|%-8s|%c|%%", 1, 2, 3, 65)
FORMAT(pointers, "%p %px %pK %pB %ps %pS", 1, 2, 3, 4, 5, 6)
FORMAT(addresses, "%pI4 %pi6", 1, 2)
FORMAT(kernel_text, "%pks %pus.", 1, 2)
FORMAT(flags, "%+d % d %08x %-12lld|", 1, 2, 3, 4)
FORMAT(too_many_values, "%d", 1, 2, 3)
FORMAT(too_few_values, "%d %d", 1)
FORMAT(floating, "%f", 1)
FORMAT(octal, "%o", 1)
FORMAT(precision, "%.3s", 1)
FORMAT(short_number, "%hd", 1)
FORMAT(no_conversion, "%", 1)
FORMAT(text_runs_on, "%sX", 1)
FORMAT(pointer_kind, "%pZ", 1)
FORMAT(address_kind, "%pI5", 1)
FORMAT(control, "a\x01", 1)
FORMAT(utf8, "\xc3\xa9 %d", 1)
FORMAT(utf8_conversion, "%\xc3", 1)

static const char plain[] = "%d";
char writable[] = "%d";
SEC("raw_tp") int odd_length(void *ctx) { char out[8]; __u64 args[2] = {}; return bpf_snprintf(out, 8, plain, args, 12); }
SEC("raw_tp") int from_data(void *ctx) { char out[8]; __u64 args[1] = {}; return bpf_snprintf(out, 8, writable, args, 8); }
SEC("raw_tp") int from_stack(void *ctx) { char out[8]; char fmt[4] = "%d"; __u64 args[1] = {}; return bpf_snprintf(out, 8, fmt, args, 8); }
SEC("raw_tp") int any_format_later(void *ctx) { char fmt[] = "%f %Q"; return bpf_trace_printk(fmt, sizeof(fmt)); }
