import type { Spot } from '../../verifier/values/spot.ts';
import { bool, int, list, oneOf, record, ShapeError, text } from '../../base/validate.ts';
import type { Validator } from '../../base/validate.ts';
import type { FieldKind } from '../../btf/map-fields.ts';
import type { HelperNeed } from '../../kernel/catalogue/descriptor.ts';
import type { MapRule } from '../../kernel/rules/map-rule.ts';
import { REJECTION_KINDS } from '../../verifier/rejection.ts';
import type {
  Facts,
  IteratorPlace,
  NoFacts,
  NoSleep,
  Rejection,
  RejectionKind,
  RejectionOf,
  Structure,
} from '../../verifier/rejection.ts';
import type { DynptrKind } from '../../verifier/values/stack.ts';
import { MAX_FRAMES, MAX_SLOTS, REGS } from './values.ts';

// Checks of a rejection that was read from a file: what belongs to its kind must be there.

/** Checks that a value is a T or null. */
export const nullable =
  <T>(inner: Validator<T>): Validator<T | null> =>
  (value, at) =>
    value === null ? null : inner(value, at);

const message = text(1_000_000);
const word = text(1000);
const count = int(0, 0xffff_ffff);
// Offsets are taken from 64-bit numbers.
const number = int(-(2 ** 64), 2 ** 64);

/** One of the keys: the compiler asks for all of them. */
const keyOf = <T extends string>(keys: Readonly<Record<T, true>>): Validator<T> => oneOf(...(Object.keys(keys) as T[]));

const mapRule = keyOf<MapRule>({
  type: true,
  flags: true,
  sizes: true,
  'no-entries': true,
  'per-cpu-value': true,
  'ring-size': true,
  'needs-no-prealloc': true,
  'needs-types': true,
  'too-large': true,
});
const fieldKind = keyOf<FieldKind>({
  bpf_spin_lock: true,
  bpf_res_spin_lock: true,
  bpf_timer: true,
  bpf_wq: true,
  bpf_task_work: true,
  bpf_list_head: true,
  bpf_rb_root: true,
  bpf_refcount: true,
  bpf_list_node: true,
  bpf_rb_node: true,
  kptr_untrusted: true,
  kptr: true,
  percpu_kptr: true,
  uptr: true,
});
const dynptrKind = keyOf<DynptrKind>({ local: true, ringbuf: true, skb: true, xdp: true, skb_meta: true });
const iteratorPlace = keyOf<IteratorPlace>({ 'on-stack': true, variable: true, impossible: true });
const noSleep = keyOf<NoSleep>({ program: true, rcu: true, preempt: true, irq: true });
const structure = record<Structure>({ kind: oneOf('struct', 'union'), name: word });
const extent = { off: number, size: number };

const misfits: { readonly [W in Facts['bad-argument']['why']]: Validator<Facts['bad-argument'] & { why: W }> } = {
  'map-type': record({ why: oneOf('map-type'), type: word }),
  kind: record({ why: oneOf('kind'), expected: list(100, word) }),
  struct: record({ why: oneOf('struct'), struct: word }),
  other: record({ why: oneOf('other') }),
};
const misfit: Validator<Facts['bad-argument']> = (value, at) => {
  const { why } = record<{ why: keyof typeof misfits }>({ why: oneOf('map-type', 'kind', 'struct', 'other') })(
    value,
    at,
  );
  return misfits[why](value, at);
};

