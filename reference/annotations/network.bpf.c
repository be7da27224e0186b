// SPDX-License-Identifier: GPL-2.0-only
// Kernel functions for packets and sockets: contexts, sizes, an argument that may be NULL, objects that are not ready yet.
#include "annotations.bpf.h"

#define __kptr_ __attribute__((btf_type_tag("kptr")))
struct bpf_crypto_params { char type[14]; __u8 reserved[2]; char algo[128]; __u8 key[256]; __u32 key_len, authsize; };
struct bpf_crypto_ctx { int _; };
struct bpf_ct_opts { int netns_id; int error; __u8 l4proto, dir; __u16 ct_zone_id; __u8 ct_zone_dir; __u8 reserved[3]; };
struct bpf_sock_tuple { __u32 saddr, daddr; __u16 sport, dport; };
struct nf_conn { unsigned long status; } __attribute__((preserve_access_index));
struct nf_conn___init { struct nf_conn _; };
struct bpf_xfrm_state_opts { int error; int netns_id; __u32 mark; __u64 daddr[2]; __u32 spi; __u8 proto; __u16 family; };
struct xfrm_state { int _; };
struct sock { int _; };
struct bpf_tcp_req_attrs { __u32 w[6]; };
struct bpf_sock_addr_kern { int _; };
struct bpf_sock_ops_kern { int _; };

extern struct bpf_crypto_ctx *bpf_crypto_ctx_create(const struct bpf_crypto_params *params, __u32 params__sz, int *err) __ksym __weak;
extern struct bpf_crypto_ctx *bpf_crypto_ctx_acquire(struct bpf_crypto_ctx *ctx) __ksym __weak;
extern void bpf_crypto_ctx_release(struct bpf_crypto_ctx *ctx) __ksym __weak;
extern int bpf_crypto_encrypt(struct bpf_crypto_ctx *ctx, const struct bpf_dynptr *src, const struct bpf_dynptr *dst, const struct bpf_dynptr *siv__nullable) __ksym __weak;
extern struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *xdp_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *nfct_i) __ksym __weak;
extern void bpf_ct_release(struct nf_conn *nfct) __ksym __weak;
extern void bpf_ct_set_timeout(struct nf_conn___init *nfct, __u32 timeout) __ksym __weak;
extern int bpf_ct_change_timeout(struct nf_conn *nfct, __u32 timeout) __ksym __weak;
extern int bpf_ct_set_status(const struct nf_conn___init *nfct, __u32 status) __ksym __weak;
extern struct xfrm_state *bpf_xdp_get_xfrm_state(struct xdp_md *ctx, struct bpf_xfrm_state_opts *opts, __u32 opts__sz) __ksym __weak;
extern void bpf_xdp_xfrm_state_release(struct xfrm_state *x) __ksym __weak;
extern int bpf_xdp_pull_data(struct xdp_md *x, __u32 len) __ksym __weak;
extern int bpf_sk_assign_tcp_reqsk(struct __sk_buff *s, struct sock *sk, struct bpf_tcp_req_attrs *attrs, int attrs__sz) __ksym __weak;
extern int bpf_sock_addr_set_sun_path(struct bpf_sock_addr_kern *sa_kern, const __u8 *sun_path, __u32 sun_path__sz) __ksym __weak;
extern int bpf_sock_ops_enable_tx_tstamp(struct bpf_sock_ops_kern *skops, __u64 flags) __ksym __weak;
extern int bpf_dynptr_from_skb(struct __sk_buff *s, __u64 flags, struct bpf_dynptr *ptr__uninit) __ksym __weak;
extern int bpf_dynptr_from_xdp(struct xdp_md *x, __u64 flags, struct bpf_dynptr *ptr__uninit) __ksym __weak;

struct cipher { struct bpf_crypto_ctx __kptr_ *ctx; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct cipher); } ciphers SEC(".maps");
struct bpf_crypto_params params;
#define CIPHER int _c = 0; struct cipher *c = bpf_map_lookup_elem(&ciphers, &_c); if (!c) return 0
#define MAKE int err = 0; struct bpf_crypto_ctx *x = bpf_crypto_ctx_create(&params, sizeof params, &err); if (!x) return err

