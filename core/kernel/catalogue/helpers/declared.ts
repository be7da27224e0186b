import type { ArgType, HelperDescriptor } from '../descriptor.ts';

type Traits = Pick<
  HelperDescriptor,
  'callback' | 'mightSleep' | 'needs' | 'pktAccess' | 'changesPacket' | 'retBounds' | 'btfStruct' | 'retStruct'
> & {
  readonly gpl?: boolean;
  readonly ret?: HelperDescriptor['ret'];
};

const declared = (
  id: number,
  name: string,
  args: readonly ArgType[],
  doc: string,
  { gpl = false, ret = 'integer', ...traits }: Traits = {},
): HelperDescriptor => ({ id, name, args, ret, gplOnly: gpl, doc, ...traits });

const changes = { changesPacket: true } as const;
const task = { btfStruct: 'task_struct' } as const;

/** Helpers that the verifier checks and the simulated machine does not run: for packets, stack traces, other kinds of maps. */
export const DECLARED: readonly HelperDescriptor[] = [
  declared(
    9,
    'skb_store_bytes',
    ['ctx', 'anything', 'rdonly-mem', 'size', 'anything'],
    'Writes into a packet.',
    changes,
  ),
  declared(
    10,
    'l3_csum_replace',
    ['ctx', 'anything', 'anything', 'anything', 'anything'],
    'Updates a checksum.',
    changes,
  ),
  declared(
    11,
    'l4_csum_replace',
    ['ctx', 'anything', 'anything', 'anything', 'anything'],
    'Updates a checksum.',
    changes,
  ),
  declared(13, 'clone_redirect', ['ctx', 'anything', 'anything'], 'Sends a copy of the packet elsewhere.', changes),
  declared(17, 'get_cgroup_classid', [], 'The class of the packet’s task, or of the current one.'),
  declared(18, 'skb_vlan_push', ['ctx', 'anything', 'anything'], 'Adds a VLAN tag.', changes),
  declared(19, 'skb_vlan_pop', ['ctx'], 'Takes a VLAN tag away.', changes),
  declared(22, 'perf_event_read', ['const-map-ptr', 'anything'], 'Reads a counter.', { gpl: true }),
  declared(23, 'redirect', ['anything', 'anything'], 'Sends the packet to another device.'),
  declared(24, 'get_route_realm', ['ctx'], 'The realm of the packet’s route.'),
  declared(
    25,
    'perf_event_output',
    ['ctx', 'const-map-ptr', 'anything', 'rdonly-mem', 'size-or-zero'],
    'Sends a record to user space.',
    { gpl: true },
  ),
  declared(26, 'skb_load_bytes', ['ctx', 'anything', 'uninit-mem', 'size'], 'Copies bytes of a packet.'),
  declared(
    28,
    'csum_diff',
    ['rdonly-mem-or-null', 'size-or-zero', 'rdonly-mem-or-null', 'size-or-zero', 'anything'],
    'Difference of two checksums.',
    { pktAccess: true },
  ),
  declared(
    27,
    'get_stackid',
    ['ctx', 'const-map-ptr', 'anything'],
    'The number under which a map keeps the call stack.',
    {
      gpl: true,
    },
  ),
  declared(32, 'skb_change_type', ['ctx', 'anything'], 'Changes the packet’s type.'),
  declared(34, 'get_hash_recalc', ['ctx'], 'The packet’s hash.'),
  declared(36, 'probe_write_user', ['anything', 'rdonly-mem', 'size'], 'Writes to user memory.', {
    gpl: true,
    needs: 'writesUserMemory',
  }),
  declared(38, 'skb_change_tail', ['ctx', 'anything', 'anything'], 'Makes the packet longer or shorter.', changes),
  declared(39, 'skb_pull_data', ['ctx', 'anything'], 'Makes bytes of the packet reachable.', changes),
  declared(
    37,
    'current_task_under_cgroup',
    ['const-map-ptr', 'anything'],
    'Whether the current task is in a cgroup of an array, or below it.',
  ),
  declared(40, 'csum_update', ['ctx', 'anything'], 'Adds to the packet’s checksum.'),
  declared(41, 'set_hash_invalid', ['ctx'], 'Forgets the packet’s hash.'),
  declared(43, 'skb_change_head', ['ctx', 'anything', 'anything'], 'Grows the packet’s head.', changes),
  declared(44, 'xdp_adjust_head', ['ctx', 'anything'], 'Moves the start of the data.', changes),
  declared(47, 'get_socket_uid', ['ctx'], 'The owner of the packet’s socket.'),
  declared(48, 'set_hash', ['ctx', 'anything'], 'Sets the packet’s hash.'),
  declared(50, 'skb_adjust_room', ['ctx', 'anything', 'anything', 'anything'], 'Grows or shrinks the packet.', changes),
  declared(51, 'redirect_map', ['const-map-ptr', 'anything', 'anything'], 'Sends the packet to an entry of a map.'),
  declared(54, 'xdp_adjust_meta', ['ctx', 'anything'], 'Moves the start of the metadata.', changes),
  declared(58, 'override_return', ['ctx', 'anything'], 'Makes the probed function return at once.', {
    gpl: true,
    needs: 'kprobeOverride',
  }),
  declared(65, 'xdp_adjust_tail', ['ctx', 'anything'], 'Moves the end of the packet.', changes),
  declared(67, 'get_stack', ['ctx', 'uninit-mem', 'size-or-zero', 'anything'], 'Copies the call stack.', {
    gpl: true,
    retBounds: 'length-or-errno',
  }),
  declared(
    68,
    'skb_load_bytes_relative',
    ['ctx', 'anything', 'uninit-mem', 'size', 'anything'],
    'Copies bytes of a packet.',
  ),
  declared(79, 'skb_cgroup_id', ['ctx'], 'The cgroup of the packet’s socket.'),
  declared(80, 'get_current_cgroup_id', [], 'The cgroup of the current task.'),
  declared(109, 'send_signal', ['anything'], 'Sends a signal to the current task.'),
  declared(122, 'get_netns_cookie', ['ctx-or-null'], 'The cookie of the network namespace.'),
  declared(123, 'get_current_ancestor_cgroup_id', ['anything'], 'An ancestor of the current task’s cgroup.'),
  declared(141, 'get_task_stack', ['btf-id', 'uninit-mem', 'size-or-zero', 'anything'], 'Copies a task’s call stack.', {
    retBounds: 'length-or-errno',
    ...task,
  }),
  declared(148, 'copy_from_user', ['uninit-mem', 'size-or-zero', 'anything'], 'Copies user memory; may sleep.', {
    mightSleep: true,
  }),
  declared(
    163,
    'check_mtu',
    ['ctx', 'anything', 'int-ptr', 'anything', 'anything'],
    'Whether a packet fits a device.',
    { gpl: true },
  ),
  declared(
    180,
    'find_vma',
    ['btf-id', 'anything', 'func', 'stack-or-null', 'anything'],
    'Calls a function with the area at an address.',
    { ...task, callback: { passes: { 1: 1, 3: 4 } } },
  ),
  declared(175, 'task_pt_regs', ['btf-id'], 'The registers of a task as they were when it entered the kernel.', {
    gpl: true,
    ret: 'btf-id',
    retStruct: 'pt_regs',
    ...task,
  }),
  declared(188, 'xdp_get_buff_len', ['ctx'], 'The packet’s length.'),
  declared(189, 'xdp_load_bytes', ['ctx', 'anything', 'uninit-mem', 'size'], 'Copies bytes of a packet.'),
  declared(190, 'xdp_store_bytes', ['ctx', 'anything', 'rdonly-mem', 'size'], 'Writes into a packet.'),
  declared(
    191,
    'copy_from_user_task',
    ['uninit-mem', 'size-or-zero', 'anything', 'btf-id', 'anything'],
    'Copies a task’s user memory; may sleep.',
    {
      gpl: true,
      mightSleep: true,
      ...task,
    },
  ),
  declared(
    195,
    'map_lookup_percpu_elem',
    ['const-map-ptr', 'map-key', 'anything'],
    'The value of a key on another CPU.',
    {
      ret: 'map-value-or-null',
      pktAccess: true,
    },
  ),
  declared(
    209,
    'user_ringbuf_drain',
    ['const-map-ptr', 'func', 'stack-or-null', 'anything'],
    'Calls a function for each record that user space put into a ring buffer.',
    { callback: { passes: { 2: 3 } } },
  ),
];
