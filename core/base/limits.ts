/** Largest file that is read, handed to the engine or made in one piece, bytes. */
export const MAX_FILE = 256 * 1024 * 1024;
/** Largest JSON of a world of the simulated machine, bytes. */
export const LARGEST_WORLD = 16 * 1024 * 1024;
