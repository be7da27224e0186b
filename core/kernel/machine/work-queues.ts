import { EBUSY, EINVAL } from '../../base/errno.ts';
import { Unsupported } from '../../base/errors.ts';

/** A function of the program that a work queue item calls, as whatever runs the program calls it. */
export interface WorkFunction {
  readonly lo: number;
  readonly hi: number;
  readonly call: (lo: number, hi: number, args: readonly bigint[]) => bigint;
}

/** What lies around a `struct bpf_wq`: its map, the element's key and the element's value. */
export interface WorkPlace {
  readonly map: bigint;
  readonly key: Uint8Array;
  readonly value: bigint;
}

interface Item {
  readonly place: WorkPlace;
  work: WorkFunction | null;
  queued: boolean;
}

/**
 * What programs leave for later (`struct bpf_wq` in the values of maps), by the address of the item. The kernel calls it in a thread of its own, soon;
 * here it is called when the program is over, in the order in which it was queued, so that a run repeats exactly. An item that is queued already is
 * not queued again; one whose function is running is.
 */
export class WorkQueues {
  readonly #items = new Map<number, Item>();
  #queue: Item[] = [];

  /** `bpf_wq_init`: 0, or a negative errno. */
  init(address: number, place: WorkPlace, flags: number): number {
    if (flags !== 0) return EINVAL;
    if (this.#items.has(address)) return EBUSY;
    this.#items.set(address, { place, work: null, queued: false });
    return 0;
  }

  /** `bpf_wq_set_callback_impl`. */
  set(address: number, work: WorkFunction, flags: number): number {
    const item = this.#items.get(address);
    if (flags !== 0 || item === undefined) return EINVAL;
    item.work = work;
    return 0;
  }

  /** `bpf_wq_start`. */
  start(address: number, flags: number): number {
    const item = this.#items.get(address);
    if (flags !== 0 || item === undefined || item.work === null) return EINVAL;
    if (!item.queued) this.#queue.push(item);
    item.queued = true;
    return 0;
  }

  /**
   * An element was written anew, and its item is gone with what it was.
   * @throws Unsupported for one that is queued: whether its function is still called is a race in the kernel
   */
  forget(address: number): void {
    if (this.#items.get(address)?.queued === true)
      throw new Unsupported('writing an element anew whose work is queued');
    this.#items.delete(address);
  }

  /** The next work to be done, which is queued no more; null when there is none. */
  take(): { readonly place: WorkPlace; readonly work: WorkFunction } | null {
    const item = this.#queue.shift();
    if (item === undefined || item.work === null) return null;
    item.queued = false;
    return { place: item.place, work: item.work };
  }

  /** A run that ended early leaves no work. */
  clear(): void {
    for (const item of this.#queue) item.queued = false;
    this.#queue = [];
  }
}
