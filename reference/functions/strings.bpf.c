// SPDX-License-Identifier: GPL-2.0-only
// Each function for strings of zero-terminated text once, as a reader would meet it.
#include "../iterscope.bpf.h"
LICENSE;

typedef __u64 size_t;
extern int bpf_strcasecmp(const char *s1, const char *s2) __ksym;
extern int bpf_strchr(const char *s, char c) __ksym;
extern int bpf_strchrnul(const char *s, char c) __ksym;
extern int bpf_strrchr(const char *s, int c) __ksym;
extern int bpf_strnchr(const char *s, size_t count, char c) __ksym;
extern int bpf_strnlen(const char *s, size_t count) __ksym;
extern int bpf_strspn(const char *s, const char *accept) __ksym;
extern int bpf_strcspn(const char *s, const char *reject) __ksym;
extern int bpf_strstr(const char *s1, const char *s2) __ksym;
extern int bpf_strnstr(const char *s1, const char *s2, size_t len) __ksym;

const char path[] = "/var/log/kern.log";

SEC("syscall") int same_whatever_the_case(void *ctx) { return bpf_strcasecmp(path, "/VAR/log/KERN.LOG"); }
SEC("syscall") int first_slash(void *ctx) { return bpf_strchr(path, '/'); }
SEC("syscall") int first_dot_or_end(void *ctx) { return bpf_strchrnul(path, '.'); }
SEC("syscall") int last_slash(void *ctx) { return bpf_strrchr(path, '/'); }
SEC("syscall") int dot_among_eight(void *ctx) { return bpf_strnchr(path, 8, '.'); }
SEC("syscall") int length_up_to_eight(void *ctx) { return bpf_strnlen(path, 8); }
SEC("syscall") int begins_with_letters_of(void *ctx) { return bpf_strspn(path, "/arv"); }
SEC("syscall") int begins_without(void *ctx) { return bpf_strcspn(path, ".:"); }
SEC("syscall") int finds_text(void *ctx) { return bpf_strstr(path, "log"); }
SEC("syscall") int finds_text_among_six(void *ctx) { return bpf_strnstr(path, "log", 6); }
