import { sameBytes } from '../base/bytes.ts';
import { errnoName } from '../base/errno.ts';
import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { CGROUP_ORDERS } from '../kernel/machine/iter/object-walks.ts';
import type { CgroupOrder } from '../kernel/machine/iter/object-walks.ts';
import type { IterEvent, IterFile } from '../kernel/machine/iter/seq-file.ts';
import { IterSessions } from '../kernel/machine/iter/sessions.ts';
import type { Entry, LinkInfo } from '../kernel/machine/iter/walk.ts';
import { SEQ_BUFFER_PAGES, SEQ_BUFFER_SIZE } from '../kernel/machine/seq-buffer.ts';
import type { World } from '../kernel/machine/world/schema.ts';
import type { KernelModel } from '../kernel/model.ts';
import type {
  CallCount,
  IteratorOffer,
  IteratorView,
  ReadSettings,
  SeqCall,
  SeqEvent,
} from '../trace/views/seq-file-view.ts';
import type { ReadFacts } from '../lesson/index.ts';
import { CallFault, IteratorProgram, targetOf } from '../vm/iterator-program.ts';
import { numericConstants } from '../elf/globals.ts';
import type { Runnable } from './run.ts';
import { entityKey, worldView } from './world-rows.ts';

/** Calls and reads that are kept. */
const MAX_EVENTS = 20_000;
/** Bytes that calls may write in all. */
const MAX_WRITTEN = 16 * 1024 * 1024;
/** Objects of the machine that are shown. */
const MAX_ENTITIES = 20_000;
/** Instructions of one call after which it is stopped. */
const STEP_LIMIT = 100_000_000;

