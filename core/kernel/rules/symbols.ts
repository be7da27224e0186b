import { Unsupported } from '../../base/errors.ts';
import type { Btf } from '../../btf/btf.ts';

/**
 * Variables of the kernel that programs ask for by address alone (`extern const void X __ksym`) and that every Linux 6.18 has. Its BTF
 * knows functions and per-CPU variables only.
 */
const VARIABLES: readonly string[] = [
  'bpf_iter_fops',
  'bpf_link_fops',
  'bpf_map_fops',
  'bpf_prog_fops',
  'btf_fops',
  'init_mm',
  'init_net',
  'init_task',
  'jiffies',
  'socket_file_ops',
  '__per_cpu_offset',
  'pipefifo_fops',
  'tcp_prot',
  'udp_prot',
];

// Where the model puts them: the kernel's own places change with every build and every start.
const VARIABLE_BASE = 0xffff_ffff_8200_0000n;
const FUNCTION_BASE = 0xffff_ffff_8100_0000n;

/**
 * The address of a kernel symbol in the modelled kernel, as /proc/kallsyms would give it; 0 when the kernel has none of that name.
 * @throws Unsupported when that is not known
 */
export function symbolAddress(btf: Btf, name: string): bigint {
  const place = VARIABLES.indexOf(name);
  if (place >= 0) return VARIABLE_BASE + BigInt(place) * 0x1000n;
  const id = btf.find('func', name) || btf.find('var', name);
  if (id > 0) return FUNCTION_BASE + BigInt(id) * 16n;
  throw new Unsupported(
    `the kernel symbol ${name}: whether Linux 6.18 has it, only /proc/kallsyms of a running kernel tells`,
  );
}
