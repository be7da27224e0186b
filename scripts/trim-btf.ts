/**
 * Makes the BTF that ships with the app from a running kernel's:
 *
 *     tsx scripts/trim-btf.ts [/sys/kernel/btf/vmlinux] [core/kernel/btf/linux-6.18.bin] [release]
 *
 * Kept are the types that iterators, iterator programs, program contexts and kfuncs need, with the kernel's own ids.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { release as osRelease } from 'node:os';
import { parseBtf } from '../core/btf/parse.ts';
import { parseTrimmedBtf, writeTrimmedBtf } from '../core/btf/trimmed.ts';

/** Structs kept with all their members, and those within two pointers of their members. */
const NEAR =
  `task_struct mm_struct vm_area_struct file cgroup cgroup_subsys_state css_set kmem_cache dma_buf seq_file bpf_map bpf_prog
  bpf_link sock tcp_sock udp_sock unix_sock netlink_sock`.split(/\s+/);

/** Structs, unions and enums kept with all their members. */
const WHOLE =
  `inode dentry path super_block cred pid signal_struct sighand_struct nsproxy bpf_iter_meta bpf_dynptr bpf_dynptr_kern
  bpf_spin_lock bpf_list_head bpf_list_node bpf_rb_root bpf_rb_node bpf_refcount bpf_timer bpf_wq bpf_task_work bpf_res_spin_lock
  bpf_cpumask cpumask __sk_buff sk_buff xdp_md xdp_buff xdp_frame pt_regs bpf_raw_tracepoint_args bpf_perf_event_data
  bpf_perf_event_data_kern bpf_sock bpf_sock_ops bpf_sock_addr bpf_sockopt bpf_sysctl bpf_sk_lookup sk_msg_md sk_reuseport_md
  bpf_tcp_sock bpf_sock_tuple bpf_pidns_info bpf_cgroup_dev_ctx bpf_flow_keys bpf_nf_ctx trace_entry trace_event_raw_sys_enter
  trace_event_raw_sys_exit bpf_insn linux_binprm socket fib6_info request_sock inet_sock sock_common file_operations
  user_struct kuid_t kgid_t timespec64 list_head hlist_node hlist_head rb_node rb_root btf_ptr bpf_attr
  bpf_pidns_info bpf_sysctl_kern bpf_sockopt_kern bpf_sock_addr_kern bpf_sock_ops_kern io_uring_task rq task_group cfs_rq
  socket_alloc syscall_trace_enter sockaddr sockaddr_in sockaddr_in6 sockaddr_un sockaddr_ll sockaddr_nl ethhdr iphdr ipv6hdr tcphdr udphdr
  icmphdr icmp6hdr vlan_hdr prog_test_ref_kfunc prog_test_member net_device net`.split(/\s+/);

/** Functions that people attach to, besides every kfunc. */
const FUNCS =
  /^(bpf_|__x64_sys_|vfs_|security_|ksys_|do_sys_|do_(nanosleep|unlinkat|exit|filp_open|mmap|munmap)|tcp_|udp_|unix_|inet_|icmp_|ip_|skb_|sock_|cgroup_|task_|kmem_cache_|mmap_|hrtimer_|schedule|sched_|wake_up_|filp_|eth_type_trans|xdp_|dev_|htab_|array_map_|dma_buf_|seq_)/;

const [
  source = '/sys/kernel/btf/vmlinux',
  target = 'core/kernel/btf/linux-6.18.bin',
  release = osRelease().replace(/-.*/, ''),
] = process.argv.slice(2);
const btf = parseBtf(new Uint8Array(readFileSync(source)), { name: source });

const whole = new Set<number>();
const stubs = new Set<number>();
const queue: { id: number; hops: number }[] = [];
/** Hops already granted to a struct, so that a farther visit does not repeat a nearer one's work. */
const granted = new Map<number, number>();

/** Keeps type `id`; structs behind up to `hops` pointers are kept whole, those farther away as stubs. */
function keep(id: number, hops: number): void {
  if (id === 0 || (granted.get(id) ?? -1) >= hops) return;
  granted.set(id, hops);
  whole.add(id);
  queue.push({ id, hops });
}

