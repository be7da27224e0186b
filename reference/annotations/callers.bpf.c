// SPDX-License-Identifier: GPL-2.0-only
// Who may call which kernel function, and what each says to NULL in all of its arguments: the flags that it has.
#include "../iterscope.bpf.h"
LICENSE;

struct __sk_buff { int _; }; struct bpf_crypto_ctx { int _; }; struct bpf_crypto_params { int _; }; struct bpf_ct_opts { int _; }; struct bpf_dynptr { int _; }; struct bpf_key { int _; };
 struct bpf_sock_addr_kern { int _; }; struct bpf_sock_ops_kern { int _; };
struct bpf_sock_tuple { int _; }; struct bpf_tcp_req_attrs { int _; }; struct bpf_xfrm_state_opts { int _; }; struct cgroup { int _; }; struct cgroup_subsys_state { int _; }; struct dentry { int _; }; struct file { int _; };
struct nf_conn { int _; }; struct nf_conn___init { int _; }; struct prog_test_member { int _; }; struct prog_test_ref_kfunc { int _; }; struct sock { int _; }; struct sock_common { int _; }; struct tcp_sock { int _; };
struct xdp_md { int _; }; struct xfrm_state { int _; }; union nf_inet_addr { int _; }; struct bpf_iter_css_task { int _; }; struct bpf_wq { int _; };
enum nf_nat_manip_type { NF_NAT_MANIP_SRC }; enum xdp_rss_hash_type { XDP_RSS_TYPE_NONE };

extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt__str, const void *args, __u32 len__sz, void *aux__prog) __ksym __weak;
extern int bpf_cgroup_read_xattr(struct cgroup *cgroup, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_copy_from_user_task_dynptr(struct bpf_dynptr *dptr, __u32 off, __u32 size, const void *unsafe_ptr__ign, struct task_struct *tsk) __ksym __weak;
extern int bpf_copy_from_user_task_str_dynptr(struct bpf_dynptr *dptr, __u32 off, __u32 size, const void *unsafe_ptr__ign, struct task_struct *tsk) __ksym __weak;
extern struct bpf_crypto_ctx *bpf_crypto_ctx_acquire(struct bpf_crypto_ctx *ctx) __ksym __weak;
extern struct bpf_crypto_ctx *bpf_crypto_ctx_create(const struct bpf_crypto_params *params, __u32 params__sz, int *err) __ksym __weak;
extern void bpf_crypto_ctx_release(struct bpf_crypto_ctx *ctx) __ksym __weak;
extern int bpf_crypto_decrypt(struct bpf_crypto_ctx *ctx, const struct bpf_dynptr *src, const struct bpf_dynptr *dst, const struct bpf_dynptr *siv__nullable) __ksym __weak;
extern int bpf_crypto_encrypt(struct bpf_crypto_ctx *ctx, const struct bpf_dynptr *src, const struct bpf_dynptr *dst, const struct bpf_dynptr *siv__nullable) __ksym __weak;
extern int bpf_ct_change_status(struct nf_conn *nfct, __u32 status) __ksym __weak;
extern int bpf_ct_change_timeout(struct nf_conn *nfct, __u32 timeout) __ksym __weak;
extern struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *nfct_i) __ksym __weak;
extern void bpf_ct_release(struct nf_conn *nfct) __ksym __weak;
extern int bpf_ct_set_nat_info(struct nf_conn___init *nfct, union nf_inet_addr *addr, int port, enum nf_nat_manip_type manip) __ksym __weak;
extern int bpf_ct_set_status(const struct nf_conn___init *nfct, __u32 status) __ksym __weak;
extern void bpf_ct_set_timeout(struct nf_conn___init *nfct, __u32 timeout) __ksym __weak;
extern struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn___init *bpf_xdp_ct_alloc(struct xdp_md *xdp_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *xdp_ctx, struct bpf_sock_tuple *bpf_tuple, __u32 tuple__sz, struct bpf_ct_opts *opts, __u32 opts__sz) __ksym __weak;
extern int bpf_get_dentry_xattr(struct dentry *dentry, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_get_file_xattr(struct file *file, const char *name__str, struct bpf_dynptr *value_p) __ksym __weak;
extern int bpf_set_dentry_xattr(struct dentry *dentry, const char *name__str, const struct bpf_dynptr *value_p, int flags) __ksym __weak;
extern int bpf_remove_dentry_xattr(struct dentry *dentry, const char *name__str) __ksym __weak;
extern void bpf_key_put(struct bpf_key *bkey) __ksym __weak;
extern struct bpf_key *bpf_lookup_system_key(__u64 id) __ksym __weak;
extern struct bpf_key *bpf_lookup_user_key(__s32 serial, __u64 flags) __ksym __weak;
extern __u64 *bpf_session_cookie(void) __ksym __weak;
extern _Bool bpf_session_is_return(void) __ksym __weak;
extern int bpf_sk_assign_tcp_reqsk(struct __sk_buff *s, struct sock *sk, struct bpf_tcp_req_attrs *attrs, int attrs__sz) __ksym __weak;
extern int bpf_sock_addr_set_sun_path(struct bpf_sock_addr_kern *sa_kern, const __u8 *sun_path, __u32 sun_path__sz) __ksym __weak;
extern int bpf_sock_destroy(struct sock_common *sock) __ksym __weak;
extern int bpf_sock_ops_enable_tx_tstamp(struct bpf_sock_ops_kern *skops, __u64 flags) __ksym __weak;
extern struct xfrm_state *bpf_xdp_get_xfrm_state(struct xdp_md *ctx, struct bpf_xfrm_state_opts *opts, __u32 opts__sz) __ksym __weak;
extern void bpf_xdp_xfrm_state_release(struct xfrm_state *x) __ksym __weak;
extern int bpf_xdp_metadata_rx_hash(const struct xdp_md *ctx, __u32 *hash, enum xdp_rss_hash_type *rss_type) __ksym __weak;
extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx, __u64 *timestamp) __ksym __weak;
extern int bpf_xdp_metadata_rx_vlan_tag(const struct xdp_md *ctx, __be16 *vlan_proto, __u16 *vlan_tci) __ksym __weak;
extern int bpf_xdp_pull_data(struct xdp_md *x, __u32 len) __ksym __weak;
extern void css_rstat_flush(struct cgroup_subsys_state *css) __ksym __weak;
extern void css_rstat_updated(struct cgroup_subsys_state *css, int cpu) __ksym __weak;
extern void bpf_kfunc_call_memb_release(struct prog_test_member *p) __ksym __weak;
extern void bpf_kfunc_call_test_release(struct prog_test_ref_kfunc *p) __ksym __weak;
extern int bpf_fentry_test1(int a) __ksym __weak;
extern int bpf_modify_return_test_tp(int nonce) __ksym __weak;
extern __u32 tcp_slow_start(struct tcp_sock *tp, __u32 acked) __ksym __weak;
extern void bbr_init(struct sock *sk) __ksym __weak;
extern __u32 tcp_reno_ssthresh(struct sock *sk) __ksym __weak;
extern int bpf_iter_css_task_new(struct bpf_iter_css_task *it, struct cgroup_subsys_state *css, unsigned int flags) __ksym __weak;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym __weak;

