// How parts of sentences are written.

/** Text with a capital at its beginning. */
export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

export const code = (text: string): string => `\`${text}\``;

/** `1 byte`, `8 bytes`. */
export const bytes = (n: number): string => (n === 1 ? '1 byte' : `${n} bytes`);

/** A signed number with a minus sign that reads as one. */
export const signed = (n: number): string => (n < 0 ? `−${-n}` : String(n));
