import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot } from '../../verifier/values/spot.ts';
import { verdictOf } from '../../verifier/verdict.ts';
import { InputError } from '../../base/errors.ts';
import { parseJson } from '../../base/json.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { int, list, optional, record, ShapeError, text } from '../../base/validate.ts';
import type { Validator } from '../../base/validate.ts';
import type { MapDef } from '../../elf/object.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import { DIFFERENCE_REASONS } from '../../verifier/sink.ts';
import type { ForkKind, PathEnd } from '../../verifier/sink.ts';
import type { ComparisonRecord, ForkRecord, PathRecord, TraceData, TraceStats } from './trace.ts';
import { Trace, WHAT_FRAMES, WHAT_REG, WHAT_SLOT } from './trace.ts';
import { nullable, rejection } from './rejections.ts';
import { U32List } from './u32-list.ts';
import { MAX_FRAMES, MAX_SLOTS, REGS, ValueTable } from './values.ts';

/*
 * records.bin, version 5; all numbers little-endian:
 *
 *     0   'ITSR'      4   version (u32)
 *     8   blocks, in this order and each once:
 *           0 tag (4 letters)   4 length in bytes, a multiple of 4   8 contents
 *
 *     HEAD   UTF-8 JSON, padded with blanks: statistics, rejection, strings, counts of records left out
 *     VALS   u32: start of each value in VALW, and the end      VALW   u32: the values (layout in values.ts)
 *     PCS    u32: instruction of each step                       ENDS   u32: end of each step's changes in DELT
 *     DELT   u32: the changes (layout in trace.ts)
 *     LIVE   u32: live registers before each instruction          LOOP   u32: loop that each instruction is in, 0 for none
 *     PATH   id, fork + 1, pc, first step, last step, end, end pc, checkpoint + 1
 *     FORK   id, kind, step, pc, waits at, path
 *     CHKP   id, step, pc, path
 *     COMP   step, checkpoint, pc, mode | equal << 8, location, reason + 1, stored
 *     PREC   step, checkpoint, location, because, covering + 1
 *     WIDE   step, location, before, after, entry
 *
 *     location   bits 0..1  0 none, 2 register, 3 slot   2..5 frame   6.. number
 */
const MAGIC = 0x52535449;
export const RECORDS_VERSION = 5;

const ENDS: readonly PathEnd[] = ['exit', 'pruned', 'rejected', 'stopped'];
const KINDS: readonly ForkKind[] = ['next', 'branch', 'may_goto', 'callback', 'all-or-none', 'async-callback', 'lock'];
const MODES: readonly ComparisonRecord['mode'][] = ['not-exact', 'exact', 'range-within'];
/** Number of words of each kind of record. */
const WIDTH = { PATH: 8, FORK: 6, CHKP: 4, COMP: 7, PREC: 5, WIDE: 5 } as const;
const TAGS = [
  'HEAD',
  'VALS',
  'VALW',
  'PCS ',
  'ENDS',
  'DELT',
  'LIVE',
  'LOOP',
  'PATH',
  'FORK',
  'CHKP',
  'COMP',
  'PREC',
  'WIDE',
] as const;
type Tag = (typeof TAGS)[number];

interface Head {
  readonly stats: TraceStats;
  readonly rejection: Rejection | null;
  readonly strings: readonly string[];
  readonly dropped: TraceData['dropped'];
}

const packSpot = (at: Spot | null): number =>
  at === null ? 0 : (at.what === 'reg' ? 2 : 3) | (at.frame << 2) | (at.index << 6);