void root(void)
{
	bpf_stream_vprintk_impl(0, 0, 0, 0, 0);
	bpf_cgroup_read_xattr(0, 0, 0);
	bpf_copy_from_user_task_dynptr(0, 0, 0, 0, 0);
	bpf_copy_from_user_task_str_dynptr(0, 0, 0, 0, 0);
	bpf_crypto_ctx_acquire(0);
	bpf_crypto_ctx_create(0, 0, 0);
	bpf_crypto_ctx_release(0);
	bpf_crypto_decrypt(0, 0, 0, 0);
	bpf_crypto_encrypt(0, 0, 0, 0);
	bpf_ct_change_status(0, 0);
	bpf_ct_change_timeout(0, 0);
	bpf_ct_insert_entry(0);
	bpf_ct_release(0);
	bpf_ct_set_nat_info(0, 0, 0, 0);
	bpf_ct_set_status(0, 0);
	bpf_ct_set_timeout(0, 0);
	bpf_skb_ct_alloc(0, 0, 0, 0, 0);
	bpf_skb_ct_lookup(0, 0, 0, 0, 0);
	bpf_xdp_ct_alloc(0, 0, 0, 0, 0);
	bpf_xdp_ct_lookup(0, 0, 0, 0, 0);
	bpf_get_dentry_xattr(0, 0, 0);
	bpf_get_file_xattr(0, 0, 0);
	bpf_set_dentry_xattr(0, 0, 0, 0);
	bpf_remove_dentry_xattr(0, 0);
	bpf_key_put(0);
	bpf_lookup_system_key(0);
	bpf_lookup_user_key(0, 0);
	bpf_session_cookie();
	bpf_session_is_return();
	bpf_sk_assign_tcp_reqsk(0, 0, 0, 0);
	bpf_sock_addr_set_sun_path(0, 0, 0);
	bpf_sock_destroy(0);
	bpf_sock_ops_enable_tx_tstamp(0, 0);
	bpf_xdp_get_xfrm_state(0, 0, 0);
	bpf_xdp_xfrm_state_release(0);
	bpf_xdp_metadata_rx_hash(0, 0, 0);
	bpf_xdp_metadata_rx_timestamp(0, 0);
	bpf_xdp_metadata_rx_vlan_tag(0, 0, 0);
	bpf_xdp_pull_data(0, 0);
	css_rstat_flush(0);
	css_rstat_updated(0, 0);
	bpf_kfunc_call_memb_release(0);
	bpf_kfunc_call_test_release(0);
	bpf_fentry_test1(0);
	bpf_modify_return_test_tp(0);
	tcp_slow_start(0, 0);
	bbr_init(0);
	tcp_reno_ssthresh(0);
	bpf_iter_css_task_new(0, 0, 0);
	bpf_wq_start(0, 0);
}

