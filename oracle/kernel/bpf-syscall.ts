import { ENOSPC, EPERM } from '../../core/base/errno.ts';
import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { errnoName } from '../../core/base/errno.ts';
import { whyNotPermitted } from './refusals.ts';

// bpf(2) through koffi. Every attribute is laid out by hand below; all numbers little-endian.
//
//     command          attribute bytes used (offset: field)
//     MAP_CREATE  0    0 type, 4 key, 8 value, 12 entries, 16 flags, 20 inner map fd, 28 name[16], 48 btf fd, 52 key type, 56 value type,
//                      24 NUMA node, 64 map_extra (8)
//     MAP_UPDATE  2    0 fd, 8 key pointer, 16 value pointer, 24 flags
//     PROG_LOAD   5    0 type, 4 insn count, 8 insns, 16 license, 24 log level, 28 log size, 32 log buffer, 44 flags, 48 name[16],
//                      68 attach type, 72 btf fd, 76 func_info size, 80 func_info, 88 its count, 92 line_info size, 96 line_info,
//                      104 its count, 108 attach btf id, 140 log_true_size (out)
//     TEST_RUN   10    0 program, 4 return value (out), 8 data size, 16 data, 40 ctx size, 48 ctx
//     BTF_LOAD   18    0 btf, 8 log buffer, 16 btf size, 20 log size, 24 log level
//     OBJ_GET_INFO 15  0 fd, 4 length, 8 struct bpf_prog_info (20 xlated length, 32 xlated pointer) or
//                      bpf_map_info (4 id)
//     MAP_FREEZE 22    0 fd

const SYS_BPF = process.arch === 'arm64' ? 280 : 321;
const MAP_CREATE = 0;
const MAP_UPDATE = 2;
const PROG_LOAD = 5;
const TEST_RUN = 10;
const OBJ_GET_INFO = 15;
const BTF_LOAD = 18;
const MAP_FREEZE = 22;
const ATTR_SIZE = 152;

/** A bpf(2) call that failed before there was anything to verify. */
export class BpfError extends Error {
  constructor(
    readonly what: string,
    /** Positive errno. */
    readonly errno: number,
    /** What was asked for, in the plural: `maps`, `tracing programs`. */
    kind = 'calls of bpf(2)',
    why = '',
  ) {
    super(
      errno === -EPERM
        ? `${what}: EPERM: ${whyNotPermitted(kind === '' ? 'calls of bpf(2)' : kind)}`
        : `${what}: ${errnoName(errno)}${why === '' ? '' : `: ${why}`}`,
    );
    this.name = 'BpfError';
  }
}

type Syscall = (number: number, command: number, attr: Uint8Array, size: number) => number;
interface Binding {
  readonly bpf: Syscall;
  readonly close: (fd: number) => number;
  readonly address: (bytes: Uint8Array) => bigint;
  readonly errno: () => number;
}

let binding: Binding | null = null;

/** @throws Error in one line when this is no Linux or koffi has no binary for it */
function bind(): Binding {
  if (binding !== null) return binding;
  if (process.platform !== 'linux') throw new Error('the running kernel can only be asked on Linux');
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const libc = koffi.load('libc.so.6');
  binding = {
    bpf: libc.func('long syscall(long, int, void*, unsigned int)') as unknown as Syscall,
    close: libc.func('int close(int)') as unknown as Binding['close'],
    address: (bytes) => BigInt((koffi.address as (value: unknown) => bigint | number)(bytes)),
    errno: () => koffi.errno(),
  };
  return binding;
}

/** Attribute under construction; keeps what it points at alive. */
class Attr {
  readonly bytes = new Uint8Array(ATTR_SIZE);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #held: Uint8Array[] = [];

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value >>> 0, true);
    return this;
  }
  pointer(offset: number, to: Uint8Array | null): this {
    if (to === null || to.length === 0) return this;
    this.#held.push(to);
    this.#view.setBigUint64(offset, bind().address(to), true);
    return this;
  }
  name(offset: number, text: string): this {
    // The kernel takes letters, digits, _ and . in at most 15 bytes.
    for (let i = 0; i < Math.min(15, text.length); i++) this.bytes[offset + i] = text.charCodeAt(i);
    return this;
  }
  read(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
  /** The call's result, or the negative errno. */
  call(command: number): number {
    const { bpf, errno } = bind();
    const result = Number(bpf(SYS_BPF, command, this.bytes, ATTR_SIZE));
    return result < 0 ? -errno() : result;
  }
}

