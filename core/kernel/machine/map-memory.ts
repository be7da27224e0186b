/** What a map needs from the machine: memory for its values. */
export interface MapMemory {
  allocate(size: number, writable?: boolean): bigint;
  /** Writes regardless of what the program may do there. */
  poke(address: bigint, bytes: Uint8Array): void;
  /** A copy of bytes. */
  peek(address: bigint, length: number): Uint8Array;
  free(address: bigint): void;
}
