# Runs inside a kernel that may be attached to (busybox): what bpf_seq_printf_btf and bpf_snprintf_btf write. See record.sh and record.ts.
cd /in
sleep 10000 &
su -s /bin/sh nobody -c 'sleep 10001' 2>/dev/null &
{
  echo "shown.bpf.o 32000 map cases"
  echo "shown-edges.bpf.o 32000 map cases"
  echo "shown-tasks.bpf.o 32000"
} > /tmp/readings
iter-read < /tmp/readings 2>&1
