/** Where a memory's bytes lie. */
export interface MemoryBacking {
  /** All bytes there are at the moment. */
  readonly buffer: ArrayBuffer;
  /**
   * Makes room for at least `length` bytes; what is new is zero. The buffer may be another one afterwards, and the one before may no longer be
   * read. @throws RangeError when there is no more memory
   */
  grow(length: number): void;
}

/** Bytes in an ArrayBuffer of their own. */
export function plainBacking(length = 0): MemoryBacking {
  let buffer = new ArrayBuffer(length);
  return {
    get buffer() {
      return buffer;
    },
    grow(needed) {
      if (needed <= buffer.byteLength) return;
      const grown = new ArrayBuffer(needed);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  };
}

/** What is needed of a `WebAssembly.Memory`, which the library that core is compiled with does not declare. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages; the buffer before is detached. */
  grow(pages: number): number;
}

/** Bytes of a page of WebAssembly's memory. */
export const WASM_PAGE = 0x10000;

/** Bytes that compiled code shares. */
export function wasmBacking(memory: WasmMemory): MemoryBacking {
  return {
    get buffer() {
      return memory.buffer;
    },
    grow(needed) {
      const lacking = needed - memory.buffer.byteLength;
      if (lacking > 0) memory.grow(Math.ceil(lacking / WASM_PAGE));
    },
  };
}