const FACTS: { readonly [K in keyof Facts]: Validator<Facts[K]> } = {
  'map-refused': record({ map: word, type: word, rule: mapRule, reason: message }),
  'bad-callback': record({ why: oneOf('global', 'untyped', 'throws') }),
  'bad-ld-imm64': record({ of: oneOf('constant', 'map', 'value', 'offset') }),
  'unfilled-map': record({ descriptor: number }),
  'bad-btf': record({ of: oneOf('lines', 'functions', 'ending', 'callee') }),
  'field-not-for-program': record({ field: word, map: word }),
  'no-such-map-field': record({ field: word, untyped: bool }),
  'bad-atomic': record({ why: oneOf('size', 'memory') }),
  'stack-too-deep': record({
    size: count,
    limit: count,
    functions: list(1000, record({ number: count, bytes: count })),
    tail: nullable(count),
  }),
  'infinite-loop': record({ checkpoint: count }),
  'uninitialized-register': record({ reg: int(0, REGS - 1) }),
  'pointer-arithmetic': record({
    why: oneOf('two-pointers', '32-bit', 'number-minus-pointer', 'stack-minus', 'bitwise', 'operator', 'fixed'),
  }),
  'invalid-mem-access': record({ type: word, number: bool }),
  'invalid-context-access': record({ ...extent, write: bool }),
  'out-of-bounds': record({
    ...extent,
    limit: number,
    region: oneOf('map-key', 'map-value', 'memory'),
    end: oneOf('min', 'max'),
  }),
  'foreign-memory': record({ memory: oneOf('user', 'percpu') }),
  'packet-range': record(extent),
  'out-of-packet': record(extent),
  'map-permission': record({ access: oneOf('read', 'write') }),
  'field-access': record({ ...extent, field: fieldKind, store: bool }),
  'wrong-kptr': record({ wanted: word }),
  misaligned: record({ at: nullable(number), size: number }),
  'stack-out-of-bounds': record({ at: nullable(number), size: number }),
  'invalid-stack-read': record(extent),
  'bad-spill-size': record({ size: number }),
  'bad-fill-size': record({ size: number }),
  'uninitialized-iterator': record({ type: word, place: iteratorPlace }),
  'iterator-already-initialized': record({ type: word, place: iteratorPlace }),
  'overwritten-dynptr': record({ referenced: bool }),
  'wrong-dynptr': record({ kind: dynptrKind }),
  'unreleased-reference': (value, at) => {
    const found = record({ ids: list(100_000, count) })(value, at);
    if (found.ids.length === 0) throw new ShapeError(`${at}.ids`, 'expected one reference at least');
    return found;
  },
  'wrong-lock': record({ unpaired: bool }),
  'wrong-object': record({ why: oneOf('kind', 'not-owned', 'no-refcount') }),
  'unlocked-root': record({ field: fieldKind, another: bool }),
  'wrong-node': record({ wanted: word }),
  'sleepable-helper': record({ within: noSleep }),
  'sleepable-kfunc': record({ within: noSleep }),
  'helper-withheld': record({
    needs: keyOf<HelperNeed>({ kprobeOverride: true, writesUserMemory: true, readsKernelMemory: true }),
  }),
  'unnamed-symbol': record({ name: word }),
  'bad-argument': misfit,
  'bad-global-arguments': record({ callee: word }),
  'invalid-format': record({ why: message }),
  'untrusted-argument': record({ needs: oneOf('trusted', 'rcu') }),
  'wrong-struct': record({ wanted: structure, actual: structure }),
  'bad-return-value': record({ callback: bool, range: nullable(record({ min: number, max: number })) }),
};
const noFacts: Validator<NoFacts> = record({});

const anySpot = record<Spot>({
  what: oneOf('reg', 'slot'),
  frame: int(0, MAX_FRAMES - 1),
  index: int(0, MAX_SLOTS - 1),
});
const spot: Validator<Spot> = (value, at) => {
  const found = anySpot(value, at);
  if (found.what === 'reg' && found.index >= REGS) throw new ShapeError(at, `register ${found.index}`);
  return found;
};
const kindOf = record<{ readonly kind: RejectionKind }>({ kind: oneOf(...REJECTION_KINDS) });

/** Checks that a value is a rejection with the details of its kind. */
export const rejection: Validator<Rejection> = (value, at) => {
  const { kind } = kindOf(value, at);
  const details: Validator<Rejection['details']> = kind in FACTS ? FACTS[kind as keyof Facts] : noFacts;
  return record<RejectionOf<RejectionKind>>({
    kind: oneOf(kind),
    errno: int(-4095, -1),
    message,
    insn: int(-1, 0x7fff_ffff),
    lookedAt: int(-1, 0x7fff_ffff),
    blame: list(1000, spot),
    details,
    origin: list(100_000, count),
  })(value, at) as Rejection;
};
