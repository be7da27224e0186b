// SPDX-License-Identifier: GPL-2.0-only
/* Variables that the loader fills from the kernel's configuration: constants for the verifier. */
#include "../iterscope.bpf.h"
LICENSE;

#define KCONFIG __attribute__((section(".kconfig")))
extern unsigned CONFIG_HZ KCONFIG;
extern _Bool CONFIG_CGROUPS KCONFIG __weak;
extern _Bool CONFIG_NO_SUCH_OPTION KCONFIG __weak;
extern enum libbpf_tristate CONFIG_BTRFS_FS KCONFIG __weak;
extern char CONFIG_NF_CONNTRACK KCONFIG __weak;
extern char CONFIG_DEFAULT_HOSTNAME[8] KCONFIG __weak;
extern int LINUX_KERNEL_VERSION KCONFIG;
extern _Bool LINUX_HAS_BPF_COOKIE KCONFIG;
extern _Bool LINUX_HAS_NOTHING_OF_THE_KIND KCONFIG __weak;
__u64 ns;
char values[4];

SEC("raw_tp") int tick(void *ctx)
{
	if (CONFIG_CGROUPS)
		ns = 1000000000ULL / CONFIG_HZ;
	return 0;
}

/* What is not set is zero, and what depends on it is never walked. */
SEC("raw_tp") int not_set(void *ctx)
{
	if (CONFIG_NO_SUCH_OPTION || LINUX_HAS_NOTHING_OF_THE_KIND)
		return *(volatile int *)0;
	return 0;
}

SEC("raw_tp") int set(void *ctx)
{
	if (LINUX_HAS_BPF_COOKIE && CONFIG_BTRFS_FS == TRI_MODULE)
		return *(volatile int *)0;
	return 0;
}

SEC("raw_tp") int as_index(void *ctx)
{
	return values[CONFIG_NF_CONNTRACK - 'm'];
}

SEC("raw_tp") int text(void *ctx)
{
	return CONFIG_DEFAULT_HOSTNAME[0] == '(' ? values[CONFIG_DEFAULT_HOSTNAME[1] & 3] : values[ns];
}

SEC("raw_tp") int version(void *ctx)
{
	return LINUX_KERNEL_VERSION >= (6 << 16) ? 0 : *(volatile int *)0;
}

SEC("raw_tp") int written(void *ctx)
{
	*(volatile unsigned *)&CONFIG_HZ = 1;
	return 0;
}
