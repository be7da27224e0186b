# Runs inside a kernel that may be attached to (busybox): reads iterator programs over a machine whose processes are known, and prints its
# description as a world and what each read() gave. See record.ts.
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null
mkdir -p /sys/fs/cgroup/a/b /sys/fs/cgroup/a/c /sys/fs/cgroup/d
cd /in
sleep 10000 & A=$!
( exec 7</proc/version 8</dev/null 9>/dev/zero; exec sleep 10001 ) & B=$!
/bin/node -e 'setInterval(()=>{},1e6)' & C=$!
sleep 4
echo $A > /sys/fs/cgroup/a/b/cgroup.procs
echo $B > /sys/fs/cgroup/d/cgroup.procs
{
  for p in tasks files areas long-lines again binary maps programs links buffers caches; do echo "$p.bpf.o 131072"; done
  for p in tasks files areas long-lines again binary; do echo "$p.bpf.o 100"; done
  echo "twins.bpf.o 131072"
  echo "paths.bpf.o 131072"
  echo "run after-null.bpf.o"
  echo "long-lines.bpf.o 10000"
  echo "too-long.bpf.o 131072"
  echo "too-long.bpf.o 4096"
  for p in tasks files areas; do
    echo "$p.bpf.o 4096 pid $C"; echo "$p.bpf.o 4096 tid $((C+1))"; echo "$p.bpf.o 4096 pid $B"; echo "$p.bpf.o 4096 tid $B"
  done
  echo "tasks.bpf.o 4096 pid 99999"
  echo "tasks.bpf.o 4096 tid 99999"
  echo "tasks.bpf.o 4096 pid $((C+1))"
  echo "tasks.bpf.o 4096 pid $B tid $B"
  echo "elements.bpf.o 4096 map counts"
  echo "elements.bpf.o 4096"
  echo "far-value.bpf.o 4096 map counts"
  echo "cgroups.bpf.o 4096"
  for o in 0 1 2 3 4 5; do echo "cgroups.bpf.o 4096 cgroup /sys/fs/cgroup/a $o"; done
  echo "cgroups.bpf.o 4096 cgroup /sys/fs/cgroup 2"
  echo "cgroups.bpf.o 4096 cgroup /sys/fs/cgroup/a/b 4"
  echo "cgroups.bpf.o 8 cgroup /sys/fs/cgroup/a 2"
} > /tmp/readings
iter-read < /tmp/readings 2>&1
