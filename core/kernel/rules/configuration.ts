/**
 * What one machine adds to a release of Linux: how its kernel was configured, what it runs on, and what it locks down. The same program on
 * the same release may be accepted on one and refused on the other.
 */
export interface Configuration {
  /** CPUs that there may ever be (`/sys/devices/system/cpu/possible`). */
  readonly cpus: number;
  /** CPUs that the kernel was built for (CONFIG_NR_CPUS). */
  readonly maxCpus: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** Programs may override what a probed function returns (CONFIG_BPF_KPROBE_OVERRIDE). */
  readonly kprobeOverride: boolean;
  /** Programs may write user memory: not where the kernel is locked down for its integrity. */
  readonly writesUserMemory: boolean;
  /** Programs may read kernel memory by probing: not where the kernel is locked down for confidentiality. */
  readonly readsKernelMemory: boolean;
  /** The kernel knows the names of its variables, not only of its functions (CONFIG_KALLSYMS_ALL): programs may ask for their addresses. */
  readonly namesVariables: boolean;
}

/** What distributions ship: Debian's kernel on a small machine, nothing locked down. (Fedora and Ubuntu also let programs override.) */
export const DISTRIBUTION: Configuration = {
  cpus: 2,
  maxCpus: 8192,
  memory: 2 ** 33,
  kprobeOverride: false,
  writesUserMemory: true,
  readsKernelMemory: true,
  namesVariables: true,
};

/** The same where everything is allowed that a configuration may forbid. */
export const PERMISSIVE: Configuration = { ...DISTRIBUTION, kprobeOverride: true };