SYS(cipher_made, MAKE; bpf_crypto_ctx_release(x))
SYS(cipher_leaks, MAKE)
SYS(cipher_shared, MAKE; struct bpf_crypto_ctx *y = bpf_crypto_ctx_acquire(x); if (y) bpf_crypto_ctx_release(y); bpf_crypto_ctx_release(x))
SYS(cipher_kept, CIPHER; MAKE; x = bpf_kptr_xchg(&c->ctx, x); if (x) bpf_crypto_ctx_release(x))
SYS(cipher_params_too_large, int err = 0; struct bpf_crypto_ctx *x = bpf_crypto_ctx_create(&params, sizeof params + 1, &err); if (x) bpf_crypto_ctx_release(x))
SYS(cipher_without_error, struct bpf_crypto_ctx *x = bpf_crypto_ctx_create(&params, sizeof params, 0); if (x) bpf_crypto_ctx_release(x))
SYS(cipher_error_in_constants, static const int err; struct bpf_crypto_ctx *x = bpf_crypto_ctx_create(&params, sizeof params, (int *)&err); if (x) bpf_crypto_ctx_release(x))
SYS(cipher_in_section, bpf_rcu_read_lock(); int err = 0; struct bpf_crypto_ctx *x = bpf_crypto_ctx_create(&params, sizeof params, &err); bpf_rcu_read_unlock(); if (x) bpf_crypto_ctx_release(x))
IN("tc", cipher_not_in_tc, MAKE; bpf_crypto_ctx_release(x))
#define TWO struct bpf_dynptr s, d; VALUE; bpf_dynptr_from_mem(v, 32, 0, &s); bpf_dynptr_from_mem(v + 32, 32, 0, &d)
#define USED struct bpf_crypto_ctx *x = c->ctx; if (!x) return 0
IN("tc", encrypted, CIPHER; TWO; USED; seen = bpf_crypto_encrypt(x, &s, &d, 0))
IN("tc", encrypted_with_vector, CIPHER; TWO; struct bpf_dynptr i; bpf_dynptr_from_mem(v, 16, 0, &i); USED; seen = bpf_crypto_encrypt(x, &s, &d, &i))
IN("tc", encrypted_with_unmade_vector, CIPHER; TWO; struct bpf_dynptr i; USED; seen = bpf_crypto_encrypt(x, &s, &d, &i))
IN("tc", encrypted_with_number, CIPHER; TWO; USED; seen = bpf_crypto_encrypt(x, &s, &d, (void *)8))
IN("tc", encrypted_from_null, CIPHER; TWO; USED; seen = bpf_crypto_encrypt(x, 0, &d, 0))
IN("tc", encrypted_unchecked, CIPHER; TWO; seen = bpf_crypto_encrypt(c->ctx, &s, &d, 0))
IN("tc", encrypted_packet, CIPHER; struct bpf_dynptr s; USED; bpf_dynptr_from_skb(ctx, 0, &s); seen = bpf_crypto_encrypt(x, &s, &s, 0))
IN("xdp", encrypted_frame, CIPHER; struct bpf_dynptr s; USED; bpf_dynptr_from_xdp(ctx, 0, &s); seen = bpf_crypto_encrypt(x, &s, &s, 0))

#define TUPLE struct bpf_sock_tuple t = {}; struct bpf_ct_opts o = { .netns_id = -1 }
#define ALLOC TUPLE; struct nf_conn___init *n = bpf_skb_ct_alloc(ctx, &t, 12, &o, sizeof o); if (!n) return 0
IN("tc", entry_inserted, ALLOC; bpf_ct_set_timeout(n, 5); struct nf_conn *e = bpf_ct_insert_entry(n); if (e) bpf_ct_release(e))
IN("tc", entry_leaks, ALLOC; bpf_ct_set_timeout(n, 5))
IN("tc", entry_inserted_leaks, ALLOC; struct nf_conn *e = bpf_ct_insert_entry(n); if (e) seen = e->status)
IN("tc", entry_released_unready, ALLOC; bpf_ct_release((void *)n))
IN("tc", entry_changed_unready, ALLOC; bpf_ct_change_timeout((void *)n, 5); struct nf_conn *e = bpf_ct_insert_entry(n); if (e) bpf_ct_release(e))
IN("tc", entry_set_when_ready, ALLOC; struct nf_conn *e = bpf_ct_insert_entry(n); if (e) { bpf_ct_set_timeout((void *)e, 5); bpf_ct_release(e); })
IN("tc", entry_inserted_twice, ALLOC; struct nf_conn *e = bpf_ct_insert_entry(n); if (e) { e = bpf_ct_insert_entry((void *)e); if (e) bpf_ct_release(e); })
IN("tc", entry_used_after_insertion, ALLOC; struct nf_conn *e = bpf_ct_insert_entry(n); bpf_ct_set_status(n, 1); if (e) bpf_ct_release(e))
IN("tc", entry_found, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx, &t, 12, &o, sizeof o); if (e) { bpf_ct_change_timeout(e, 5); seen = e->status; bpf_ct_release(e); })
IN("tc", entry_written, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx, &t, 12, &o, sizeof o); if (e) bpf_ct_release((void *)e + 8))
IN("tc", tuple_too_long, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx, &t, 36, &o, sizeof o); if (e) bpf_ct_release(e))
IN("tc", options_null, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx, &t, 12, 0, 16); if (e) bpf_ct_release(e))
IN("tc", packet_as_stack, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup((void *)&t, &t, 12, &o, sizeof o); if (e) bpf_ct_release(e))
IN("tc", packet_inside, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx + 8, &t, 12, &o, sizeof o); if (e) bpf_ct_release(e))
IN("xdp", entry_found_at_driver, TUPLE; struct nf_conn *e = bpf_xdp_ct_lookup(ctx, &t, 12, &o, sizeof o); if (e) bpf_ct_release(e))
IN("xdp", frame_for_packet, TUPLE; struct nf_conn *e = bpf_skb_ct_lookup(ctx, &t, 12, &o, sizeof o); if (e) bpf_ct_release(e))
IN("xdp", state, struct bpf_xfrm_state_opts o = {}; struct xfrm_state *x = bpf_xdp_get_xfrm_state(ctx, &o, sizeof o); if (x) bpf_xdp_xfrm_state_release(x))
IN("xdp", state_leaks, struct bpf_xfrm_state_opts o = {}; struct xfrm_state *x = bpf_xdp_get_xfrm_state(ctx, &o, sizeof o))

