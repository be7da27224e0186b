/**
 * Arguments of raw tracepoints that may be NULL, by position (the tracepoint's private first argument not counted). The kernel keeps such a
 * list because its BTF does not tell; this one is what Linux 6.18 answers for each of the tracepoints in its BTF.
 */
const MAYBE_NULL: readonly (readonly [args: readonly number[], tracepoints: string])[] = [
  [
    [0],
    `mm_collapse_huge_page_isolate mm_page_alloc mm_page_alloc_zone_locked mm_page_pcpu_drain tmigr_update_events
    xfs_blockgc_flush_all xfs_blockgc_start xfs_blockgc_stop xfs_blockgc_worker xfs_defer_add_item
    xfs_defer_cancel_item xfs_defer_cancel_list xfs_defer_create_intent xfs_defer_finish_item
    xfs_defer_isolate_paused xfs_defer_item_pause xfs_defer_item_unpause xfs_defer_pending_abort
    xfs_defer_pending_finish xfs_defer_relog_intent xfs_fs_sync_fs xfs_inodegc_flush xfs_inodegc_push
    xfs_inodegc_queue xfs_inodegc_start xfs_inodegc_stop xfs_inodegc_throttle`,
  ],
  [[0, 1], `tcp_send_reset`],
  [
    [1],
    `break_lease_block break_lease_noblock break_lease_unblock ext4_mballoc_discard ext4_mballoc_free fcntl_setlk
    flock_lock_inode folio_wait_writeback generic_delete_lease hugetlbfs_alloc_inode locks_remove_posix
    mm_khugepaged_collapse_file mm_khugepaged_scan_file mm_khugepaged_scan_pmd posix_lock_inode sched_pi_setprio
    time_out_leases writeback_dirty_folio xfs_blockgc_free_space xfs_ioc_free_eofblocks`,
  ],
  [
    [2],
    `fib_table_lookup sched_stick_numa sched_swap_numa tcp_sendmsg_locked xfs_btree_overlapped_query_range
    xfs_btree_updkeys`,
  ],
  [[3], `kfree_skb qdisc_dequeue`],
  [[4], `xfs_map_blocks_alloc xfs_map_blocks_found`],
];

const BY_NAME: ReadonlyMap<string, readonly number[]> = new Map(
  MAYBE_NULL.flatMap(([args, names]) => names.split(/\s+/).map((name) => [name, args] as const)),
);

/** Whether argument `arg` of a tracepoint may be NULL. */
export function mayBeNull(tracepoint: string, arg: number): boolean {
  return BY_NAME.get(tracepoint)?.includes(arg) ?? false;
}
