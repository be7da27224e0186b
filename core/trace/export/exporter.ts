import type { LogSink } from '../../verifier/log-output.ts';

/** What can be had of a session that is exported. */
export interface ExportSource {
  /** The session as an `.iterscope` file. */
  archive(): Uint8Array;
  /** Hands the verifier's log to a sink, in slices: it verifies once more. */
  writeLog(level: 1 | 2, sink: LogSink, pause: () => boolean): Generator<undefined, unknown>;
}

/** A format that a session can be saved in. Menus, palette, help, protocol and commands offer what the list of them has (`index.ts`). */
export interface Exporter {
  /** How it is asked for: `--format ID`. */
  readonly id: string;
  /** What menus and the palette call the command that does it. */
  readonly title: string;
  /** What it is called in a row of formats. */
  readonly short: string;
  /** What it is, in the help's words. */
  readonly words: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** Whether it may be too large for one piece of memory: it is then saved piece by piece. */
  readonly streams: boolean;
  /**
   * Hands the file to `take` in pieces, which are the caller's to keep only until the next one.
   * @param pause true when the work is to be interrupted
   */
  write(
    source: ExportSource,
    take: (piece: Uint8Array) => void,
    pause: () => boolean,
  ): Generator<undefined, void, unknown>;
}
