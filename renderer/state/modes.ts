export const MODES = ['lesson', 'sandbox', 'traces', 'laboratory', 'summary'] as const;
export type Mode = (typeof MODES)[number];
