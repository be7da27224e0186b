const DEFAULT_STEP_LIMIT = 2 ** 40;

/** Instructions between two questions of whether to go on. */
const SLICE = 250_000;

/** How long a run may go on. */
export class Budget {
  private stepLimit = DEFAULT_STEP_LIMIT;
  private until: (() => string | null) | null = null;
  /** Executed instructions at which `spent` is to be asked. */
  limit = DEFAULT_STEP_LIMIT;

  /** Begins anew: instructions are counted from 0. */
  begin(stepLimit: number = DEFAULT_STEP_LIMIT, until: (() => string | null) | null = null): void {
    this.stepLimit = stepLimit;
    this.until = until;
    this.limit = this.nextLimit(0);
  }

  /** Why the run is to end after so many instructions; null when it may go on, up to the new `limit`. */
  spent(executed: number): string | null {
    if (executed >= this.stepLimit) return 'it may never end';
    const why = this.until?.() ?? null;
    if (why === null) this.limit = this.nextLimit(executed);
    return why;
  }

  private nextLimit(executed: number): number {
    return this.until === null ? this.stepLimit : Math.min(this.stepLimit, executed + SLICE);
  }
}
