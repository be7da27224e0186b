import type { Exporter } from './exporter.ts';

/** The trace itself: program, types, sources and every step, which opens on any machine as it was. */
export const iterscope = {
  id: 'iterscope',
  title: 'Export trace (.iterscope)',
  short: '.iterscope',
  words: 'the trace, which Iterscope opens',
  extension: 'iterscope',
  mediaType: 'application/zip',
  streams: false,
  *write(source, take) {
    yield;
    take(source.archive());
  },
} as const satisfies Exporter;
