import { regSpot, slotSpot } from '../../verifier/values/spot.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import type { MapDef } from '../../elf/object.ts';
import { PTR_TO_MAP_VALUE, PTR_TO_STACK, Reg } from '../../verifier/values/reg.ts';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import type { StateView } from '../../verifier/sink.ts';
import { packArchive, unpackArchive } from './archive.ts';
import type { Archive } from './archive.ts';
import { decodeRecords, encodeRecords } from './records.ts';
import { TraceRecorder } from './recorder.ts';
import type { Trace } from './trace.ts';

const map: MapDef = {
  name: 'm',
  type: 2,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
};
const INSNS = 10;
/** As data, without what tells equal scalars apart. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, v: unknown) => (key === 'uid' ? undefined : typeof v === 'bigint' ? `${v}n` : v)),
  );

/** A trace with at least one record of each kind. */
function everything(): Trace {
  const recorder = new TraceRecorder([map]);
  const regs = Array.from({ length: 11 }, () => Reg.notInit);
  regs[1] = Reg.pointer(PTR_TO_MAP_VALUE, { map, off: -8, id: 3 });
  regs[2] = Reg.scalar(Scalar.ofSizeSigned(2), true, 4, -5);
  regs[10] = Reg.pointer(PTR_TO_STACK);
  const stack = [
    { types: 0x11111111, spilled: regs[2], iter: null },
    {
      types: 0x55555555,
      spilled: null,
      iter: { type: 'num', btfId: 7, state: 'drained', depth: 2, first: true, refObjId: 1, rcu: 'trusted' },
    },
  ] as const;
  const state: StateView = { frames: [{ regs, stack, subprog: 0, callsite: -1 }], refs: [{ id: 1, insn: 0 }] };
  recorder.onProgram({ liveRegs: Uint16Array.from({ length: INSNS }, (_, i) => i), scc: new Int32Array(INSNS) });
  recorder.onPathStart(0, -1, 0);
  recorder.onStep(1, 0, state);
  recorder.onCheckpoint(0, 0);
  recorder.onFork(0, 'next', 0, 1);
  recorder.onStep(2, 1, { ...state, refs: [] });
  recorder.onPathEnd(0, 'exit', 1, -1);
  recorder.onPathStart(1, 0, 1);
  recorder.onStep(3, 1, state);
  recorder.onCompare({
    checkpoint: 0,
    pc: 1,
    mode: 'range-within',
    equal: false,
    location: regSpot(0, 2),
    reason: 'range-not-within',
    stored: state,
  });
  recorder.onPrecise({ checkpoint: 0, location: slotSpot(0, 1), because: 1, covering: -1 });
  recorder.onWiden(regSpot(0, 2), regs[2], Reg.scalar(Scalar.unknown), 0);
  recorder.onReject({
    kind: 'unreleased-reference',
    errno: -22,
    message: 'Unreleased reference id=1 alloc_insn=0\né',
    insn: 1,
    lookedAt: -1,
    blame: [slotSpot(0, 1)],
    details: { ids: [1] },
    origin: [0],
  });
  return recorder.finish({
    errno: -22,
    processed: 3,
    totalStates: 1,
    peakStates: 1,
    maxStatesPerInsn: 0,
    timeUs: 12.5,
  });
}

test('a trace read back is the same trace, and writes the same bytes', () => {
  const trace = everything();
  const bytes = encodeRecords(trace);
  const again = decodeRecords(bytes, [map], INSNS);
  for (const step of [1, 2, 3]) expect(plain(again.seek(step))).toEqual(plain(trace.seek(step)));
  const { values: _a, ...data } = trace.data;
  const { values: _b, ...other } = again.data;
  expect(other).toEqual(data);
  expect(Buffer.from(encodeRecords(again)).equals(Buffer.from(bytes))).toBe(true);
});

test('a damaged stream is refused with a place, or reads as a trace: it never fails otherwise', () => {
  const bytes = encodeRecords(everything());
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat(bytes.length)),
      (changes, cut) => {
        const hurt = bytes.slice(0, cut ?? bytes.length);
        for (const [at, value] of changes) if (at < hurt.length) hurt[at] = value;
        try {
          const trace = decodeRecords(hurt, [map], INSNS);
          for (let step = 1; step <= trace.steps; step++) trace.seek(step);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.place).not.toBe('');
          refused++;
        }
      },
    ),
    { seed: 20261122, numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

const archive = (over: Partial<Archive> = {}): Archive => ({
  manifest: {
    format: 'iterscope-trace',
    version: 1,
    kernel: 'Linux 6.18',
    file: 'a.bpf.o',
    program: 'p',
    input: 'object',
    errno: 0,
    processed: 3,
    sources: ['a.c'],
  },
  records: encodeRecords(everything()),
  input: Uint8Array.of(1, 2, 3),
  sources: new Map([['a.c', 'int x; // ä']]),
  ...over,
});

test('an archive packs to the same bytes every time and unpacks to what it was', () => {
  const bytes = packArchive(archive());
  const again = unpackArchive(bytes);
  expect(again).toEqual(archive());
  expect(Buffer.from(packArchive(again)).equals(Buffer.from(bytes))).toBe(true);
});

test.each([
  ['nothing', new Uint8Array(), /not a readable zip/],
  [
    'no zip',
    Uint8Array.of(80, 75, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
    /not a readable zip/,
  ],
  [
    'a source outside',
    packArchive(archive({ manifest: { ...archive().manifest, sources: ['../x'] } })),
    /may not be named/,
  ],
  ['a missing source', packArchive(archive({ sources: new Map() })), /has no source\/a\.c/],
  [
    'another version',
    packArchive(archive({ manifest: { ...archive().manifest, version: 2 as 1 } })),
    /manifest\.version/,
  ],
])('an archive with %s is refused', (_name, bytes, reason) => {
  expect(() => unpackArchive(bytes)).toThrow(reason);
  expect(() => unpackArchive(bytes)).toThrow(InputError);
});

test('an archive is unpacked only as far as it may be large, whatever it declares', () => {
  const bytes = packArchive({ ...archive(), sources: new Map([['big.c', 'x'.repeat(9 * 1024 * 1024)]]) });
  expect(() => unpackArchive(bytes)).toThrow('source/big.c: unpacked it has more than 8 MB');
});
