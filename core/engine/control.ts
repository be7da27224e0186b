import type { SessionEntry } from './entry.ts';

/** The part of an `AbortSignal` that is used; core has no DOM. */
export interface AbortLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** How far a request is. */
export interface Progress {
  /** Programs done, of `total` known so far. */
  readonly done?: number;
  readonly total?: number;
  /** A program that was just opened. */
  readonly session?: SessionEntry;
  /** Text that is ready: of a terminal command, or of a log that is written out. */
  readonly output?: string;
  /** Steps that were found since the last time. */
  readonly steps?: Uint32Array;
  /** Bytes that are ready: of a file that is exported. */
  readonly piece?: Uint8Array;
}

/**
 * The last argument of every request, where wanted: how its caller ends it and follows it. A promise that `progress` returns holds the work up until it
 * is settled.
 */
export interface Control {
  readonly signal?: AbortLike;
  readonly progress?: (progress: Progress) => void | Promise<void>;
}

/** Thrown where a request was ended by its caller. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

/** Milliseconds of work before everything else gets its turn: half a frame. */
const SLICE = 8;

interface HostTimers {
  readonly setImmediate?: (turn: () => void) => unknown;
  readonly setTimeout?: (turn: () => void, ms: number) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null; close(): void };
    readonly port2: { postMessage(message: unknown): void };
  };
}

/** Lets the host look after everything that waits: other requests, above all. */
function othersTurn(): Promise<void> {
  const host = globalThis as HostTimers;
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) host.setImmediate(resolve);
    else if (host.MessageChannel !== undefined) {
      // Browsers hold timeouts back; messages come at once.
      const { port1, port2 } = new host.MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    } else host.setTimeout?.(resolve, 0);
  });
}

/** One request's work, done in slices. */
export class Task {
  #sliceEnd: number;
  #owed: Promise<void> | null = null;

  constructor(
    private readonly control: Control | undefined,
    private readonly now: () => number,
  ) {
    this.#sliceEnd = now() + SLICE;
  }

  get cancelled(): boolean {
    return this.control?.signal?.aborted === true;
  }

  /** True when somebody follows it. */
  get followed(): boolean {
    return this.control?.progress !== undefined;
  }

  /** Whether the slice is over, or whoever follows can't keep up: work is to be interrupted for `turn`. */
  readonly pause = (): boolean => this.#owed !== null || this.now() >= this.#sliceEnd;

  /** Tells how far it is. */
  tell(progress: Progress): void {
    const held = this.control?.progress?.(progress);
    if (held === undefined) return;
    const before = this.#owed;
    this.#owed = before === null ? held : Promise.all([before, held]).then(() => undefined);
  }

  /** Gives everything else its turn, if it is time. @throws Cancelled */
  async turn(): Promise<void> {
    const owed = this.#owed;
    this.#owed = null;
    if (owed !== null) await owed;
    else if (this.now() >= this.#sliceEnd) await othersTurn();
    if (this.cancelled) throw new Cancelled();
    this.#sliceEnd = this.now() + SLICE;
  }

  /** Drives work that pauses when `pause` says so, or offers to pause more often than others need a turn (`due`). @throws Cancelled */
  async drive<T>(work: Generator<undefined, T>, due?: () => boolean): Promise<T> {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      if (due === undefined || due()) await this.turn();
    }
  }
}

/** Does all of it at once. */
export function drain<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
