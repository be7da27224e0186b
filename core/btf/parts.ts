/** The parts of a decoded blob; records may be sparse (offset 0: that id is not there). */
export interface BtfParts {
  readonly bytes: Uint8Array;
  /** Byte offset of each type's record, by id; 0 for void and for ids that are absent. */
  readonly offsets: Uint32Array;
  readonly strStart: number;
  readonly strEnd: number;
  readonly name: string;
  /** Set for trimmed BTF: absent ids are known to exist in the kernel they came from, which this names. */
  readonly trimmedFrom?: string;
  /** For trimmed BTF: `nameKey`s of types that were left out, ascending. */
  readonly leftOut?: Uint32Array;
}
