/** Flags of an update that are more than BPF_ANY. */
export const BPF_NOEXIST = 1n;
export const BPF_EXIST = 2n;
