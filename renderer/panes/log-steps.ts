/**
 * Which lines of a verifier log tell which step: for each processed instruction, in that order, there is a line `12: (0f) r1 += r2 …`, or where a
 * path was found covered `12: safe` or `from 9 to 12: safe`.
 */
export class LogSteps {
  readonly #lineOfStep: Uint32Array;
  readonly #stepOfLine: ReadonlyMap<number, number>;

  private constructor(lines: Uint32Array, steps: ReadonlyMap<number, number>) {
    this.#lineOfStep = lines;
    this.#stepOfLine = steps;
  }

  /**
   * Reads a log beside the instruction of every step.
   * @returns null when the two do not tell the same walk (the log was cut, or is of something else)
   */
  static of(log: string, pcs: Uint32Array): LogSteps | null {
    const lines = new Uint32Array(pcs.length);
    const steps = new Map<number, number>();
    const pattern = /^(?:(\d+): (?:\([0-9a-f]{2}\) |safe$)|from \d+ to (\d+)[^:\n]*: safe$)?.*$/gm;
    let line = 0;
    let step = 0;
    for (let match = pattern.exec(log); match !== null; match = pattern.exec(log)) {
      line++;
      const pc = match[1] ?? match[2];
      if (pc !== undefined && step < pcs.length) {
        if (Number(pc) !== pcs[step]) return null;
        lines[step++] = line;
        steps.set(line, step);
      }
      // An empty line matches without moving on.
      if (match[0] === '') pattern.lastIndex++;
    }
    // An instruction at which the walk was given up (an endless loop, say) is counted but not printed.
    return step >= pcs.length - 1 ? new LogSteps(lines, steps) : null;
  }

  /** 1-based line of a 1-based step, 0 if there is none. */
  lineOf(step: number): number {
    return this.#lineOfStep[step - 1] ?? 0;
  }
  /** 1-based step that a line tells, 0 if it tells none. */
  stepOf(line: number): number {
    return this.#stepOfLine.get(line) ?? 0;
  }
}
