import type { ArgType } from '../kernel/descriptor.ts';
import {
  CONST_PTR_TO_MAP,
  MEM_PERCPU,
  MEM_RCU,
  MEM_RINGBUF,
  PTR_TO_BTF_ID,
  PTR_TO_BUF,
  PTR_TO_CTX,
  PTR_TO_DYNPTR,
  PTR_TO_FUNC,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  PTR_TRUSTED,
  SCALAR,
} from './reg.ts';

/** Memory that a call may be handed. */
export const MEMORY: readonly number[] = [
  PTR_TO_STACK,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_MEM | MEM_RINGBUF,
  PTR_TO_BUF,
  PTR_TO_BTF_ID | PTR_TRUSTED,
];

const DYNPTR: readonly number[] = [PTR_TO_STACK, PTR_TO_DYNPTR];

/** Kinds of value that an argument accepts, in the order in which the kernel lists them. */
export const ACCEPTS: Readonly<Record<ArgType, readonly number[] | null>> = {
  anything: null,
  ctx: [PTR_TO_CTX],
  'ctx-or-null': [PTR_TO_CTX],
  'const-map-ptr': [CONST_PTR_TO_MAP],
  'map-key': MEMORY,
  'map-value': MEMORY,
  'uninit-map-value': MEMORY,
  mem: MEMORY,
  'rdonly-mem': MEMORY,
  'uninit-mem': MEMORY,
  'mem-or-null': MEMORY,
  'rdonly-mem-or-null': MEMORY,
  size: [SCALAR],
  'size-or-zero': [SCALAR],
  'alloc-size-or-zero': [SCALAR],
  func: [PTR_TO_FUNC],
  'stack-or-null': [PTR_TO_STACK],
  'const-str': [PTR_TO_MAP_VALUE],
  'btf-id': [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU],
  'long-ptr': MEMORY,
  'int-ptr': MEMORY,
  'percpu-btf-id': [
    PTR_TO_BTF_ID | MEM_PERCPU,
    PTR_TO_BTF_ID | MEM_PERCPU | MEM_RCU,
    PTR_TO_BTF_ID | MEM_PERCPU | PTR_TRUSTED,
  ],
  'ringbuf-mem': [PTR_TO_MEM | MEM_RINGBUF],
  dynptr: DYNPTR,
  'ringbuf-dynptr': DYNPTR,
  'new-local-dynptr': DYNPTR,
  'new-ringbuf-dynptr': DYNPTR,
  timer: [PTR_TO_MAP_VALUE],
  'kptr-field': [PTR_TO_MAP_VALUE],
  'released-kptr': [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU],
};

/** Arguments that are plain memory: how it came from a dynptr does not matter. */
export const isMemory = (arg: ArgType): boolean =>
  arg === 'mem' ||
  arg === 'rdonly-mem' ||
  arg === 'uninit-mem' ||
  arg === 'mem-or-null' ||
  arg === 'rdonly-mem-or-null' ||
  arg === 'long-ptr' ||
  arg === 'int-ptr';

/** Arguments for which NULL does as well. */
export const orNull = (arg: ArgType): boolean =>
  arg === 'mem-or-null' || arg === 'rdonly-mem-or-null' || arg === 'stack-or-null' || arg === 'ctx-or-null';