/** What a program can be read with; undefined for one that is no iterator program. */
export function iteratorOffer(
  program: BpfProgram,
  object: BpfObject,
  kernel: KernelModel,
  world: World,
): IteratorOffer | undefined {
  let target: ReturnType<typeof targetOf>;
  try {
    target = targetOf(program, kernel);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
  const { name, doc, parameters = null, walk } = target;
  return {
    target: name,
    doc,
    parameters,
    maps: parameters === 'map' ? object.maps.map((map) => map.name) : [],
    orders: parameters === 'cgroup' ? Object.keys(CGROUP_ORDERS) : [],
    cgroups: parameters === 'cgroup' ? world.cgroups.map(({ path }) => path) : [],
    constants: parameters === 'task' ? numericConstants(object) : [],
    ...(walk === undefined ? { unsupported: `reading iter/${name} on the simulated machine` } : {}),
  };
}

/** A program that filters, made of another one by setting a variable. */
export interface FilterInside {
  /** `only_pid = 600` */
  readonly setting: string;
  readonly runnable: Runnable;
}

/** What an iterator program is read on, and for how long at most: milliseconds on `clock`. */
export interface ReadingInput {
  readonly runnable: Runnable;
  readonly kernel: KernelModel;
  readonly sessions: IterSessions;
  readonly settings: ReadSettings;
  /** To be counted beside it: the program that leaves out by itself what the link's parameter leaves out. */
  readonly filter?: FilterInside;
  /** Which opening of the file is told of, from 1: those before it are read to their end. */
  readonly open?: number;
  readonly clock: () => number;
  readonly timeMs: number;
}

/** Ends a reading that has become longer than is kept. */
class TooLong extends Error {}

/**
 * Attaches an accepted iterator program to the simulated machine, opens it and reads until the end, recording every call and every `read()`. What
 * ends it early is told in `problem`, behind what had happened until then.
 * @throws InputError for an order that there is not, or a map that the object does not have
 * @throws Unsupported what the simulated machine does not have
 */
export function readIterator(input: ReadingInput): IteratorView {
  const { settings, clock, timeMs } = input;
  const end = clock() + timeMs;
  const until = (): string | null => (clock() < end ? null : `it had not ended after ${timeMs / 1000} seconds`);
  const info = linkInfo(settings, input.runnable.object);
  const iterator = attachedTo(input, info, until);
  const context = contextWords(input.runnable.program, input.kernel);
  const recorder = new Recorder(iterator, context);
  const errno = iterator.attach();
  const problem =
    errno === 0 ? readAsOpened(iterator, recorder, input, until) : `not attached: ${errnoName(errno)} (errno ${errno})`;
  const entries = iterator.everything(MAX_ENTITIES);
  const world = worldView(iterator.target.name, entries, iterator.machine.kernel);
  const index = new Map(entries.map((entry, i) => [entityKey(entry), i]));
  return {
    target: iterator.target.name,
    settings,
    fdinfo: errno === 0 ? iterator.fdinfo : '',
    context: context.map(({ name }) => name),
    sessionId: recorder.session,
    world,
    events: recorder.events.map(({ event, entry }) =>
      event.kind === 'read' ? event : { ...event, entity: index.get(entityKey(entry!)) ?? -1 },
    ),
    written: recorder.bytes(),
    count: countOf(recorder),
    unfiltered: problem === '' ? unfiltered(input, until) : null,
    inside: problem === '' ? inside(input, recorder.bytes(), until) : null,
    bufferSize: SEQ_BUFFER_SIZE,
    bufferPages: SEQ_BUFFER_PAGES,
    problem,
  };
}

/** Reads the file that is asked about, after those that were opened before it; words for what ended one of them early. */
function readAsOpened(
  iterator: IteratorProgram,
  recorder: Recorder,
  { settings, open = 1 }: ReadingInput,
  until: () => string | null,
): string {
  for (let before = 1; before < open; before++) {
    const problem = new Recorder(iterator, []).read(settings.size, until);
    if (problem !== '') return problem;
  }
  return recorder.read(settings.size, until);
}

/** The same in brief, for a lesson's checks. */
export function readFacts(input: ReadingInput): ReadFacts {
  try {
    const { problem, written, count, events } = readIterator(input);
    const takenBack = events.filter((event) => event.kind === 'call' && event.takenBack).length;
    const reads = events.filter(({ kind }) => kind === 'read').length;
    return { problem, text: decodeUtf8(written), bytes: written.length, calls: count.calls, takenBack, reads };
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { problem: error.message, text: '', bytes: 0, calls: 0, takenBack: 0, reads: 0 };
  }
}

function attachedTo(
  { runnable, kernel, sessions }: ReadingInput,
  info: LinkInfo,
  until: () => string | null,
): IteratorProgram {
  return new IteratorProgram({ ...runnable, kernel, info, sessions, stepLimit: STEP_LIMIT, until });
}

function linkInfo({ pid, tid, map, cgroup, order }: ReadSettings, object: BpfObject): LinkInfo {
  if (order !== undefined && !(order in CGROUP_ORDERS))
    throw new InputError(`there is no order '${order}'; there are ${Object.keys(CGROUP_ORDERS).join(', ')}`);
  if (map !== undefined && !object.maps.some(({ name }) => name === map))
    throw new InputError(`the object has no map '${map}'`);
  const task = { ...(pid === undefined ? {} : { pid }), ...(tid === undefined ? {} : { tid }) };
  return {
    ...(pid === undefined && tid === undefined ? {} : { task }),
    ...(map === undefined ? {} : { map }),
    ...(cgroup === undefined && order === undefined
      ? {}
      : {
          cgroup: {
            ...(cgroup === undefined ? {} : { path: cgroup }),
            order: CGROUP_ORDERS[(order ?? 'descendants_pre') as CgroupOrder],
          },
        }),
  };
}

/** What the context holds behind `meta`, from the kernel's prototype. */
interface ContextWord {
  readonly name: string;
  readonly isPointer: boolean;
}

function contextWords({ attachBtfId }: BpfProgram, { btf }: KernelModel): ContextWord[] {
  const func = btf.type(attachBtfId);
  const proto = func.kind === 'func' ? btf.type(func.type) : null;
  const params = proto?.kind === 'func_proto' ? proto.params.slice(1) : [];
  return params.map(({ name, type }) => ({ name, isPointer: btf.type(type).kind === 'ptr' }));
}

const countOf = ({ calls, silent }: Recorder): CallCount => ({ calls, silent });

/** The same program on a link that visits everything, counted; null where the link has no parameters, or it takes too long. */
function unfiltered(input: ReadingInput, until: () => string | null): CallCount | null {
  const { pid, tid, cgroup, order, size } = input.settings;
  const everywhere = (cgroup ?? '/') === '/' && (order ?? 'descendants_pre') === 'descendants_pre';
  if (pid === undefined && tid === undefined && everywhere) return null;
  const info: LinkInfo =
    cgroup === undefined && order === undefined ? {} : linkInfo({ cgroup: '/', size }, input.runnable.object);
  // The machine has no such reading: it is not counted.
  const iterator = attachedTo({ ...input, sessions: new IterSessions() }, info, until);
  const recorder = new Recorder(iterator, []);
  return iterator.attach() === 0 && recorder.read(size, until) === '' ? countOf(recorder) : null;
}

/** The program that filters by itself on a link that visits everything, counted, and whether it prints the same; null without one. */
function inside(input: ReadingInput, written: Uint8Array, until: () => string | null): IteratorView['inside'] {
  const { filter, settings } = input;
  if (filter === undefined) return null;
  const iterator = attachedTo({ ...input, runnable: filter.runnable }, {}, until);
  const recorder = new Recorder(iterator, []);
  if (iterator.attach() !== 0 || recorder.read(settings.size, until) !== '') return null;
  const same = sameBytes(recorder.bytes(), written);
  return { setting: filter.setting, count: countOf(recorder), same };
}

interface Kept {
  readonly event: SeqEvent;
  readonly entry: Entry | null;
}

/** Keeps what happens while a file is read. */
class Recorder {
  readonly events: Kept[] = [];
  calls = 0;
  silent = 0;
  /** Of the file that was opened; 0 before. */
  session = 0;
  private reads = 0;
  private firstCall = 0;
  private size = 0;
  private readonly chunks: Uint8Array[] = [];

  constructor(
    private readonly iterator: IteratorProgram,
    private readonly context: readonly ContextWord[],
  ) {}

  /** Opens a file and reads it until its end; words for what ended it before, or none. */
  read(size: number, until: () => string | null): string {
    try {
      const file = this.iterator.open((event) => this.take(event, file));
      this.session = file.session;
      for (;;) {
        const read = file.read(size);
        if (typeof read === 'number') return `read() failed: ${errnoName(read)} (errno ${read})${this.why()}`;
        if (read.length === 0) return '';
        const late = until();
        if (late !== null) return `stopped: ${late}`;
      }
    } catch (error) {
      if (error instanceof CallFault) return `stopped by a fault: ${error.message}`;
      if (error instanceof TooLong) return `stopped: ${error.message}`;
      if (error instanceof Unsupported) return error.message;
      throw error;
    }
  }

  /** Why the last read failed, where a call says so. */
  private why(): string {
    const last = this.events.at(-2)?.event;
    if (last?.kind !== 'call' || !last.overflowed) return '';
    return `: what ${last.atEnd ? 'the last call' : last.label} alone writes does not fit into the buffer`;
  }

  private take(event: IterEvent, { buffer }: IterFile): void {
    if (this.events.length >= MAX_EVENTS) throw new TooLong(`only the first ${MAX_EVENTS} calls and reads are kept`);
    if (event.kind === 'read') {
      const lastCall = this.firstCall === 0 ? 0 : this.calls;
      const last = this.events.at(-1)?.event;
      const overflowed = last?.kind === 'call' && last.overflowed;
      const calls = { firstCall: this.firstCall, lastCall, overflowed };
      this.events.push({ event: { ...event, read: ++this.reads, ...calls }, entry: null });
      this.firstCall = 0;
      return;
    }
    const { seqNum, entry, atEnd, returned, before, after, takenBack } = event;
    const chunk = buffer.bytes.slice(before, buffer.kept);
    const from = this.size;
    this.size += chunk.length;
    if (this.size > MAX_WRITTEN) throw new TooLong(`only the first ${MAX_WRITTEN >> 20} MB that it writes are kept`);
    this.chunks.push(chunk);
    this.calls++;
    if (after === before) this.silent++;
    if (this.firstCall === 0) this.firstCall = this.calls;
    const call: SeqCall = {
      kind: 'call',
      call: this.calls,
      seqNum,
      entity: -1,
      label: entry.label,
      args: entry.words.map((word, i) => wordText(word, this.context[i]?.isPointer ?? true)),
      atEnd,
      returned,
      before,
      after,
      takenBack,
      overflowed: buffer.overflowed,
      from,
      to: this.size,
    };
    this.events.push({ event: call, entry });
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

function wordText(word: bigint, isPointer: boolean): string {
  if (!isPointer) return String(word);
  return word === 0n ? 'NULL' : `0x${word.toString(16)}`;
}