/** The records of a trace as bytes: the same trace gives the same bytes. */
export function encodeRecords(trace: Trace): Uint8Array {
  const { data } = trace;
  const table = (width: number, rows: readonly (readonly number[])[]): Uint32Array => {
    const out = new Uint32Array(rows.length * width);
    rows.forEach((row, i) => out.set(row, i * width));
    return out;
  };
  const blocks: Record<Exclude<Tag, 'HEAD'>, Uint32Array> = {
    VALS: data.values.starts,
    VALW: data.values.words,
    'PCS ': data.pcs,
    ENDS: data.ends,
    DELT: data.deltas,
    LIVE: data.liveRegs,
    LOOP: data.loops,
    PATH: table(
      WIDTH.PATH,
      data.paths.map((p) => [
        p.id,
        p.fork + 1,
        p.pc,
        p.firstStep,
        p.lastStep,
        ENDS.indexOf(p.end),
        p.endPc,
        p.checkpoint + 1,
      ]),
    ),
    FORK: table(
      WIDTH.FORK,
      data.forks.map((f) => [f.id, KINDS.indexOf(f.kind), f.step, f.pc, f.waitsAt, f.path]),
    ),
    CHKP: table(
      WIDTH.CHKP,
      data.checkpoints.map((c) => [c.id, c.step, c.pc, c.path]),
    ),
    COMP: table(
      WIDTH.COMP,
      data.comparisons.map((c) => [
        c.step,
        c.checkpoint,
        c.pc,
        MODES.indexOf(c.mode) | (c.equal ? 256 : 0),
        packSpot(c.location),
        c.reason === null ? 0 : DIFFERENCE_REASONS.indexOf(c.reason) + 1,
        c.stored,
      ]),
    ),
    PREC: table(
      WIDTH.PREC,
      data.precise.map((p) => [p.step, p.checkpoint, packSpot(p.location), p.because, p.covering + 1]),
    ),
    WIDE: table(
      WIDTH.WIDE,
      data.widened.map((w) => [w.step, packSpot(w.location), w.before, w.after, w.entry]),
    ),
  };
  const head: Head = {
    stats: verdictOf(data.stats),
    // Through the same shape that reads it: facts are written in one order, whoever gave them.
    rejection: nullable(rejection)(data.rejection, 'rejection'),
    strings: data.values.strings,
    dropped: data.dropped,
  };
  const json = encodeUtf8(JSON.stringify(head));
  const padded = new Uint8Array((json.length + 3) & ~3).fill(0x20);
  padded.set(json);

  const parts = TAGS.map((tag) => {
    if (tag === 'HEAD') return padded;
    const words = blocks[tag];
    return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  });
  const out = new Uint8Array(8 + parts.reduce((sum, part) => sum + 8 + part.length, 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, RECORDS_VERSION, true);
  let at = 8;
  TAGS.forEach((tag, i) => {
    for (let k = 0; k < 4; k++) out[at + k] = tag.charCodeAt(k);
    view.setUint32(at + 4, parts[i]!.length, true);
    out.set(parts[i]!, at + 8);
    at += 8 + parts[i]!.length;
  });
  return out;
}

const MAX_HEAD = 8 * 1024 * 1024;

const count = int(0, 0xffff_ffff);
const short = text(1_000_000);
const headShape = record<Head>({
  stats: record<TraceStats>({
    errno: nullable(int(-4095, 0)),
    unsupported: optional(short) as Validator<string>,
    processed: count,
    maxStatesPerInsn: count,
    totalStates: count,
    peakStates: count,
    timeUs: (value, at) => {
      if (typeof value !== 'number' || !(value >= 0)) throw new ShapeError(at, 'expected a duration');
      return value;
    },
  }),
  rejection: nullable(rejection),
  strings: list(100_000, text(1000)),
  dropped: record({ comparisons: count, precise: count, widened: count }),
});

// JSON has no `undefined`: what a validator made undefined is taken out again, so that writing gives the same bytes.
const prune = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Ends the reading with what is wrong, and where. */
type Bad = (why: string) => never;
type RowTag = Exclude<Tag, 'HEAD'> & keyof typeof WIDTH;

/** Takes the blocks of a stream one after the other. */
class Blocks {
  private at = 8;

  /** @throws InputError when it is no such stream, or one of another version */
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8 || this.view.getUint32(0, true) !== MAGIC)
      throw new InputError('not a stream of trace records', 'offset 0');
    const version = this.view.getUint32(4, true);
    if (version !== RECORDS_VERSION)
      throw new InputError(`version ${version}, this program reads version ${RECORDS_VERSION}`, 'offset 4');
  }

  private readonly view: DataView;

  /** The next block, which must have this tag. */
  next(tag: Tag): Uint8Array {
    const { at, bytes } = this;
    if (at + 8 > bytes.length) throw new InputError(`block ${tag.trim()} is missing`, `offset ${at}`);
    const found = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (found !== tag)
      throw new InputError(`expected block ${tag.trim()}, found ${JSON.stringify(found)}`, `offset ${at}`);
    const length = this.view.getUint32(at + 4, true);
    if (length % 4 !== 0 || at + 8 + length > bytes.length)
      throw new InputError(`block ${tag.trim()} of ${length} bytes does not fit`, `offset ${at + 4}`);
    this.at += 8 + length;
    return bytes.subarray(at + 8, at + 8 + length);
  }

  /** The next block as words, looked at in place where that can be. */
  words(tag: Tag): Uint32Array {
    const block = this.next(tag);
    return block.byteOffset % 4 === 0
      ? new Uint32Array(block.buffer as ArrayBuffer, block.byteOffset, block.length / 4)
      : new Uint32Array(block.slice().buffer);
  }

  /** The next block as records of one kind. */
  rows<T>(tag: RowTag, read: (w: (i: number) => number, bad: Bad) => T): T[] {
    const width = WIDTH[tag];
    const data = this.words(tag);
    if (data.length % width !== 0) throw new InputError('it ends within a record', `block ${tag}`);
    const out: T[] = [];
    for (let r = 0; r * width < data.length; r++)
      out.push(
        read(
          (i) => data[r * width + i]!,
          (why) => {
            throw new InputError(why, `block ${tag} record ${r}`);
          },
        ),
      );
    return out;
  }

  /** Nothing may follow the last block. */
  end(): void {
    const left = this.bytes.length - this.at;
    if (left !== 0) throw new InputError(`${left} bytes after the last block`, `offset ${this.at}`);
  }
}

