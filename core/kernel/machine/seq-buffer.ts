/** Pages of the buffer of an iterator's file; it never grows. */
export const SEQ_BUFFER_PAGES = 8;

/** Bytes of that buffer. */
export const SEQ_BUFFER_SIZE = SEQ_BUFFER_PAGES * 4096;

/**
 * The buffer that an iterator program writes into (`struct seq_file`, filled by `bpf_seq_printf` and `bpf_seq_write`). What does not fit marks it
 * as overflowed; nothing of it is kept.
 */
export class SeqBuffer {
  readonly bytes = new Uint8Array(SEQ_BUFFER_SIZE);
  /** Bytes in it. */
  count = 0;
  /** Where those begin that nobody has read yet. */
  from = 0;
  /** Bytes of it that were whole when it overflowed. */
  private whole = 0;
  /** Address of the `struct seq_file` that programs are given. */
  readonly address: bigint;

  constructor(address: bigint) {
    this.address = address;
  }

  /** Bytes of it that are whole: what does not fit counts, and is not in it. */
  get kept(): number {
    return this.overflowed ? this.whole : this.count;
  }

  get overflowed(): boolean {
    return this.count === this.bytes.length;
  }

  /** Adds bytes; false where they would fill it up or more. */
  write(bytes: Uint8Array): boolean {
    if (this.count + bytes.length >= this.bytes.length) {
      this.whole = this.kept;
      this.count = this.bytes.length;
      return false;
    }
    this.bytes.set(bytes, this.count);
    this.count += bytes.length;
    return true;
  }
}
