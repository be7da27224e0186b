import { E2BIG, EPERM } from '../../core/base/errno.ts';
import { readFileSync } from 'node:fs';
import type { BpfObject, BpfProgram, MapDef } from '../../core/elf/object.ts';
import { errnoName } from '../../core/base/errno.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { mapTypeName } from '../../core/kernel/catalogue/map-types.ts';
import { programTypeName } from '../../core/kernel/rules/programs.ts';
import { decode, encode } from '../../core/isa/codec.ts';
import {
  BpfError,
  btfLoad,
  Fds,
  mapCreate,
  mapFreeze,
  mapId,
  mapSetFirst,
  progLoad,
  progTestRun,
  progTranslated,
} from './bpf-syscall.ts';
import type { Statistics } from './log-text.ts';
import { statisticsOf } from './log-text.ts';

/** What the running kernel said of a program. */
export interface KernelVerdict extends Statistics {
  /** 0 or the kernel's negative errno. */
  readonly errno: number;
  /** The log as the kernel wrote it: ASCII but for source lines. */
  readonly bytes: Uint8Array;
  /** The log as text. @throws BpfError when it is too long for one text */
  readonly log: string;
}

/** A log that is longer than one text may be is only looked at piece by piece. */
const LONGEST_TEXT = 400 * 1024 * 1024;