#define ZERO "r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0;"
#define CALLED(f) \
	ASM_IN("tc", f##_tc, ZERO "call " #f ";" RET0) \
	ASM_IN("xdp", f##_xdp, ZERO "call " #f ";" RET0) \
	ASM_IN("syscall", f##_syscall, ZERO "call " #f ";" RET0) \
	ASM_IN("iter/task", f##_iter, ZERO "call " #f ";" RET0) \
	ASM_IN("raw_tp", f##_raw_tp, ZERO "call " #f ";" RET0)
#define ASM_IN(sec, name, body) \
	SEC(sec) __naked int name(void) { asm volatile(body ::: "memory"); }

CALLED(bpf_stream_vprintk_impl)
CALLED(bpf_cgroup_read_xattr)
CALLED(bpf_copy_from_user_task_dynptr)
CALLED(bpf_copy_from_user_task_str_dynptr)
CALLED(bpf_crypto_ctx_acquire)
CALLED(bpf_crypto_ctx_create)
CALLED(bpf_crypto_ctx_release)
CALLED(bpf_crypto_decrypt)
CALLED(bpf_crypto_encrypt)
CALLED(bpf_ct_change_status)
CALLED(bpf_ct_change_timeout)
CALLED(bpf_ct_insert_entry)
CALLED(bpf_ct_release)
CALLED(bpf_ct_set_nat_info)
CALLED(bpf_ct_set_status)
CALLED(bpf_ct_set_timeout)
CALLED(bpf_skb_ct_alloc)
CALLED(bpf_skb_ct_lookup)
CALLED(bpf_xdp_ct_alloc)
CALLED(bpf_xdp_ct_lookup)
CALLED(bpf_get_dentry_xattr)
CALLED(bpf_get_file_xattr)
CALLED(bpf_set_dentry_xattr)
CALLED(bpf_remove_dentry_xattr)
CALLED(bpf_key_put)
CALLED(bpf_lookup_system_key)
CALLED(bpf_lookup_user_key)
CALLED(bpf_session_cookie)
CALLED(bpf_session_is_return)
CALLED(bpf_sk_assign_tcp_reqsk)
CALLED(bpf_sock_addr_set_sun_path)
CALLED(bpf_sock_destroy)
CALLED(bpf_sock_ops_enable_tx_tstamp)
CALLED(bpf_xdp_get_xfrm_state)
CALLED(bpf_xdp_xfrm_state_release)
CALLED(bpf_xdp_metadata_rx_hash)
CALLED(bpf_xdp_metadata_rx_timestamp)
CALLED(bpf_xdp_metadata_rx_vlan_tag)
CALLED(bpf_xdp_pull_data)
CALLED(css_rstat_flush)
CALLED(css_rstat_updated)
CALLED(bpf_kfunc_call_memb_release)
CALLED(bpf_kfunc_call_test_release)
CALLED(bpf_fentry_test1)
CALLED(bpf_modify_return_test_tp)
CALLED(tcp_slow_start)
CALLED(bbr_init)
CALLED(tcp_reno_ssthresh)
CALLED(bpf_iter_css_task_new)
CALLED(bpf_wq_start)
