// Control characters but for tab and line feed, DEL, the C1 controls, and those that turn the direction of text: everything by which text can do more
// to a terminal, or to a reader, than stand there.
// eslint-disable-next-line no-control-regex -- these are what has to be found
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (char: string): string => {
  const code = char.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/**
 * Text with whatever a terminal would take for a command shown instead of sent: an escape character becomes `\x1b`. Everything that comes from a
 * file or from a kernel goes through here on its way to a terminal.
 */
export function printable(text: string): string {
  return text.search(UNPRINTABLE) < 0 ? text : text.replace(UNPRINTABLE, escaped);
}

/** JSON in one line, with the control characters that `JSON.stringify` lets through (DEL, C1) escaped as well. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.search(UNPRINTABLE) < 0
    ? text
    : text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
