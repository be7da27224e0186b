import { AS_IS, LogBytes } from '../../verifier/log-output.ts';
import type { Exporter } from './exporter.ts';

/** The kernel's verifier log of every path (level 2), byte for byte. */
export const log = {
  id: 'log',
  title: "Export the kernel's log",
  short: "kernel's log",
  words: "the kernel's log at level 2",
  extension: 'log',
  mediaType: 'text/plain',
  streams: true,
  *write(source, take, pause) {
    const bytes = new LogBytes(take, AS_IS);
    yield* source.writeLog(2, bytes, pause);
    bytes.flush();
  },
} as const satisfies Exporter;
