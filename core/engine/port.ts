/** One end of a two-way channel of structured-cloneable messages. */
export interface Port {
  post(message: unknown): void;
  /** Registers the one listener and lets messages flow. */
  listen(handler: (message: unknown) => void): void;
  /** Called when the other end is gone, where the host can tell. */
  onClose(handler: () => void): void;
  close(): void;
}

/**
 * What hosts offer, structurally: a browser's MessagePort or Worker (or a worker's `self`), a worker_threads MessagePort, Electron's
 * MessagePortMain and `process.parentPort`.
 */
export interface PortLike {
  postMessage(message: unknown): void;
  addEventListener?: unknown;
  on?: unknown;
  start?: unknown;
  close?: unknown;
  terminate?: unknown;
}

type Listen = (name: string, handler: (event: unknown) => void) => void;

// Browser and Electron events carry the message in `data`; worker_threads hands it over bare. Our messages are objects with `v`, so the two
// cannot be mixed up.
const unwrap = (event: unknown): unknown =>
  typeof event === 'object' && event !== null && 'data' in event && !('v' in event)
    ? (event as { data: unknown }).data
    : event;

/** Wraps a host's port. */
export function toPort(like: PortLike): Port {
  const listenTo = (like.on ?? like.addEventListener) as Listen | undefined;
  if (typeof listenTo !== 'function')
    throw new TypeError('not a message port: it has neither on() nor addEventListener()');
  return {
    post: (message) => like.postMessage(message),
    listen(handler) {
      listenTo.call(like, 'message', (event) => handler(unwrap(event)));
      if (typeof like.start === 'function') (like.start as () => void).call(like);
    },
    onClose(handler) {
      listenTo.call(like, 'close', () => handler());
    },
    close() {
      const end = like.close ?? like.terminate;
      if (typeof end === 'function') (end as () => void).call(like);
    },
  };
}