function readHead(block: Uint8Array): Head {
  try {
    return prune(headShape(parseJson(block, MAX_HEAD), 'HEAD'));
  } catch (error) {
    if (error instanceof InputError && error.place !== '' && !error.place.startsWith('offset ')) throw error;
    throw new InputError((error as Error).message, 'block HEAD');
  }
}

const below =
  (limit: number, what: string) =>
  (value: number, bad: Bad): number =>
    value < limit ? value : bad(`${what} ${value} of ${limit}`);

function pick<T>(from: readonly T[], i: number, bad: Bad): T {
  return from[i] ?? bad(`unknown variant ${i}`);
}

function unpackSpot(word: number, bad: Bad): Spot | null {
  const frame = (word >>> 2) & 15;
  const index = word >>> 6;
  if (frame >= MAX_FRAMES) bad(`frame ${frame}`);
  switch (word & 3) {
    case 0:
      return word === 0 ? null : bad('no place with a frame');
    case 1:
      return bad('neither register nor slot');
    case 2:
      return index < REGS ? regSpot(frame, index) : bad(`register ${index}`);
    default:
      return index < MAX_SLOTS ? slotSpot(frame, index) : bad(`slot ${index}`);
  }
}

const somewhere = (word: number, bad: Bad): Spot => unpackSpot(word, bad) ?? bad('no place');

type Check = (value: number, bad: Bad) => number;

/** The paths: together they have every step once, in order. */
function readPaths(blocks: Blocks, steps: number, pc: Check, step: Check): PathRecord[] {
  let last = 0;
  const paths = blocks.rows('PATH', (w, bad) => {
    const path = {
      id: w(0),
      fork: w(1) - 1,
      pc: pc(w(2), bad),
      firstStep: step(w(3), bad),
      lastStep: step(w(4), bad),
      end: pick(ENDS, w(5), bad),
      endPc: pc(w(6), bad),
      checkpoint: w(7) - 1,
    };
    if (path.firstStep !== 0) {
      if (path.firstStep !== last + 1 || path.lastStep < path.firstStep)
        bad(`steps ${path.firstStep} to ${path.lastStep} after ${last}`);
      last = path.lastStep;
    } else if (path.lastStep !== 0) bad('a last step without a first');
    return path;
  });
  if (last !== steps) throw new InputError(`the paths have ${last} steps, the trace ${steps}`, 'block PATH');
  return paths;
}

// A path grows out of a fork before it: following forks back always ends.
function checkGrowth(paths: readonly PathRecord[], forks: readonly ForkRecord[]): void {
  const forkSteps = new Map(forks.map((fork) => [fork.id, fork.step]));
  paths.forEach((path, i) => {
    const from = path.fork < 0 ? 0 : forkSteps.get(path.fork);
    if (from === undefined) throw new InputError(`there is no fork ${path.fork}`, `block PATH record ${i}`);
    if (path.firstStep !== 0 && from >= path.firstStep)
      throw new InputError('it begins before its fork', `block PATH record ${i}`);
  });
}

/**
 * Reads records back and checks every one of them: hostile input ends in an error, not in a wrong picture.
 * @param insns number of the program's instruction slots
 * @throws InputError with block and record
 */
