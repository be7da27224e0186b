import { E2BIG, EAGAIN } from '../../../base/errno.ts';
import type { SeqBuffer } from '../seq-buffer.ts';
import { HEADING } from './walk.ts';
import type { Entry, Walk } from './walk.ts';

/** One call of an iterator program. */
export interface IterCall {
  readonly kind: 'call';
  /** What its `meta.seq_num` said. */
  readonly seqNum: number;
  readonly entry: Entry;
  /** The last one, with NULL for its objects. */
  readonly atEnd: boolean;
  readonly returned: number;
  /** Bytes in the buffer before the call, and after it. */
  readonly before: number;
  readonly after: number;
  /** What it wrote did not fit: it was taken back, and the same object is called again when there is room. */
  readonly takenBack: boolean;
}

/** One `read()`. */
export interface IterRead {
  readonly kind: 'read';
  /** Bytes that were asked for. */
  readonly asked: number;
  /** Bytes given, 0 at the end, or a negative errno. */
  readonly given: number;
  /** Bytes that the buffer still holds for the next read. */
  readonly left: number;
}

export type IterEvent = IterCall | IterRead;

/** Objects after which the kernel stops filling the buffer, however little they wrote. */
const MAX_OBJECTS = 1_000_000;

/** What a file of an iterator stands on. */
export interface IterFileInput {
  readonly buffer: SeqBuffer;
  /** `meta.session_id`: it stays while the file is open. */
  readonly session: number;
  readonly walk: Walk;
  /** Runs the program on an object; gives its result, 0 or 1. */
  readonly call: (entry: Entry, seqNum: number) => number;
  /** Told of everything that happens, in order. */
  readonly onEvent?: (event: IterEvent) => void;
}

/**
 * The file that `bpf_iter_create` gives, or the opening of a pinned one: reading runs the program over the target's objects.
 *
 * Each reading first gives what an earlier one left in the buffer. Then the buffer is filled anew: object after object, until it holds as much as was
 * asked for. It has eight pages and does not grow. What a call writes and does not fit is taken back; its object is called again by the next
 * reading, or, if it is the first in the buffer, ends this one with E2BIG. At the end the program is called once more, with NULL.
 */
export class IterFile {
  /** Number of the object at hand: skipped ones do not count. */
  private seqNum = 0;
  private lastCallMade = false;
  /** Number of the first object: 1 where a heading comes before it. */
  private first = 0;

  constructor(private readonly input: IterFileInput) {}

  /** What the program writes into. While an event is told it is as the call left it. */
  get buffer(): SeqBuffer {
    return this.input.buffer;
  }

  get session(): number {
    return this.input.session;
  }

  /** Reads at most `size` bytes: none at the end; a negative errno where reading fails. */
  read(size: number): Uint8Array | number {
    const { buffer } = this.input;
    let given: Uint8Array | number;
    if (buffer.count > 0) given = this.take(size);
    else {
      buffer.from = 0;
      const error = this.fill(size);
      given = error === 0 ? this.take(size) : error;
    }
    const length = typeof given === 'number' ? given : given.length;
    this.input.onEvent?.({ kind: 'read', asked: size, given: length, left: buffer.count });
    return given;
  }

  private take(size: number): Uint8Array {
    const { buffer } = this.input;
    const length = Math.min(buffer.count, size);
    const bytes = buffer.bytes.slice(buffer.from, buffer.from + length);
    buffer.from += length;
    buffer.count -= length;
    return bytes;
  }

  /** Fills the empty buffer; 0, or a negative errno when nothing is in it. */
  private fill(size: number): number {
    const { walk, buffer } = this.input;
    let entry = walk.start();
    if (typeof entry === 'number') return entry;
    if (entry !== null) {
      const error = this.show(entry);
      if (error !== 0) return error;
      for (let objects = 1; ; objects++) {
        entry = walk.next();
        if (entry === null) break;
        this.seqNum++;
        if (buffer.count >= size) return 0;
        if (objects >= MAX_OBJECTS) return buffer.count === 0 ? EAGAIN : 0;
        const before = buffer.count;
        const failed = this.show(entry);
        if (failed !== 0) return before === 0 ? failed : 0;
      }
    }
    return this.finish();
  }

  /** Calls the program for an object; a negative errno when what it wrote is not kept. */
  private show(entry: Entry): number {
    const { buffer, call, walk, onEvent } = this.input;
    if (entry === HEADING) {
      this.first = 1;
      return 0;
    }
    const before = buffer.count;
    const seqNum = this.seqNum - this.first;
    const returned = call(entry, seqNum);
    const again = returned !== 0 && walk.ends?.() !== true;
    const takenBack = again || buffer.overflowed;
    const error = again ? EAGAIN : buffer.overflowed ? E2BIG : 0;
    onEvent?.({ kind: 'call', seqNum, entry, atEnd: false, returned, before, after: buffer.count, takenBack });
    if (takenBack) buffer.count = before;
    return error;
  }

  /** The last call, once, unless what it writes does not fit any more. */
  private finish(): number {
    const { buffer, call, walk, onEvent } = this.input;
    if (this.lastCallMade || walk.last === null) return 0;
    const before = buffer.count;
    const seqNum = this.seqNum - this.first;
    const returned = call(walk.last, seqNum);
    const takenBack = buffer.overflowed;
    onEvent?.({
      kind: 'call',
      seqNum,
      entry: walk.last,
      atEnd: true,
      returned,
      before,
      after: buffer.count,
      takenBack,
    });
    if (!takenBack) {
      this.lastCallMade = true;
      return 0;
    }
    buffer.count = before;
    return before === 0 ? E2BIG : 0;
  }
}
