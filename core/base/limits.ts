/** Largest file that is read, handed to the engine or made in one piece, bytes. */
export const MAX_FILE = 256 * 1024 * 1024;
