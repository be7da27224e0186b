import { readFileSync } from 'node:fs';

const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;
const CAP_PERFMON = 38;
const CAP_BPF = 39;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What may be behind an EPERM of bpf(2): taken from /proc/self/status and the kernel's lockdown file. */
export interface Standing {
  /** CapEff, a bit for each capability. */
  readonly capabilities: bigint;
  readonly seccomp: boolean;
  /** `none`, `integrity`, `confidentiality`; empty where the kernel has no lockdown. */
  readonly lockdown: string;
}

export function standing(): Standing {
  const status = read('/proc/self/status');
  return {
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`),
    seccomp: /^Seccomp:\s*2$/m.test(status),
    lockdown: /\[(\w+)\]/.exec(read('/sys/kernel/security/lockdown'))?.[1] ?? '',
  };
}

/**
 * Why the kernel says EPERM, as far as it can be told: capabilities that this process lacks, or else what refuses it in spite of them.
 * @param what what was refused: `tracing programs`, `maps`
 */
export function whyNotPermitted(what: string, { capabilities, seccomp, lockdown }: Standing = standing()): string {
  const has = (bit: number): boolean => ((capabilities >> BigInt(bit)) & 1n) === 1n;
  const lacks = (bit: number): boolean => !has(bit) && !has(CAP_SYS_ADMIN);
  if (lacks(CAP_BPF)) return 'this process lacks CAP_BPF: run it as root';
  if (lacks(CAP_PERFMON)) return 'this process lacks CAP_PERFMON: run it as root';
  if (lacks(CAP_NET_ADMIN)) return 'this process lacks CAP_NET_ADMIN, which programs for the network need';
  const despite = `this process has the capabilities, but ${what} are refused here all the same`;
  if (seccomp) return `${despite}: a seccomp filter (of a container?) is set`;
  if (lockdown !== '' && lockdown !== 'none') return `${despite}: the kernel is locked down (${lockdown})`;
  return `${despite}: a policy of this machine's kernel or of what it runs in (a security module, a container, a virtual machine)`;
}
