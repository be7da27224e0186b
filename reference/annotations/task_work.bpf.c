// SPDX-License-Identifier: GPL-2.0-only
// Work that a task does for the program: __map and __prog, a trusted task, a place in a map's value, and a function that is called later.
#include "annotations.bpf.h"

struct bpf_task_work { __u64 __opaque; } __attribute__((aligned(8)));
typedef int (*bpf_task_work_callback_t)(struct bpf_map *map, void *key, void *value);
extern int bpf_task_work_schedule_signal_impl(struct task_struct *task, struct bpf_task_work *tw, void *map__map, bpf_task_work_callback_t callback, void *aux__prog) __ksym __weak;
extern int bpf_task_work_schedule_resume_impl(struct task_struct *task, struct bpf_task_work *tw, void *map__map, bpf_task_work_callback_t callback, void *aux__prog) __ksym __weak;

struct job { __u64 n; struct bpf_task_work tw; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, int); __type(value, struct job); } jobs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, int); __type(value, struct job); } others SEC(".maps");
#define JOB int _k = 0; struct job *j = bpf_map_lookup_elem(&jobs, &_k); if (!j) return 0
#define CURRENT_TASK bpf_get_current_task_btf()
#define SIGNAL(task, callback) seen = bpf_task_work_schedule_signal_impl(task, &j->tw, &jobs, callback, 0)
#define CALLBACK(name, ...) static __noinl int name(struct bpf_map *map, void *key, void *value) { struct job *j = value; __VA_ARGS__; return 0; }

CALLBACK(counts, j->n++)
CALLBACK(sleeps, char b[8]; j->n = bpf_copy_from_user_str(b, 8, 0, 0))
CALLBACK(any_result, return bpf_get_prandom_u32())
CALLBACK(leaks, struct task_struct *p = bpf_task_from_pid(1); if (p) j->n = p->pid)
CALLBACK(again, SIGNAL(CURRENT_TASK, again))
CALLBACK(counts_map, j->n = map->max_entries + *(int *)key)
CALLBACK(writes_work, *(volatile __u64 *)&j->tw = 0)
static __noinl long wide(struct bpf_map *map, void *key, void *value) { return ((long)bpf_get_prandom_u32() << 32) | 1; }

#define SCHEDULED(name, callback) IN("tp_btf/task_newtask", name, JOB; SIGNAL(CURRENT_TASK, callback))
SCHEDULED(counted, counts)
SCHEDULED(sleeping, sleeps)
SCHEDULED(any, any_result)
SCHEDULED(leaking, leaks)
SCHEDULED(rescheduled, again)
SCHEDULED(with_map, counts_map)
SCHEDULED(work_written, writes_work)
SCHEDULED(wide_result, (bpf_task_work_callback_t)wide)
SCHEDULED(no_function, 0)
IN("tp_btf/task_newtask", resumed, JOB; seen = bpf_task_work_schedule_resume_impl(CURRENT_TASK, &j->tw, &jobs, counts, 0))
IN("tp_btf/task_newtask", given_task, JOB; SIGNAL((void *)*(__u64 *)ctx, counts))
IN("tp_btf/task_newtask", parent, JOB; SIGNAL((void *)G(CURRENT_TASK)->real_parent, counts))
IN("tp_btf/task_newtask", other_map, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, &others, counts, 0))
IN("tp_btf/task_newtask", no_map, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, 0, counts, 0))
IN("tp_btf/task_newtask", value_as_map, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, j, counts, 0))
IN("tp_btf/task_newtask", elsewhere, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, (void *)&j->n, &jobs, counts, 0))
IN("tp_btf/task_newtask", somewhere, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, (void *)j + (bpf_get_prandom_u32() & 8), &jobs, counts, 0))
IN("tp_btf/task_newtask", on_stack, struct bpf_task_work tw = {}; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &tw, &jobs, counts, 0))
IN("tp_btf/task_newtask", unchecked, int k = 0; struct job *j = bpf_map_lookup_elem(&jobs, &k); SIGNAL(CURRENT_TASK, counts))
IN("tp_btf/task_newtask", no_task, JOB; SIGNAL(0, counts))
IN("tp_btf/task_newtask", program_given, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, &jobs, counts, j))
IN("tp_btf/task_newtask", function_as_value, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, &jobs, (void *)j, 0))
IN("tp_btf/task_newtask", function_as_task, JOB; seen = bpf_task_work_schedule_signal_impl(CURRENT_TASK, &j->tw, &jobs, (void *)CURRENT_TASK, 0))
SYS(in_syscall, JOB; SIGNAL(CURRENT_TASK, counts))
SYS(acquired_task, JOB; TASK; SIGNAL(p, counts); bpf_task_release(p))
SYS(acquired_task_unchecked, JOB; struct task_struct *p = bpf_task_from_pid(1); SIGNAL(p, counts); if (p) bpf_task_release(p))
IN("raw_tp", in_raw_tp, JOB; SIGNAL(CURRENT_TASK, counts))
IN("perf_event", in_perf_event, JOB; SIGNAL(CURRENT_TASK, counts))
IN("kprobe/x", in_kprobe, JOB; SIGNAL(CURRENT_TASK, counts))
IN("tc", in_tc, JOB; SIGNAL(CURRENT_TASK, counts))
