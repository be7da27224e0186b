/** A memory access or call that the machine refuses. */
export class MachineFault extends Error {}
