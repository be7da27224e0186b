# Runs inside a kernel that may be attached to (busybox): makes sockets of every kind (make-sockets), and reads iterator programs over them. Prints the
# machine as a world and what each read() gave. See record.ts.
cd /in
make-sockets /tmp/known &
sleep 6
export KNOWN_SOCKETS=/tmp/known
{
  for p in order-tcp order-udp order-unix order-netlink tcp udp unix netlink unix-long tcp-again unix-again tcp-big unix-big socket-files; do echo "$p.bpf.o 131072"; done
  for p in order-tcp order-udp order-unix order-netlink tcp udp unix netlink tcp-again unix-big; do echo "$p.bpf.o 100"; done
  for p in tcp udp unix netlink socket-files; do echo "$p.bpf.o 1000"; done
  for p in order-unix order-netlink; do echo "$p.bpf.o 7"; done
  echo "unix-long.bpf.o 4096"
  # Where there are no sockets.
  for p in tcp udp unix; do echo "$p.bpf.o 4096 net new"; done
} > /tmp/readings
iter-read < /tmp/readings 2>&1
