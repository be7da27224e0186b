/** Nanoseconds of a tick of the clock: 250 are a second. */
const TICK_NS = 4_000_000n;

/** The ticks that a clock in nanoseconds has counted. */
export const ticksOf = (nanoseconds: bigint): bigint => nanoseconds / TICK_NS;