/** Keeps what a pointer points at: through qualifiers and typedefs, and through one pointer after another. */
function keepBehind(id: number, hops: number): void {
  const type = btf.type(id);
  if (type.kind === 'struct' || type.kind === 'union') {
    if (hops > 0) keep(id, hops - 1);
    else if (type.name === '') keep(id, 0);
    else stubs.add(id);
    return;
  }
  if (id === 0) return;
  whole.add(id);
  switch (type.kind) {
    case 'ptr':
    case 'typedef':
    case 'const':
    case 'volatile':
    case 'restrict':
    case 'type_tag':
      keepBehind(type.type, hops);
      break;
    case 'array':
      keepBehind(type.type, hops);
      keepBehind(type.index, hops);
      break;
    case 'func_proto':
      if (granted.has(id)) break;
      granted.set(id, 0);
      for (const ref of [type.ret, ...type.params.map((p) => p.type)]) keepBehind(ref, 0);
      break;
    default:
      keep(id, 0);
  }
}

/** Keeps a kernel variable or a section of them; structs that variables hold are kept without members unless something else wants them. */
function keepVariable(id: number): void {
  const type = btf.type(id);
  whole.add(id);
  if (type.kind === 'var') keepBehind(type.type, 0);
  else if (type.kind === 'datasec') for (const v of type.vars) keepVariable(v.type);
}

function walk(): void {
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { id, hops } = next;
    const type = btf.type(id);
    switch (type.kind) {
      case 'ptr':
        keepBehind(type.type, hops);
        break;
      case 'typedef':
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'type_tag':
      case 'var':
        keep(type.type, hops);
        break;
      case 'func':
        keep(type.type, 0);
        break;
      case 'array':
        keep(type.type, hops);
        keep(type.index, 0);
        break;
      case 'struct':
      case 'union':
        for (const member of type.members) keep(member.type, hops);
        break;
      case 'func_proto':
        for (const ref of [type.ret, ...type.params.map((p) => p.type)]) keepBehind(ref, 0);
        break;
      default:
        break;
    }
  }
}

const near = new Set(NEAR);
const all = new Set(WHOLE);
for (let id = 1; id < btf.count; id++) {
  const type = btf.type(id);
  switch (type.kind) {
    case 'struct':
    case 'union':
      if (near.has(type.name)) keep(id, 2);
      else if (type.name.startsWith('bpf_iter__')) keep(id, 1);
      else if (all.has(type.name) || /^bpf_iter_/.test(type.name)) keep(id, 0);
      break;
    case 'enum':
    case 'enum64':
      if (/^(bpf_|BPF_|xdp_|pid_type|cgroup_|css_)/i.test(type.name)) keep(id, 0);
      break;
    case 'typedef':
      if (type.name.startsWith('btf_trace_') || type.name === 'bpf_user_pt_regs_t') keep(id, 0);
      break;
    case 'var':
    case 'datasec':
      keepVariable(id);
      break;
    case 'int':
      keep(id, 0);
      break;
    case 'func':
      if (FUNCS.test(type.name) || btf.declTags(id, -1).includes('bpf_kfunc')) keep(id, 0);
      break;
    default:
      break;
  }
}
walk();
// Flags and annotations of what is kept.
for (let id = 1; id < btf.count; id++) {
  const type = btf.type(id);
  if (type.kind === 'decl_tag' && whole.has(type.type)) whole.add(id);
}
for (const id of whole) stubs.delete(id);

const bytes = writeTrimmedBtf(btf, whole, stubs, release);
const back = parseTrimmedBtf(bytes);
for (const id of [...whole, ...stubs]) {
  const { kind, name } = back.type(id);
  if (kind !== btf.type(id).kind || name !== btf.type(id).name) throw new Error(`type ${id} was not written as it is`);
}
writeFileSync(target, bytes);
console.log(`${target}: ${whole.size} types and ${stubs.size} without members of ${btf.count}, ${bytes.length} bytes`);
