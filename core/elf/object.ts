import type { Btf } from '../btf/btf.ts';
import type { Insn } from '../isa/insn.ts';

/** A map as the object declares it (BTF-defined, or made by the loader for `.rodata`, `.data`, `.bss`). */
export interface MapDef {
  /** Kernel-visible name (libbpf's naming for data sections included, e.g. `prog.rodata`), at most 15 characters. */
  readonly name: string;
  /** BPF_MAP_TYPE_* */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** BPF_F_* (BPF_F_RDONLY_PROG for .rodata). */
  readonly flags: number;
  /** Initial contents of element 0 for data sections. */
  readonly initial?: Uint8Array;
  /** True when libbpf freezes it after load (.rodata): the verifier may fold loads from it. */
  readonly frozen: boolean;
  readonly btfKeyTypeId: number;
  readonly btfValueTypeId: number;
  /** For a map of maps: what each of its maps is like. It has no name. */
  readonly inner?: MapDef;
  /** For a map of maps: the maps that the object puts into it, by key (their numbers in `BpfObject.maps`). */
  readonly slots?: ReadonlyMap<number, number>;
  /** For an array of programs: the programs that the object puts into it, by key (their names). */
  readonly programs?: ReadonlyMap<number, string>;
  /** Where its memory is to lie, with BPF_F_NUMA_NODE. */
  readonly numaNode?: number;
  /** `map_extra`: hash functions of a bloom filter, address of an arena. */
  readonly extra?: bigint;
  /** Type id of the struct_ops/inner map etc. is out of range: the loader says `unsupported` in `ObjectProgram.unsupported`. */
}

/** Function info record: instruction index (not bytes) to BTF FUNC id in the object's BTF. */
export interface FuncInfo {
  readonly insn: number;
  readonly typeId: number;
}

/** Line info record, instruction index based, text as in `.BTF` strings. */
export interface LineInfo {
  readonly insn: number;
  readonly file: string;
  /** The source line's text. */
  readonly text: string;
  readonly line: number;
  readonly col: number;
}

/** An instruction that libbpf replaces by a call of a helper that does not exist, and what the kernel lacks. */
export interface Replaced {
  readonly insn: number;
  readonly why: 'core' | 'kfunc';
  /** `the field driver_kind of struct tty_driver`, or the function's name. */
  readonly lacks: string;
}

/** One program, ready for BPF_PROG_LOAD as libbpf would hand it over. */
export interface BpfProgram {
  readonly name: string;
  /** ELF section, e.g. `raw_tp/sys_enter`. */
  readonly section: string;
  /** BPF_PROG_TYPE_* */
  readonly type: number;
  /** BPF_* attach type, 0 if none. */
  readonly expectedAttachType: number;
  /** Kernel BTF id of the attach target for tracing programs, 0 if none. */
  readonly attachBtfId: number;
  /** BPF_F_SLEEPABLE etc. */
  readonly flags: number;
  /**
   * Main program first, then the subprograms it reaches, calls already relative.
   * Map loads (`lddw`, src 1 or 2): `imm` is the index in `BpfObject.maps`, the second slot's `imm` the offset into the value (src 2).
   * Kfunc calls (`call`, src 2): `imm` is the FUNC id in the kernel's BTF, 0 for an unresolved weak one (libbpf's poisoning applies).
   * CO-RE relocations are applied.
   */
  readonly insns: readonly Insn[];
  /** Map loads whose `imm` is no index: no relocation filled it, and the kernel takes it for a descriptor. */
  readonly unfilled?: ReadonlySet<number>;
  readonly funcInfo: readonly FuncInfo[];
  readonly lineInfo: readonly LineInfo[];
  /** Instructions that the loader replaced by calls which no kernel takes, because the kernel lacks what they ask for; absent or empty for none. */
  readonly replaced?: readonly Replaced[];
  /** Why this program cannot be loaded by the model, if so. */
  readonly unsupported?: string;
}

/** A parsed and linked `.bpf.o`. */
export interface BpfObject {
  readonly file: string;
  readonly license: string;
  readonly programs: readonly BpfProgram[];
  readonly maps: readonly MapDef[];
  /** The object's own BTF, after libbpf's fix-ups (data section sizes and offsets). */
  readonly btf: Btf | null;
}
