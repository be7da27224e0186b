/** Checks a choice of yes or no that was kept. */
export const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
/** Checks a choice among some. */
export const oneOf =
  <T>(...all: readonly T[]) =>
  (value: unknown): T | null =>
    all.find((one) => one === value) ?? null;
