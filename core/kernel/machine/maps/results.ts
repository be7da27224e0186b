/** Flags of an update. */
export const BPF_NOEXIST = 1n;
export const BPF_EXIST = 2n;

/** What operations on maps give back: negative errnos. */
export const NOT_FOUND = -2;
export const TOO_BIG = -7;
export const EXISTS = -17;
export const INVALID = -22;
export const NO_SPACE = -28;
