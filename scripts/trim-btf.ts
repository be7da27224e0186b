/**
 * Makes the BTF that ships with the app from a running kernel's:
 *
 *     tsx scripts/trim-btf.ts [/sys/kernel/btf/vmlinux] [core/kernel/btf/linux-6.18.bin] [release]
 *
 * Kept are all structures, unions, enumerations, typedefs and variables, so that every pointer can be followed, and of the functions (half of
 * the whole) those that programs call or are attached to. Types keep the kernel's own ids.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { release as osRelease } from 'node:os';
import type { BtfKind } from '../core/btf/btf.ts';
import { parseBtf } from '../core/btf/parse.ts';
import { parseTrimmedBtf, writeTrimmedBtf } from '../core/btf/trimmed.ts';

/** Functions that people attach to and those whose parameters have names that count, besides every kfunc. */
const FUNCS =
  /^(bpf_|__bpf_trace_|__x64_sys_|vfs_|security_|ksys_|do_sys_|do_(nanosleep|unlinkat|exit|filp_open|mmap|munmap)|tcp_|udp_|unix_|inet_|icmp_|ip_|skb_|sock_|cgroup_|task_|kmem_cache_|mmap_|hrtimer_|schedule|sched_|wake_up_|filp_|eth_type_trans|xdp_|dev_|htab_|array_map_|dma_buf_|seq_)/;

const ROOTS: ReadonlySet<BtfKind> = new Set(['int', 'struct', 'union', 'enum', 'enum64', 'typedef', 'var', 'datasec']);

const [
  source = '/sys/kernel/btf/vmlinux',
  target = 'core/kernel/btf/linux-6.18.bin',
  release = osRelease().replace(/-.*/, ''),
] = process.argv.slice(2);
const btf = parseBtf(new Uint8Array(readFileSync(source)), { name: source });

/** Types that a type refers to. */
function references(id: number): readonly number[] {
  const type = btf.type(id);
  switch (type.kind) {
    case 'array':
      return [type.type, type.index];
    case 'struct':
    case 'union':
      return type.members.map((member) => member.type);
    case 'func_proto':
      return [type.ret, ...type.params.map((param) => param.type)];
    case 'datasec':
      return type.vars.map((variable) => variable.type);
    default:
      return 'type' in type ? [type.type] : [];
  }
}

function isRoot(id: number): boolean {
  const { kind, name } = btf.type(id);
  return ROOTS.has(kind) || (kind === 'func' && (FUNCS.test(name) || btf.declTags(id, -1).includes('bpf_kfunc')));
}

const kept = new Set<number>();
const queue: number[] = [];
for (let id = 1; id < btf.count; id++) if (isRoot(id)) queue.push(id);
for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
  if (id === 0 || kept.has(id)) continue;
  kept.add(id);
  queue.push(...references(id));
}
// Flags and annotations of what is kept.
for (let id = 1; id < btf.count; id++) {
  const type = btf.type(id);
  if (type.kind === 'decl_tag' && kept.has(type.type)) kept.add(id);
}

const bytes = writeTrimmedBtf(btf, kept, new Set(), release);
const back = parseTrimmedBtf(bytes);
for (const id of kept) {
  const { kind, name } = back.type(id);
  if (kind !== btf.type(id).kind || name !== btf.type(id).name) throw new Error(`type ${id} was not written as it is`);
}
writeFileSync(target, bytes);
console.log(`${target}: ${kept.size} types of ${btf.count}, ${bytes.length} bytes`);