/** File descriptors that are closed together. */
export class Fds {
  readonly #open: number[] = [];
  add(fd: number): number {
    this.#open.push(fd);
    return fd;
  }
  close(): void {
    for (const fd of this.#open.splice(0)) bind().close(fd);
  }
}

/** Loads BTF; gives its descriptor. @throws BpfError */
export function btfLoad(btf: Uint8Array): number {
  const fd = new Attr().pointer(0, btf).u32(16, btf.length).call(BTF_LOAD);
  if (fd < 0) throw new BpfError('BPF_BTF_LOAD', -fd);
  return fd;
}

export interface MapAttr {
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly name: string;
  readonly btfFd: number;
  readonly btfKeyTypeId: number;
  readonly btfValueTypeId: number;
  /** A map like those that a map of maps will hold. */
  readonly innerFd?: number;
  /** With BPF_F_NUMA_NODE in `flags`. */
  readonly numaNode?: number;
  readonly extra?: bigint;
}

/** Asks for a map once, with or without BTF of its key and value; gives its descriptor or the negative errno. */
export function mapTry(map: MapAttr, withBtf: boolean): number {
  const attr = new Attr()
    .u32(0, map.type)
    .u32(4, map.keySize)
    .u32(8, map.valueSize)
    .u32(12, map.maxEntries)
    .u32(16, map.flags)
    .u32(20, map.innerFd ?? 0)
    .u32(24, map.numaNode ?? 0)
    .name(28, map.name);
  attr
    .u32(64, Number(BigInt.asUintN(32, map.extra ?? 0n)))
    .u32(68, Number(BigInt.asUintN(32, (map.extra ?? 0n) >> 32n)));
  if (withBtf) attr.u32(48, map.btfFd).u32(52, map.btfKeyTypeId).u32(56, map.btfValueTypeId);
  return attr.call(MAP_CREATE);
}

/** Creates a map; gives its descriptor. Tries again without BTF where the kernel does not take it, as libbpf does. @throws BpfError */
export function mapCreate(map: MapAttr): number {
  const hasBtf = map.btfFd > 0 && (map.btfKeyTypeId > 0 || map.btfValueTypeId > 0);
  let fd = mapTry(map, hasBtf);
  if (fd < 0 && hasBtf && fd !== EPERM) fd = mapTry(map, false);
  if (fd < 0) throw new BpfError(`BPF_MAP_CREATE of ${map.name}`, -fd, 'maps');
  return fd;
}

/** Writes element 0 of a map. @throws BpfError */
export function mapSetFirst(fd: number, value: Uint8Array): void {
  const result = new Attr().u32(0, fd).pointer(8, new Uint8Array(4)).pointer(16, value).call(MAP_UPDATE);
  if (result < 0) throw new BpfError('BPF_MAP_UPDATE_ELEM', -result);
}

/**
 * Runs a loaded program once (BPF_PROG_TEST_RUN), attached to nothing. Gives the low 32 bits of what it returns, unsigned.
 * @param input  the context of a raw tracepoint or syscall program; the packet of one that gets packets
 * @throws BpfError
 */
export function progTestRun(fd: number, input: { readonly ctx?: Uint8Array; readonly packet?: Uint8Array }): number {
  const { ctx, packet } = input;
  const attr = new Attr().u32(0, fd);
  if (packet !== undefined) attr.u32(8, packet.length).pointer(16, packet);
  if (ctx !== undefined) attr.u32(40, ctx.length).pointer(48, ctx);
  const result = attr.call(TEST_RUN);
  if (result < 0) throw new BpfError('BPF_PROG_TEST_RUN', -result);
  return attr.read(4);
}

/** A map's id. @throws BpfError */
export function mapId(fd: number): number {
  const info = new Uint8Array(88);
  const result = new Attr().u32(0, fd).u32(4, info.length).pointer(8, info).call(OBJ_GET_INFO);
  if (result < 0) throw new BpfError('BPF_OBJ_GET_INFO_BY_FD', -result);
  return new DataView(info.buffer).getUint32(4, true);
}

const PROG_INFO_SIZE = 232;

/** A loaded program's instructions as the kernel rewrote them. @throws BpfError */
export function progTranslated(fd: number): Uint8Array {
  const ask = (info: Uint8Array): DataView => {
    const result = new Attr().u32(0, fd).u32(4, info.length).pointer(8, info).call(OBJ_GET_INFO);
    if (result < 0) throw new BpfError('BPF_OBJ_GET_INFO_BY_FD', -result);
    return new DataView(info.buffer);
  };
  const length = ask(new Uint8Array(PROG_INFO_SIZE)).getUint32(20, true);
  const insns = new Uint8Array(length);
  const info = new Uint8Array(PROG_INFO_SIZE);
  const view = new DataView(info.buffer);
  view.setUint32(20, length, true);
  view.setBigUint64(32, bind().address(insns), true);
  if (ask(info).getUint32(20, true) !== length || view.getBigUint64(32, true) === 0n)
    throw new BpfError('BPF_OBJ_GET_INFO_BY_FD', -EPERM, 'listings of programs as the kernel rewrote them');
  return insns;
}

/** Makes a map read-only for user space. @throws BpfError */
export function mapFreeze(fd: number): void {
  const result = new Attr().u32(0, fd).call(MAP_FREEZE);
  if (result < 0) throw new BpfError('BPF_MAP_FREEZE', -result);
}

export interface ProgAttr {
  readonly type: number;
  readonly insns: Uint8Array;
  readonly license: string;
  readonly flags: number;
  readonly name: string;
  readonly expectedAttachType: number;
  readonly attachBtfId: number;
  readonly btfFd: number;
  /** Records of 8 bytes. */
  readonly funcInfo: Uint8Array;
  /** Records of 16 bytes. */
  readonly lineInfo: Uint8Array;
}

export interface ProgLoaded {
  /** A descriptor, or the kernel's negative errno. */
  readonly result: number;
  /** The log's text, as the kernel wrote it. May share memory with the next load's. */
  readonly log: Uint8Array;
  /** Its log is longer than the largest buffer that was offered, and the verdict is about that alone. */
  readonly logTooLong: boolean;
}

const FIRST_LOG = 1 << 20;
// The kernel takes no larger buffer.
const LARGEST_LOG = (1 << 30) - 1;
let firstLog: Uint8Array | null = null;

/** Room for a log; the first size is used again and again, as most logs fit it. */
function logBuffer(size: number): Uint8Array {
  if (size !== FIRST_LOG) return new Uint8Array(size);
  firstLog ??= new Uint8Array(FIRST_LOG);
  firstLog[0] = 0;
  return firstLog;
}

/**
 * Loads a program and gives the verifier's log. When the log does not fit, asks again with room for it, up to `limit` bytes (1 GiB at most, which is
 * what the kernel takes).
 */
export function progLoad(prog: ProgAttr, logLevel: number, limit = LARGEST_LOG): ProgLoaded {
  const license = new Uint8Array(Buffer.from(`${prog.license}\0`, 'latin1'));
  for (let size = FIRST_LOG; ;) {
    const log = logLevel === 0 ? new Uint8Array(0) : logBuffer(size);
    const attr = new Attr()
      .u32(0, prog.type)
      .u32(4, prog.insns.length / 8)
      .pointer(8, prog.insns)
      .pointer(16, license)
      .u32(24, logLevel)
      .u32(28, log.length)
      .pointer(32, log)
      .u32(44, prog.flags)
      .name(48, prog.name)
      .u32(68, prog.expectedAttachType)
      .u32(108, prog.attachBtfId);
    if (prog.btfFd > 0) {
      attr.u32(72, prog.btfFd);
      if (prog.funcInfo.length > 0)
        attr
          .u32(76, 8)
          .pointer(80, prog.funcInfo)
          .u32(88, prog.funcInfo.length / 8);
      if (prog.lineInfo.length > 0)
        attr
          .u32(92, 16)
          .pointer(96, prog.lineInfo)
          .u32(104, prog.lineInfo.length / 16);
    }
    const result = attr.call(PROG_LOAD);
    if (result === ENOSPC && size < limit) {
      size = Math.min(limit, Math.max(size * 2, attr.read(140) + 1));
      continue;
    }
    const end = log.indexOf(0);
    return {
      result,
      log: log.subarray(0, end < 0 ? log.length : end),
      logTooLong: result === ENOSPC && size >= limit && limit > 0,
    };
  }
}
