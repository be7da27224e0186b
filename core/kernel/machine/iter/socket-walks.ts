import type { PlacedSocket, Sockets } from '../world/place-sockets.ts';
import { HEADING } from './walk.ts';
import type { Entry, TargetInput, Walk } from './walk.ts';

/**
 * How the targets go through sockets. In which order a kernel has them depends on secrets that each machine hashes them with: the world's list
 * is in that order (`Sockets`), as far as it does not follow from what a socket is. Of TCP those that listen come first. While a socket is visited,
 * the kernel holds a reference to it.
 */
class SocketWalk implements Walk {
  /** The socket at hand; before the first one is the heading. */
  protected at = -1;

  constructor(
    protected readonly all: readonly PlacedSocket[],
    private readonly input: TargetInput,
    private readonly holds: boolean,
    private readonly words: (socket: PlacedSocket) => readonly bigint[],
    readonly last: Entry,
  ) {}

  start(): Entry | null {
    return this.at < 0 ? HEADING : this.here();
  }

  next(): Entry | null {
    this.hold(-1);
    this.at++;
    const entry = this.here();
    this.hold(1);
    return entry;
  }

  protected here(): Entry | null {
    const socket = this.all[this.at];
    return socket === undefined ? null : { words: this.words(socket), label: socket.label };
  }

  /** Takes a reference to the socket at hand, or gives it back. */
  protected hold(change: 1 | -1): void {
    const socket = this.all[this.at];
    const { memory } = this.input.kernel;
    if (socket === undefined || !this.holds) return;
    memory.fill('sock_common', socket.address, {
      [REFS]: memory.get('sock_common', socket.address, REFS) + BigInt(change),
    });
  }
}

const REFS = 'skc_refcnt.refs.counter';

/** `iter/unix`. When reading begins anew, the kernel goes on behind the place of its table where it was: sockets there that were not visited yet are left out. */
class UnixWalk extends SocketWalk {
  override start(): Entry | null {
    const socket = this.all[this.at];
    if (socket === undefined) return super.start();
    this.hold(-1);
    while (this.all[this.at]?.bucket === socket.bucket) this.at++;
    this.hold(1);
    return this.here();
  }
}

const withOwner = ({ address, uid }: PlacedSocket): readonly bigint[] => [address, BigInt(uid)];
const ended = (...words: readonly bigint[]): Entry => ({ words, label: 'no socket' });
const socketsOf = ({ kernel }: TargetInput): Sockets => kernel.sockets;

/** `iter/tcp`: those that listen, then the others. */
export const walkTcp = (input: TargetInput): Walk =>
  new SocketWalk(socketsOf(input).tcp, input, true, withOwner, ended(0n, 0n));

/** `iter/udp`, in the order of the kernel's table. */
export const walkUdp = (input: TargetInput): Walk =>
  new SocketWalk(
    socketsOf(input).udp,
    input,
    true,
    (socket) => [...withOwner(socket), BigInt(socket.bucket)],
    ended(0n, 0n, 0n),
  );

export const walkUnix = (input: TargetInput): Walk =>
  new UnixWalk(socketsOf(input).unix, input, true, withOwner, ended(0n, 0n));

/** `iter/netlink`: protocol after protocol. */
export const walkNetlink = (input: TargetInput): Walk =>
  new SocketWalk(socketsOf(input).netlink, input, false, ({ address }) => [address], ended(0n));
