/** What a verification counted; the last line of the kernel's log. */
export interface Counts {
  /** Instructions processed, along all paths. */
  readonly processed: number;
  readonly maxStatesPerInsn: number;
  readonly totalStates: number;
  readonly peakStates: number;
}

/** How a verification ended, in numbers. */
export interface Verdict extends Counts {
  /** 0 when accepted, else the kernel's negative errno; null when the model does not cover the program. */
  readonly errno: number | null;
  /** Why there is no verdict. */
  readonly unsupported?: string;
  /** Time that the verification took, in microseconds; 0 without a clock. */
  readonly timeUs: number;
}

export const NO_COUNTS: Counts = { processed: 0, maxStatesPerInsn: 0, totalStates: 0, peakStates: 0 };

/** The counts alone of something that has them. */
export const countsOf = ({ processed, maxStatesPerInsn, totalStates, peakStates }: Counts): Counts => ({
  processed,
  maxStatesPerInsn,
  totalStates,
  peakStates,
});

/** The numbers alone of a result that says more. */
export const verdictOf = (result: Verdict): Verdict => ({
  errno: result.errno,
  ...(result.unsupported === undefined ? {} : { unsupported: result.unsupported }),
  ...countsOf(result),
  timeUs: result.timeUs,
});
