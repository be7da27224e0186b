# Runs inside a kernel that may be attached to (busybox), as record.sh does: symbols, routes, elements of per-CPU maps and of maps of sockets, pid namespaces, pidfds. One
# reading is made by a process of a namespace of its own. Programs run on the first CPU.
cd /in
ip -6 addr add fd00::1/64 dev lo
# A network that has nothing to say while it is read.
for f in router_solicitations dad_transmits accept_dad; do echo 0 > /proc/sys/net/ipv6/conf/default/$f; done
ip link add two type netkit
ip link set two up
ip link set nk0 up
ip -6 addr add fd00:0:0:2::1/64 dev two
mkfifo /tmp/go
sleep 10000 & A=$!
unshare -p -f sh -c 'sleep 10001 & unshare -p -f sh -c "sleep 10002 & exec sleep 10003" & read x < /tmp/go; exec taskset 1 iter-read - < /tmp/inside' > /tmp/out 2>&1 &
/bin/node -e 'setInterval(()=>{},1e6)' & C=$!
sleep 15
ip -6 route add fd01::/48 via fd00:0:0:2::2 dev two metric 77
ip -6 route add default via fd00:0:0:2::9 dev two
for p in /proc/[0-9]*; do tr '\0' ' ' < $p/cmdline | grep -q '^sleep 10001 $' && S=${p#/proc/}; done
{
  echo "ksyms.bpf.o 131072"
  echo "ksyms.bpf.o 3000"
  echo "routes.bpf.o 4096"
  echo "routes.bpf.o 100"
  for m in numbers table recent; do echo "cpus.bpf.o 4096 map $m"; done
  echo "cpus.bpf.o 16 map numbers"
  echo "far-cpus.bpf.o 4096 map numbers"
  for f in sockmap far-key; do for m in places table numbers; do echo "$f.bpf.o 4096 map $m"; done; done
  echo "sockmap.bpf.o 20 map places"
  echo "sockmap.bpf.o 4096"
  for f in sk-storage far-mark; do for m in marks numbers; do echo "$f.bpf.o 4096 map $m"; done; done
  echo "sk-storage.bpf.o 4096"
  for f in session session-links session; do echo "$f.bpf.o 4096"; done
  echo "namespaces.bpf.o 32000"
  echo "tasks.bpf.o 4096 pidfd $C"
  echo "tasks.bpf.o 4096 pidfd $((C+1))"
  echo "tasks.bpf.o 4096 pidfd 99999"
  echo "tasks.bpf.o 4096 pidfd $C pid $C"
  echo "tasks.bpf.o 4096 pidfd $C tid $C"
  echo "tasks.bpf.o 4096 pidfd 99999 tid $C"
  echo "files.bpf.o 4096 pidfd $A"
  echo "areas.bpf.o 4096 pidfd $A"
} > /tmp/readings
{
  echo "namespaces.bpf.o 32000 reader $S"
  echo "namespaces.bpf.o 32000 reader $S pid 2"
  echo "namespaces.bpf.o 32000 reader $S tid 4"
  echo "namespaces.bpf.o 32000 reader $S pid $S"
  echo "namespaces.bpf.o 32000 reader $S pidfd 2"
} > /tmp/inside
taskset 1 iter-read describe-objects.mjs < /tmp/readings 2>&1
echo x > /tmp/go
sleep 15
cat /tmp/out
