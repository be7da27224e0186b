import type { KfuncDescriptor } from '../descriptor.ts';

const text = (name: string, doc: string): KfuncDescriptor => ({ name: `bpf_${name}`, flags: 0, doc });

/** String functions: they read by probing, so any value will do as an address. */
export const STRINGS: readonly KfuncDescriptor[] = [
  text('strcmp', 'Compares two strings.'),
  text('strcasecmp', 'Compares two strings, upper and lower case alike.'),
  text('strchr', 'Position of a character.'),
  text('strchrnul', 'Position of a character, or of the end.'),
  text('strnchr', 'Position of a character within a length.'),
  text('strrchr', 'Position of the last such character.'),
  text('strlen', 'Length of a string.'),
  text('strnlen', 'Length of a string within a length.'),
  text('strspn', 'Length of the part that consists of accepted characters.'),
  text('strcspn', 'Length of the part before a rejected character.'),
  text('strstr', 'Position of a string in another.'),
  text('strnstr', 'Position of a string in another, within a length.'),
];
