export type Access = 'read' | 'write';

/** A load, a store or a call's access of 1, 2, 4 or 8 bytes through the pointer in a register. */
export interface MemoryAccess {
  /** The register with the pointer. */
  readonly regno: number;
  /** The instruction's offset. */
  readonly off: number;
  readonly size: number;
  readonly access: Access;
  /** Register loaded or stored; -1 when none is (a store of an immediate, a call's access). */
  readonly value: number;
  /** Must be aligned, wherever it goes. */
  readonly strict: boolean;
  readonly signExtend: boolean;
}
