import type { MapMemory } from './map-memory.ts';

/** Bytes that the kernel keeps before each record (struct bpf_ringbuf_hdr). */
const HEADER = 8;
const MAX_RECORD = 0xffff_ffff >>> 2;

// Questions of bpf_ringbuf_query.
const AVAILABLE = 0n;
const RING_SIZE = 1n;
const CONSUMER_POSITION = 2n;
const PRODUCER_POSITION = 3n;

/** A record that a program handed to user space. */
export interface RingRecord {
  readonly bytes: Uint8Array;
}

/** A ring buffer that nobody reads: what was submitted stays in it, and once it is full nothing more can be reserved. */
export class RingBuffer {
  /** What was submitted, oldest first. */
  readonly records: RingRecord[] = [];
  private produced = 0;
  private readonly reserved = new Map<bigint, number>();

  constructor(
    private readonly size: number,
    private readonly memory: MapMemory,
  ) {}

  /** Room for a record, zeroed; 0 when there is none. */
  reserve(size: number): bigint {
    const taken = Math.ceil((size + HEADER) / 8) * 8;
    if (size > MAX_RECORD || taken > this.size || this.produced + taken > this.size - 1) return 0n;
    this.produced += taken;
    const at = this.memory.allocate(Math.max(size, 1));
    this.reserved.set(at, size);
    return at;
  }

  /** Whether this is the start of a record that was reserved and not yet handed back. */
  owns(at: bigint): boolean {
    return this.reserved.has(at);
  }

  /** Hands a reserved record back: to user space, or to nobody. */
  commit(at: bigint, discarded: boolean): void {
    const size = this.reserved.get(at) ?? 0;
    if (!discarded) this.records.push({ bytes: this.memory.peek(at, size) });
    this.reserved.delete(at);
    this.memory.free(at);
  }

  query(what: bigint): bigint {
    switch (what) {
      case AVAILABLE:
      case PRODUCER_POSITION:
        return BigInt(this.produced);
      case RING_SIZE:
        return BigInt(this.size);
      case CONSUMER_POSITION:
      default:
        return 0n;
    }
  }
}
