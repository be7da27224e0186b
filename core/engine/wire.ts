import { InputError, Unsupported } from '../base/errors.ts';
import { checkRequest, contract, requestNames } from './contract.ts';
import { Cancelled } from './control.ts';
import type { AbortLike, Control, Progress } from './control.ts';
import type { RequestName } from './contract.ts';
import type { PortLike } from './port.ts';
import { toPort } from './port.ts';
import type { EngineApi } from './protocol.ts';
import { int, ShapeError, record, text } from '../base/validate.ts';

/*
 * Messages, both plain objects with the protocol's version in `v`:
 *
 *     request  { v: 1, id, request: name, args: [...] }
 *     answer   { v: 1, id, value }  or  { v: 1, id, error: { name, message, reason, place, file } }
 *     cancel   { v: 1, id, cancel: true }       ends the request; its answer still comes
 *     progress { v: 1, id, progress: {...} }    before the answer, any number of times; each is acknowledged:
 *     taken    { v: 1, id, taken: true }
 */
const VERSION = 1;

/** An error as it crosses a port: data only. */
interface WireError {
  readonly name: string;
  readonly message: string;
  readonly file: string;
  readonly place: string;
  readonly reason: string;
}

/** Anything the engine's side failed with that is neither a bad input nor an unsupported feature. */
export class EngineError extends Error {
  constructor(
    message: string,
    /** The error's class name at the engine's side. */
    readonly kind: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

function toWire(error: unknown): WireError {
  const plain = { file: '', place: '', reason: '' };
  if (error instanceof InputError) {
    const { name, message, file, place, reason } = error;
    return { name, message, file, place, reason };
  }
  if (error instanceof Unsupported)
    return { ...plain, name: error.name, message: error.message, reason: error.feature, place: String(error.insn) };
  if (error instanceof Error) return { ...plain, name: error.name, message: error.message, reason: error.message };
  return { ...plain, name: 'Error', message: String(error), reason: String(error) };
}

function fromWire(error: WireError): Error {
  if (error.name === 'InputError') return new InputError(error.reason, error.place, error.file);
  if (error.name === 'Cancelled') return new Cancelled();
  if (error.name === 'Unsupported') return new Unsupported(error.reason, Number(error.place));
  return new EngineError(error.message, error.name);
}

const messageText = text(1_000_000);
const checkError = record<WireError>({
  name: messageText,
  message: messageText,
  file: messageText,
  place: messageText,
  reason: messageText,
});
const checkId = int(0, Number.MAX_SAFE_INTEGER);

const field = (message: unknown, name: string): unknown =>
  typeof message === 'object' && message !== null ? (message as Record<string, unknown>)[name] : undefined;

/** A request at the engine's side. */
class Running {
  readonly #listeners: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  #aborted = false;
  readonly control: Control;

  constructor(post: (progress: Progress) => unknown) {
    const { signal } = this;
    this.control = {
      signal,
      progress: (progress) =>
        new Promise((resolve) => {
          this.#waiting.push(resolve);
          post(progress);
        }),
    };
  }

  get signal(): AbortLike {
    const aborted = (): boolean => this.#aborted;
    return {
      get aborted() {
        return aborted();
      },
      addEventListener: (_type, listener) => void this.#listeners.push(listener),
    };
  }

  abort(): void {
    this.#aborted = true;
    for (const listener of this.#listeners.splice(0)) listener();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  taken(): void {
    this.#waiting.shift()?.();
  }
}

/**
 * Serves an engine over a port: one answer for each request, in the order in which the engine finishes them. What is not a request of this
 * protocol is answered with a `ShapeError` if it carries an id, and ignored otherwise. Returns a function that stops serving.
 */
export function serveEngine(like: PortLike, engine: EngineApi): () => void {
  const port = toPort(like);
  let open = true;
  const answer = (id: number, body: { value: unknown } | { error: WireError }): void => {
    if (!open) return;
    try {
      port.post({ v: VERSION, id, ...body });
    } catch (error) {
      // The value could not be cloned: say so instead of leaving the caller waiting.
      port.post({ v: VERSION, id, error: toWire(error) });
    }
  };
  const running = new Map<number, Running>();
  port.listen((message) => {
    const id = field(message, 'id');
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return;
    if (field(message, 'cancel') === true) return running.get(id)?.abort();
    if (field(message, 'taken') === true) return running.get(id)?.taken();
    if (running.has(id)) return answer(id, { error: toWire(new ShapeError('id', `request ${id} is under way`)) });
    const request = new Running((progress) => open && port.post({ v: VERSION, id, progress }));
    running.set(id, request);
    void (async () => {
      try {
        if (field(message, 'v') !== VERSION) throw new ShapeError('v', `this engine speaks version ${VERSION}`);
        const { name, args } = checkRequest(field(message, 'request'), field(message, 'args'));
        const call = engine[name] as (...args: unknown[]) => Promise<unknown>;
        answer(id, { value: await call.apply(engine, [...args, request.control]) });
      } catch (error) {
        answer(id, { error: toWire(error) });
      } finally {
        running.delete(id);
      }
    })();
  });
  const stop = (): void => {
    for (const request of running.values()) request.abort();
  };
  port.onClose(stop);
  return () => {
    open = false;
    stop();
    port.close();
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly control: Control | undefined;
}

/** The other end of an engine: the API itself, and the end of the connection. */
export interface EngineConnection extends EngineApi {
  /** Rejects what is still waiting, with this reason, and closes the port. Hosts call it when the engine's process died. */
  disconnect(reason: string): void;
}

/** Speaks to an engine over a port. Every method of the result sends one request; errors arrive as the classes they were thrown as. */
export function connectEngine(like: PortLike): EngineConnection {
  const port = toPort(like);
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = '';
  const disconnect = (reason: string): void => {
    if (closed !== '') return;
    closed = reason;
    for (const { reject } of waiting.values()) reject(new EngineError(reason, 'Disconnected'));
    waiting.clear();
    port.close();
  };
  port.listen((message) => {
    if (field(message, 'v') !== VERSION) return;
    const id = checkId(field(message, 'id'), 'answer.id');
    const call = waiting.get(id);
    if (call === undefined) return;
    const progress = field(message, 'progress');
    if (progress !== undefined) {
      const taken = (): void => {
        if (closed === '') port.post({ v: VERSION, id, taken: true });
      };
      void Promise.resolve(call.control?.progress?.(progress as Progress)).then(taken, taken);
      return;
    }
    waiting.delete(id);
    const error = field(message, 'error');
    if (error === undefined) return call.resolve(field(message, 'value'));
    try {
      call.reject(fromWire(checkError(error, 'answer.error')));
    } catch (bad) {
      call.reject(bad as Error);
    }
  });
  port.onClose(() => disconnect('the engine has gone'));
  const api: Partial<Record<RequestName, (...args: unknown[]) => Promise<unknown>>> = {};
  for (const request of requestNames) {
    api[request] = (...args) =>
      new Promise((resolve, reject) => {
        if (closed !== '') return reject(new EngineError(closed, 'Disconnected'));
        const id = nextId++;
        const wanted = contract[request].length;
        const control = args[wanted] as Control | undefined;
        if (control?.signal?.aborted === true) return reject(new Cancelled());
        waiting.set(id, { resolve, reject, control });
        control?.signal?.addEventListener('abort', () => {
          if (closed === '' && waiting.has(id)) port.post({ v: VERSION, id, cancel: true });
        });
        try {
          port.post({ v: VERSION, id, request, args: args.slice(0, wanted) });
        } catch (error) {
          waiting.delete(id);
          reject(error as Error);
        }
      });
  }
  return { ...(api as unknown as EngineApi), disconnect };
}
