/**
 * Which helpers programs of which type may call, asked of the running kernel, written to core/kernel/rules/helper-access.ts, or to the file given:
 *
 *     npx tsx oracle/tables/helper-access.ts [FILE]
 *
 * A program that does nothing but call a helper is loaded for each of them: where its type may not, the kernel says so before anything else.
 * The kernel has to be a 6.18 as distributions ship it, with nothing locked down (what a machine withholds is core/kernel/rules/configuration.ts),
 * and should load every type of program; those that it does not load are named and left out.
 */
import { SLEEPABLE } from '../../core/kernel/rules/program-types.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { parseBtf } from '../../core/btf/parse.ts';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import { ATTACH, PROG } from '../../core/elf/section-types.ts';
import { assemble } from '../../core/isa/asm.ts';
import { BpfError } from '../kernel/bpf-syscall.ts';
import { kernelRefusal, KernelObject } from '../kernel/load.ts';

const refusal = kernelRefusal() ?? (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`);
if (refusal !== null) {
  console.log(`nothing is recorded: ${refusal}`);
  process.exit(2);
}

const LAST_HELPER = 211;

const btf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
const trace = btf.find('typedef', 'btf_trace_sys_enter');
const iterTask = btf.find('func', 'bpf_iter_task');
const plain = btf.find('func', 'do_nanosleep');
/** Functions whose result programs may change, the second one where programs may sleep too. */
const overridable = btf.find('func', 'security_file_open');
const sleeping = btf.find('func', 'bpf_fentry_test1');
const hook = btf.find('func', 'bpf_lsm_file_open');
/** A hook of sockets, for programs of cgroups. */
const socketHook = btf.find('func', 'bpf_lsm_socket_bind');

interface Asked {
  readonly type: number;
  readonly attach: number;
  readonly target?: number;
  readonly flags?: number;
}
/** Attach types that a program type is asked with; the others with none. */
const attachTypes: Readonly<Record<number, readonly number[]>> = {
  [PROG.KPROBE]: [0, ATTACH.TRACE_KPROBE_MULTI, ATTACH.TRACE_UPROBE_MULTI],
  [PROG.SCHED_CLS]: [0, ATTACH.TCX_INGRESS, ATTACH.TCX_EGRESS, ATTACH.NETKIT_PRIMARY, ATTACH.NETKIT_PEER],
  [PROG.XDP]: [0, ATTACH.XDP, ATTACH.XDP_DEVMAP, ATTACH.XDP_CPUMAP],
  [PROG.CGROUP_SKB]: [ATTACH.CGROUP_INET_INGRESS, ATTACH.CGROUP_INET_EGRESS],
  [PROG.CGROUP_SOCK]: [
    ATTACH.CGROUP_INET_SOCK_CREATE,
    ATTACH.CGROUP_INET4_POST_BIND,
    ATTACH.CGROUP_INET6_POST_BIND,
    ATTACH.CGROUP_INET_SOCK_RELEASE,
  ],
  [PROG.SOCK_OPS]: [0, ATTACH.CGROUP_SOCK_OPS],
  [PROG.SK_SKB]: [0, ATTACH.SK_SKB_STREAM_PARSER, ATTACH.SK_SKB_STREAM_VERDICT, ATTACH.SK_SKB_VERDICT],
  [PROG.CGROUP_DEVICE]: [ATTACH.CGROUP_DEVICE],
  [PROG.SK_MSG]: [0, ATTACH.SK_MSG_VERDICT],
  [PROG.CGROUP_SOCK_ADDR]: [
    ATTACH.CGROUP_INET4_BIND,
    ATTACH.CGROUP_INET6_BIND,
    ATTACH.CGROUP_INET4_CONNECT,
    ATTACH.CGROUP_INET6_CONNECT,
    ATTACH.CGROUP_UNIX_CONNECT,
    ATTACH.CGROUP_UDP4_SENDMSG,
    ATTACH.CGROUP_UDP6_SENDMSG,
    ATTACH.CGROUP_UNIX_SENDMSG,
    ATTACH.CGROUP_UDP4_RECVMSG,
    ATTACH.CGROUP_UDP6_RECVMSG,
    ATTACH.CGROUP_UNIX_RECVMSG,
    ATTACH.CGROUP_INET4_GETPEERNAME,
    ATTACH.CGROUP_INET6_GETPEERNAME,
    ATTACH.CGROUP_UNIX_GETPEERNAME,
    ATTACH.CGROUP_INET4_GETSOCKNAME,
    ATTACH.CGROUP_INET6_GETSOCKNAME,
    ATTACH.CGROUP_UNIX_GETSOCKNAME,
  ],
  [PROG.SK_REUSEPORT]: [ATTACH.SK_REUSEPORT_SELECT, ATTACH.SK_REUSEPORT_SELECT_OR_MIGRATE],
  [PROG.FLOW_DISSECTOR]: [0, ATTACH.FLOW_DISSECTOR],
  [PROG.CGROUP_SYSCTL]: [ATTACH.CGROUP_SYSCTL],
  [PROG.CGROUP_SOCKOPT]: [ATTACH.CGROUP_GETSOCKOPT, ATTACH.CGROUP_SETSOCKOPT],
  [PROG.SK_LOOKUP]: [ATTACH.SK_LOOKUP],
  [PROG.NETFILTER]: [ATTACH.NETFILTER],
};
const asked: Asked[] = Object.values(PROG)
  .filter(
    (type) =>
      type !== PROG.UNSPEC && type !== PROG.TRACING && type !== PROG.LSM && type !== PROG.SYSCALL && type !== PROG.EXT,
  )
  .flatMap((type) => (attachTypes[type] ?? [0]).map((attach) => ({ type, attach })));
asked.push(
  { type: PROG.SYSCALL, attach: 0, flags: SLEEPABLE },
  { type: PROG.TRACING, attach: ATTACH.TRACE_RAW_TP, target: trace },
  { type: PROG.TRACING, attach: ATTACH.TRACE_ITER, target: iterTask },
  { type: PROG.TRACING, attach: ATTACH.TRACE_ITER, target: iterTask, flags: SLEEPABLE },
  { type: PROG.KPROBE, attach: 0, flags: SLEEPABLE },
  { type: PROG.TRACING, attach: ATTACH.TRACE_FENTRY, target: plain },
  { type: PROG.TRACING, attach: ATTACH.TRACE_FEXIT, target: plain },
  { type: PROG.TRACING, attach: ATTACH.MODIFY_RETURN, target: overridable },
  { type: PROG.TRACING, attach: ATTACH.TRACE_FENTRY, target: sleeping, flags: SLEEPABLE },
  { type: PROG.TRACING, attach: ATTACH.TRACE_FEXIT, target: sleeping, flags: SLEEPABLE },
  { type: PROG.TRACING, attach: ATTACH.MODIFY_RETURN, target: sleeping, flags: SLEEPABLE },
  { type: PROG.LSM, attach: ATTACH.LSM_MAC, target: hook },
  { type: PROG.LSM, attach: ATTACH.LSM_MAC, target: hook, flags: SLEEPABLE },
  { type: PROG.LSM, attach: ATTACH.LSM_CGROUP, target: socketHook },
);

const FORBIDDEN = 'program of this type cannot use helper';
const rows: string[] = [];
/** Arguments that each helper reads: the registers that are live before the call. */
const counts: number[] = new Array<number>(LAST_HELPER + 1).fill(5);
/** A type's first answer; a row of its own only where another attach type's differs. */
const first = new Map<number, bigint>();
const missing: string[] = [];
for (const { type, attach, target = 0, flags = 0 } of asked) {
  let bits = 0n;
  let answered = 0;
  for (let helper = 1; helper <= LAST_HELPER; helper++) {
    const object = objectFromInsns(assemble(`call ${helper}\nr0 = 0\nexit`), { type });
    const program = { ...object.programs[0]!, expectedAttachType: attach, attachBtfId: target, flags };
    const kernel = new KernelObject(object);
    try {
      const { errno, log } = refused(() => kernel.verify(program, 2));
      // A program that is refused before its first instruction says nothing of helpers; an accepted one leaves no instruction in the log.
      if (errno !== 0 && !log.includes('call ')) continue;
      answered++;
      if (log.includes(FORBIDDEN)) continue;
      bits |= 1n << BigInt(helper);
      const live = /^ +0: ([.\d]+) \(85\)/m.exec(log)?.[1] ?? '';
      counts[helper] = live.replaceAll('.', '').length;
    } finally {
      kernel.close();
    }
  }
  console.error(`type ${type} attach ${attach} flags ${flags}: ${answered} answers`);
  if (answered < LAST_HELPER) {
    missing.push(`${type}/${attach}`);
    continue;
  }
  if (first.get(type) === bits) continue;
  const key = first.has(type) ? `${type}/${attach}${flags === SLEEPABLE ? '/sleepable' : ''}` : `${type}`;
  if (!first.has(type)) first.set(type, bits);
  rows.push(`  '${key}': 0x${bits.toString(16)}n,`);
}

/** A type that the kernel does not load at all has no log. */
function refused(ask: () => { readonly errno: number; readonly log: string }): { errno: number; log: string } {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    return { errno: -error.errno, log: '' };
  }
}

if (missing.length > 0) console.error(`not loaded here: ${missing.join(', ')}`);
writeFileSync(
  process.argv[2] ?? 'core/kernel/rules/helper-access.ts',
  `// Written by oracle/tables/helper-access.ts from the answers of Linux ${release().split('-')[0]!}.

/**
 * Helpers that programs may call: bit N stands for helper N. By program type (\`6\`), and apart where an attach type (\`18/19\`) or
 * sleepable programs (\`26/28/sleepable\`) differ from the rest.
 */
export const HELPER_ACCESS: Readonly<Record<string, bigint>> = {
${rows.join('\n')}
};

/** How many arguments helper N reads: digit N. Five for those that no program asked about may call. */
export const HELPER_ARGS = '${counts.join('')}';
`,
);