export function decodeRecords(bytes: Uint8Array, maps: readonly MapDef[], insns: number): Trace {
  const blocks = new Blocks(bytes);
  const { stats, rejection: rejected, strings, dropped } = readHead(blocks.next('HEAD'));
  const values = new ValueTable(
    maps,
    [...strings],
    U32List.from(blocks.words('VALS')),
    U32List.from(blocks.words('VALW')),
  );
  values.validate();

  const pcs = blocks.words('PCS ');
  const steps = pcs.length;
  pcs.forEach((pc, i) => {
    if (pc >= insns) throw new InputError(`instruction ${pc} of ${insns}`, `step ${i + 1}`);
  });
  const ends = blocks.words('ENDS');
  const deltas = blocks.words('DELT');
  checkChanges(pcs, ends, deltas, values);
  const liveRegs = blocks.words('LIVE');
  const loops = blocks.words('LOOP');
  if (liveRegs.length !== loops.length || (liveRegs.length !== 0 && liveRegs.length !== insns))
    throw new InputError(`${liveRegs.length} and ${loops.length} instructions of ${insns}`, 'blocks LIVE and LOOP');

  const pc = below(insns, 'instruction');
  const step: Check = (value, bad) => (value <= steps ? value : bad(`step ${value} of ${steps}`));
  const paths = readPaths(blocks, steps, pc, step);
  const lane = below(paths.length, 'path');
  const forks = blocks.rows('FORK', (w, bad) => ({
    id: w(0),
    kind: pick(KINDS, w(1), bad),
    step: step(w(2), bad),
    pc: pc(w(3), bad),
    waitsAt: pc(w(4), bad),
    path: lane(w(5), bad),
  }));
  checkGrowth(paths, forks);
  const checkpoints = blocks.rows('CHKP', (w, bad) => ({
    id: w(0),
    step: step(w(1), bad),
    pc: pc(w(2), bad),
    path: lane(w(3), bad),
  }));
  const comparisons = blocks.rows('COMP', (w, bad) => {
    if (w(6) !== 0 && values.kind(w(6)) !== 'snapshot') bad(`value ${w(6)} is no state`);
    return {
      step: step(w(0), bad),
      checkpoint: w(1),
      pc: pc(w(2), bad),
      mode: pick(MODES, w(3) & 255, bad),
      equal: w(3) >>> 8 !== 0,
      location: unpackSpot(w(4), bad),
      reason: w(5) === 0 ? null : pick(DIFFERENCE_REASONS, w(5) - 1, bad),
      stored: w(6),
    };
  });
  const precise = blocks.rows('PREC', (w, bad) => ({
    step: step(w(0), bad),
    checkpoint: w(1),
    location: somewhere(w(2), bad),
    because: pc(w(3), bad),
    covering: w(4) - 1,
  }));
  const widened = blocks.rows('WIDE', (w, bad) => {
    for (const i of [2, 3]) if (values.kind(w(i)) !== 'reg') bad(`value ${w(i)} is no register`);
    return { step: step(w(0), bad), location: somewhere(w(1), bad), before: w(2), after: w(3), entry: w(4) };
  });
  blocks.end();
  return new Trace({
    stats,
    rejection: rejected,
    values,
    pcs,
    ends,
    deltas,
    liveRegs,
    loops,
    paths,
    forks,
    checkpoints,
    comparisons,
    precise,
    widened,
    dropped,
  });
}

function checkChanges(pcs: Uint32Array, ends: Uint32Array, deltas: Uint32Array, values: ValueTable): void {
  if (ends.length !== pcs.length)
    throw new InputError(`${ends.length} steps where there are ${pcs.length}`, 'block ENDS');
  let at = 0;
  let depth = 0;
  ends.forEach((end, i) => {
    const bad = (why: string): never => {
      throw new InputError(why, `step ${i + 1}, word ${at} of block DELT`);
    };
    if (end < at || end > deltas.length) bad(`its changes end at ${end}`);
    while (at < end) {
      const head = deltas[at++]!;
      const index = head & 127;
      const frame = (head >>> 7) & 15;
      const what = head >>> 11;
      if (what === WHAT_REG || what === WHAT_SLOT) {
        const value = deltas[at++]!;
        if (frame >= depth) bad(`frame ${frame} of ${depth}`);
        if (index >= (what === WHAT_REG ? REGS : MAX_SLOTS)) bad(`number ${index}`);
        const kind = values.kind(value);
        const ok = value === 0 ? what === WHAT_SLOT : kind === (what === WHAT_REG ? 'reg' : 'slot');
        if (!ok) bad(`value ${value} is a ${kind}`);
      } else if (what === WHAT_FRAMES) {
        if (index < 1 || index > MAX_FRAMES || frame !== 0) bad(`${index} frames`);
        depth = index;
        at += index * 2;
      } else if (head === 3 << 11) {
        const refs = deltas[at++] ?? 0;
        if (refs > (end - at) / 2) bad(`${refs} references`);
        at += refs * 2;
      } else bad(`unknown change ${head}`);
    }
    if (at !== end) bad(`its changes run over ${end}`);
    if (depth === 0) bad('a state without a frame');
  });
  if (at !== deltas.length) throw new InputError(`${deltas.length - at} words after the last step`, 'block DELT');
}
