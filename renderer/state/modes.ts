export const MODES = ['lesson', 'sandbox', 'traces', 'laboratory'] as const;
export type Mode = (typeof MODES)[number];
