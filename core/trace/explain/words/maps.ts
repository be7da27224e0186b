import type { MapRule } from '../../../kernel/rules/map-rule.ts';
import type { Build } from './scene.ts';
import { code } from './text.ts';

// Words for maps that the kernel does not create.

const REMEDIES: Readonly<Record<MapRule, string>> = {
  type: 'Use a map type that this kernel has: `bpftool feature probe` lists them.',
  flags: 'Take the flag out of the map’s `map_flags`, or use a map type that it is for.',
  sizes: 'Change the map’s declaration: its key, its value or its `max_entries`.',
  'no-entries':
    'Give the map a `max_entries`, or have user space do it before the object is loaded, with `bpf_map__set_max_entries`.',
  'per-cpu-value':
    'Make the value smaller, or use a plain array with an element for each CPU and `bpf_get_smp_processor_id()` as its key: its values may be larger.',
  'ring-size': 'Use a power of two of at least 4096, such as `256 * 1024`.',
  'needs-no-prealloc': 'Declare `__uint(map_flags, BPF_F_NO_PREALLOC)`.',
  'needs-types': 'Declare key and value with `__type`, and compile with `-g`.',
  'too-large': 'Make key and value smaller, or `max_entries` fewer.',
};

export const refused: Build<'map-refused'> = ({ details: { map, rule, reason } }) => ({
  title: 'One of its object’s maps cannot be made',
  what: `Before any program is loaded the object’s maps are made, and ${reason}.`,
  rule: 'Each kind of map has its own rules for sizes, entries and flags. When one map is refused, nothing of the object is loaded.',
  todo: REMEDIES[rule],
  error: `map ${map} is refused`,
});

export const unfilled: Build<'unfilled-map'> = (r, s) => ({
  title: 'A map’s address was never filled in',
  what: `${code(s.insn)} loads a map, and the object has no relocation that says which: what stands there is the number ${r.details.descriptor}, taken for a file descriptor.`,
  rule: 'A map is loaded by its descriptor, which the loader writes into the instruction where a relocation names the map.',
  todo: 'Name the map in the source, as `&map`, and keep the compiler’s relocations: strip the object with `llvm-strip -g`, which leaves them.',
  error: 'no map is named',
});
