// How links name entries. A name of the field is its own id wherever it can be one; the ids of rejections are their kinds.

/** Of a target of iterator programs: the structure that its programs get. */
export const contextId = (target: string): string => `bpf_iter__${target}`;

/** Of an open-coded iterator: its structure. */
export const iteratorId = (name: string): string => `bpf_iter_${name}`;
