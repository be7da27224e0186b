/** One reading of an iterator program. */
export interface Reading {
  readonly file: string;
  /** Bytes that each read() asked for. */
  readonly size: number;
  /** Words after the size: `pid 147`, `cgroup /sys/fs/cgroup/a 2`. */
  readonly parameters: readonly string[];
  /** Lines that the target adds to the link's fdinfo. */
  readonly fdinfo: string;
  /** Negative errno of the attachment, where it is refused. */
  readonly refused?: number;
  /** Of each read(): the bytes in hexadecimal, or the negative errno. */
  readonly reads: readonly (string | number)[];
}
