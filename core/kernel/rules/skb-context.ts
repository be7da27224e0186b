import type { CtxAccess } from './program-types.ts';

// `struct __sk_buff` (include/uapi/linux/bpf.h), offset of each field; what is not named here is a plain 4-byte field:
//
//       0 len          4 pkt_type     8 mark        12 queue_mapping  16 protocol   20 vlan_…
//      32 priority    36 ifindexes   44 tc_index    48 cb[5]          68 hash       72 tc_classid
//      76 data        80 data_end    84 napi_id     88 family … 140 (local_port's end)
//     140 data_meta  144 flow_keys  152 tstamp     160 wire_len      164 gso_segs  168 sk
//     176 gso_size   180 tstamp_type (1 byte, then padding)          184 hwtstamp  192
const MARK = 8;
const QUEUE_MAPPING = 12;
const PRIORITY = 32;
const TC_INDEX = 44;
const CB = 48;
const CB_END = 68;
const TC_CLASSID = 72;
const DATA = 76;
const DATA_END = 80;
const FAMILY = 88;
const ADDRESSES = 92;
const PORTS = 132;
const DATA_META = 140;
const FLOW_KEYS = 144;
const TSTAMP = 152;
const WIRE_LEN = 160;
const SK = 168;
const TSTAMP_TYPE = 180;
const HWTSTAMP = 184;
const END = 192;

/** Bytes from `start` up to `end`. */
type Range = readonly [start: number, end: number];
const field = (start: number, size = 4): Range => [start, start + size];
const SOCKET_FIELDS: Range = [FAMILY, DATA_META];
const CB_RANGE: Range = [CB, CB_END];

/** What the programs of one family may do with the packet's description. */
export interface SkbRules {
  readonly hidden: readonly Range[];
  readonly writable: readonly Range[];
  /** The packet's data can be reached through pointers. */
  readonly packet: boolean;
  /** `tstamp_type` is there. */
  readonly tstampType?: boolean;
}

export const SOCKET_FILTER_SKB: SkbRules = {
  hidden: [
    field(TC_CLASSID),
    [DATA, DATA_END + 4],
    SOCKET_FIELDS,
    field(DATA_META),
    field(TSTAMP, 8),
    field(WIRE_LEN),
    field(HWTSTAMP, 8),
  ],
  writable: [CB_RANGE],
  packet: false,
};
export const CGROUP_SKB: SkbRules = {
  hidden: [field(TC_CLASSID), field(DATA_META), field(WIRE_LEN)],
  writable: [field(MARK), field(PRIORITY), CB_RANGE, field(TSTAMP, 8)],
  packet: true,
};
export const LWT_SKB: SkbRules = {
  hidden: [field(TC_CLASSID), SOCKET_FIELDS, field(DATA_META), field(TSTAMP, 8), field(WIRE_LEN), field(HWTSTAMP, 8)],
  writable: [field(MARK), field(PRIORITY), CB_RANGE],
  packet: true,
};
export const CLASSIFIER_SKB: SkbRules = {
  hidden: [SOCKET_FIELDS],
  writable: [
    field(MARK),
    field(TC_INDEX),
    field(PRIORITY),
    field(TC_CLASSID),
    CB_RANGE,
    field(TSTAMP, 8),
    field(QUEUE_MAPPING),
  ],
  packet: true,
  tstampType: true,
};
export const SK_SKB: SkbRules = {
  hidden: [field(MARK), field(TC_CLASSID), field(DATA_META), field(TSTAMP, 8), field(WIRE_LEN), field(HWTSTAMP, 8)],
  writable: [field(TC_INDEX), field(PRIORITY)],
  packet: true,
};

const NO: CtxAccess = { ok: false };
const SCALAR: CtxAccess = { ok: true, gives: { kind: 'scalar' } };
const inside = (off: number, [start, end]: Range): boolean => off >= start && off < end;

/** An access to `struct __sk_buff` by a program with these rules. */
export function skbAccess(rules: SkbRules, off: number, size: number, write: boolean, signExtend: boolean): CtxAccess {
  if (write && !rules.writable.some((range) => inside(off, range))) return NO;
  if (rules.hidden.some((range) => inside(off, range))) return NO;
  if (off === TSTAMP_TYPE && rules.tstampType === true) return size === 1 ? SCALAR : NO;
  if (off < 0 || off >= END || off % size !== 0) return NO;
  const word = size === 4;
  if (inside(off, CB_RANGE)) return off + size <= CB_END ? SCALAR : NO;
  if (inside(off, field(DATA)) || inside(off, field(DATA_END)) || inside(off, field(DATA_META))) {
    if (!word || signExtend) return NO;
    return { ok: true, gives: { kind: off === DATA ? 'packet' : off === DATA_END ? 'packet-end' : 'packet-meta' } };
  }
  if (inside(off, [ADDRESSES, PORTS])) return word ? SCALAR : NO;
  if (inside(off, field(FLOW_KEYS, 8))) return NO;
  if (inside(off, field(HWTSTAMP, 8))) return !write && size === 8 ? SCALAR : NO;
  if (inside(off, field(TSTAMP, 8))) return size === 8 ? SCALAR : NO;
  if (inside(off, field(SK, 8))) return write || size !== 8 ? NO : { unsupported: 'the socket of an __sk_buff' };
  if (inside(off, [TSTAMP_TYPE, HWTSTAMP])) return NO;
  // Part of a field may be read; a write takes all of it.
  return (write ? word : size <= 4) ? SCALAR : NO;
}