function textOf(bytes: Uint8Array): string {
  if (bytes.length > LONGEST_TEXT) throw new BpfError('its log', -E2BIG, '', 'too long for one text');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

const BPF_LOG_STATS = 4;

const takesMap = (insn: Insn): boolean => insn.code === 0x18 && (insn.src === 1 || insn.src === 2);

/** A map that the kernel does not make: programs that use it cannot be loaded. */
export class MapRefused extends BpfError {
  constructor(map: Omit<MapDef, 'inner'>, errno: number) {
    const { name, type, keySize, valueSize, maxEntries } = map;
    const asked = `type ${mapTypeName(type)}, key ${keySize}, value ${valueSize}, ${maxEntries} entries`;
    const hint =
      maxEntries === 0 ? `; user space is to set its size before loading: --set ${name}.max_entries=N does` : '';
    super(`it uses map '${name}', which the kernel does not make (${asked}${hint}): ${errnoName(-errno)}`, errno);
    this.message = this.what;
  }
}

/** An object's maps and BTF in the running kernel, until closed. Programs are loaded to be verified and closed at once; none is attached. */
export class KernelObject {
  readonly #fds = new Fds();
  /** Descriptors by the number of the map; of those that could not be made, why. */
  readonly #mapFds: (number | MapRefused)[] = [];
  readonly #btfFd: number;
  readonly #strings: ReadonlyMap<string, number>;

  /** @throws BpfError when the kernel refuses the maps or may not be asked */
  constructor(private readonly object: BpfObject) {
    try {
      this.#btfFd = this.#loadBtf();
      this.#strings = object.btf === null ? new Map() : stringOffsets(object.btf.bytes);
      for (const map of object.maps) {
        const fd = this.#createMap(map);
        this.#mapFds.push(fd);
        if (typeof fd !== 'number') continue;
        if (map.initial !== undefined) mapSetFirst(fd, map.initial);
        if (map.frozen) mapFreeze(fd);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** A map's descriptor, or why the kernel makes none: programs that do without it can be loaded all the same. */
  #createMap({ inner, ...map }: MapDef): number | MapRefused {
    const btfFd = this.#btfFd;
    // A map of maps is created with one like those that it will hold, which is not needed afterwards.
    const fds = new Fds();
    try {
      const innerFd = inner === undefined ? 0 : fds.add(mapCreate({ ...inner, btfFd }));
      return this.#fds.add(mapCreate({ ...map, btfFd, innerFd }));
    } catch (error) {
      if (!(error instanceof BpfError) || error.errno === -EPERM) throw error;
      return new MapRefused(map, error.errno);
    } finally {
      fds.close();
    }
  }

  /** The first map that a program uses and that the kernel did not make; null when all are there. */
  refusedMap(program: BpfProgram): MapRefused | null {
    for (const insn of program.insns) {
      const fd = takesMap(insn) ? this.#mapFds[insn.imm] : undefined;
      if (fd instanceof MapRefused) return fd;
    }
    return null;
  }

  #loadBtf(): number {
    if (this.object.btf === null) return 0;
    return this.#fds.add(btfLoad(this.object.btf.bytes));
  }

  #descriptor(map: number): number {
    const fd = this.#mapFds[map];
    return typeof fd === 'number' ? fd : -1;
  }

  /**
   * Asks the kernel for its verdict and log.
   * @param logLimit most bytes of log; past that the verdict is ENOSPC. Without one a log longer than the kernel can give is an error
   * @throws BpfError when the program may not be loaded, or its log is longer than 1 GB
   */
  verify(program: BpfProgram, logLevel: number, logLimit?: number): KernelVerdict {
    const refused = this.refusedMap(program);
    if (refused !== null) throw refused;
    const { result, log, logTooLong } = this.#load(program, logLevel, logLimit);
    if (result >= 0) {
      const fd = new Fds();
      fd.add(result);
      fd.close();
    }
    if (logTooLong && logLimit === undefined)
      throw new BpfError(
        'BPF_PROG_LOAD',
        28,
        '',
        'its log is longer than the 1 GB that the kernel gives; try --log-level 1 or 0',
      );
    if (result === -1 && log.length === 0)
      throw new BpfError('BPF_PROG_LOAD', 1, `${programTypeName(program.type).long} programs in ${program.section}`);
    const bytes = log.slice();
    const tail = textOf(bytes.subarray(Math.max(0, bytes.length - 4096)));
    return {
      errno: Math.min(0, result),
      bytes,
      ...statisticsOf(tail),
      get log() {
        return textOf(bytes);
      },
    };
  }

  /** Names of the object's maps by the ids that the kernel gave them. */
  mapNames(): ReadonlyMap<number, string> {
    return new Map(
      this.object.maps.flatMap(({ name }, i) => {
        const fd = this.#mapFds[i];
        return typeof fd === 'number' ? [[mapId(fd), name] as const] : [];
      }),
    );
  }

  /** The program as the kernel rewrote it (`bpftool prog dump xlated`). @throws BpfError when it is refused */
  translated(program: BpfProgram): readonly Insn[] {
    const { result } = this.#load(program, 0);
    if (result < 0) throw new BpfError('BPF_PROG_LOAD', -result);
    const fd = new Fds();
    fd.add(result);
    try {
      return decode(progTranslated(result));
    } finally {
      fd.close();
    }
  }

  /**
   * Runs a program once for each input (see `progTestRun`) and gives what it returned. Only for programs that touch nothing outside.
   * @param before called before each run with the maps' descriptors, by index
   * @throws BpfError when it cannot be loaded or run
   */
  testRun(
    program: BpfProgram,
    inputs: readonly Parameters<typeof progTestRun>[1][],
    before?: (input: number, maps: readonly number[]) => void,
  ): number[] {
    const { result } = this.#load(program, 0);
    if (result < 0) throw new BpfError('BPF_PROG_LOAD', -result);
    const fd = new Fds();
    fd.add(result);
    try {
      return inputs.map((input, i) => {
        before?.(
          i,
          this.#mapFds.map((fd) => (typeof fd === 'number' ? fd : -1)),
        );
        return progTestRun(result, input);
      });
    } finally {
      fd.close();
    }
  }

  #load(program: BpfProgram, logLevel: number, logLimit?: number): ReturnType<typeof progLoad> {
    const insns = program.insns.map((insn, i) =>
      takesMap(insn) && program.unfilled?.has(i) !== true ? { ...insn, imm: this.#descriptor(insn.imm) } : insn,
    );
    const funcInfo = new DataView(new ArrayBuffer(program.funcInfo.length * 8));
    program.funcInfo.forEach(({ insn, typeId }, i) => {
      funcInfo.setUint32(i * 8, insn, true);
      funcInfo.setUint32(i * 8 + 4, typeId, true);
    });
    const lineInfo = new DataView(new ArrayBuffer(program.lineInfo.length * 16));
    program.lineInfo.forEach(({ insn, file, text, line, col }, i) => {
      lineInfo.setUint32(i * 16, insn, true);
      lineInfo.setUint32(i * 16 + 4, this.#strings.get(file) ?? 0, true);
      lineInfo.setUint32(i * 16 + 8, this.#strings.get(text) ?? 0, true);
      lineInfo.setUint32(i * 16 + 12, (line << 10) | col, true);
    });
    return progLoad(
      {
        ...program,
        insns: encode(insns),
        license: this.object.license,
        btfFd: this.#btfFd,
        funcInfo: new Uint8Array(funcInfo.buffer),
        lineInfo: new Uint8Array(lineInfo.buffer),
      },
      logLevel,
      logLimit,
    );
  }

  /** The kernel's own measure of the time that its verifier takes, in microseconds. */
  timeUs(program: BpfProgram): number {
    return this.verify(program, BPF_LOG_STATS).timeUs;
  }

  close(): void {
    this.#fds.close();
  }
}

/** Offsets of the strings in a BTF blob's string section (the header has its offset at byte 16 and its length at byte 20). */
function stringOffsets(btf: Uint8Array): Map<string, number> {
  const view = new DataView(btf.buffer, btf.byteOffset, btf.byteLength);
  const start = view.getUint32(4, true) + view.getUint32(16, true);
  const end = start + view.getUint32(20, true);
  const decoder = new TextDecoder();
  const offsets = new Map<string, number>();
  for (let at = start; at < end;) {
    const zero = btf.indexOf(0, at);
    const stop = zero < 0 ? end : zero;
    offsets.set(decoder.decode(btf.subarray(at, stop)), at - start);
    at = stop + 1;
  }
  return offsets;
}

/** CPUs that the running kernel may ever have: one more than the last number in its list of possible ones. */
export function possibleCpus(): number {
  const last = /(\d+)\s*$/.exec(readFileSync('/sys/devices/system/cpu/possible', 'utf8'));
  return last === null ? 1 : Number(last[1]) + 1;
}

/** Whether the running kernel may be asked, and if not, why not. */
export function kernelRefusal(): string | null {
  try {
    // An empty BTF: void alone.
    const header = new Uint8Array(25);
    header.set([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
    new DataView(header.buffer).setUint32(20, 1, true);
    const fds = new Fds();
    fds.add(btfLoad(header));
    fds.close();
    return null;
  } catch (error) {
    if (error instanceof BpfError && error.errno !== -EPERM) return null;
    return (error as Error).message;
  }
}