struct frame { __u32 data, data_end; };
#define FRAME struct frame *f = ctx; __u8 *p = (void *)(long)f->data; if (p + 8 > (__u8 *)(long)f->data_end) return 0
IN("xdp", pulled, FRAME; seen = p[3]; bpf_xdp_pull_data(ctx, 8))
IN("xdp", pulled_and_used, FRAME; bpf_xdp_pull_data(ctx, 8); seen = p[3])
IN("xdp", pulled_and_read_again, FRAME; bpf_xdp_pull_data(ctx, 8); p = (void *)(long)f->data; if (p + 8 > (__u8 *)(long)f->data_end) return 0; seen = p[3])
static __noinl int pulls(void *ctx) { return bpf_xdp_pull_data(ctx, 8); }
IN("xdp", pulled_in_function, FRAME; pulls(ctx); seen = p[3])
IN("tc", assigned_nothing, struct bpf_tcp_req_attrs a = {}; seen = bpf_sk_assign_tcp_reqsk(ctx, 0, &a, sizeof a))
IN("tc", assigned_number, struct bpf_tcp_req_attrs a = {}; seen = bpf_sk_assign_tcp_reqsk(ctx, (void *)5, &a, sizeof a))
IN("cgroup/connect_unix", path_set, struct bpf_sock_addr_kern *k = bpf_cast_to_kern_ctx(ctx); __u8 b[8] = "/tmp/x"; bpf_sock_addr_set_sun_path(k, b, 7); return 1)
IN("cgroup/connect_unix", path_too_long, struct bpf_sock_addr_kern *k = bpf_cast_to_kern_ctx(ctx); __u8 b[8] = "/tmp/x"; bpf_sock_addr_set_sun_path(k, b, 9); return 1)
IN("cgroup/connect_unix", path_of_context, __u8 b[8] = "/tmp/x"; bpf_sock_addr_set_sun_path(ctx, b, 7); return 1)
IN("cgroup_skb/egress", path_of_packet, __u8 b[8] = "/tmp/x"; bpf_sock_addr_set_sun_path(bpf_cast_to_kern_ctx(ctx), b, 7); return 1)
IN("sockops", stamps, bpf_sock_ops_enable_tx_tstamp(bpf_cast_to_kern_ctx(ctx), 0); return 1)
IN("sockops", stamps_of_context, bpf_sock_ops_enable_tx_tstamp(ctx, 0); return 1)
IN("cgroup_skb/egress", stamps_of_packet, bpf_sock_ops_enable_tx_tstamp(bpf_cast_to_kern_ctx(ctx), 0); return 1)

#define CAST(sec, name) SEC(sec) int name(void *ctx) { __u64 *k = bpf_cast_to_kern_ctx(ctx); seen = *k; return 1; }
CAST("cgroup/connect_unix", kernel_address)
CAST("sockops", kernel_operation)
CAST("cgroup/sock_create", kernel_socket)
CAST("cgroup/dev", kernel_device)
CAST("cgroup/sysctl", kernel_sysctl)
CAST("cgroup/getsockopt", kernel_option)
CAST("sk_skb", kernel_stream)
CAST("sk_msg", kernel_message)
CAST("sk_reuseport", kernel_reuse)
CAST("sk_lookup", kernel_lookup)
CAST("lwt_in", kernel_in)
CAST("lwt_xmit", kernel_xmit)
CAST("lwt_seg6local", kernel_segment)
CAST("flow_dissector", kernel_flow)
CAST("netfilter", kernel_filter)
