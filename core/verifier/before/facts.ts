import type { MapDef } from '../../elf/object.ts';
import type { Insn } from '../../isa/insn.ts';

/** A function of the program: the main one or a subprogram. */
export interface Subprog {
  readonly start: number;
  /** One past the last instruction. */
  end: number;
  readonly name: string;
  /** Global functions are verified on their own. */
  readonly global: boolean;
  stackDepth: number;
  hasTailCall: boolean;
  hasPacketLoad: boolean;
  /** BTF is missing or does not fit: argument types are not relied on. */
  unreliable: boolean;
  /** Some instruction that is walked calls it, or hands it to a helper that does. */
  called: boolean;
  /** The kernel calls it later, by itself. */
  async?: boolean;
  /** A helper or kernel function calls it. */
  callback?: boolean;
}

/** What the walk learnt of a call for what is made of it afterwards. */
export interface CallFact {
  /** The map that it is given on every path; null when paths differ. */
  map?: MapDef | null;
  /** Bytes of the object that it makes. */
  size?: number;
  /** The object that it is about has fields that the kernel looks after. */
  described?: boolean;
  /** Byte offset of the node that a list or tree is to own. */
  node?: number;
  /** Its argument is an object of which every CPU has its own. */
  perCpuObject?: boolean;
}

/** What is known of each instruction before the walk, and what the walk adds. */
export class InsnFacts {
  readonly prunePoint: Uint8Array;
  readonly jumpPoint: Uint8Array;
  readonly forceCheckpoint: Uint8Array;
  readonly callsCallback: Uint8Array;
  readonly iterNext: Uint8Array;
  /** What follows the instruction in its function (the fall-through, then where it jumps), -1 for nothing. */
  readonly next: Int32Array;
  readonly target: Int32Array;
  /** Type of the pointer that a load or store went through first, 0 before that. */
  readonly pointerKind: Int32Array;
  /** 1 for an instruction that some path came to. */
  readonly seen: Uint8Array;
  /** Live registers before the instruction, bit per register. */
  readonly liveRegs: Uint16Array;
  /** Number of the strongly connected component (loop) it is in, 0 if none. */
  readonly scc: Int32Array;

  constructor(count: number) {
    this.prunePoint = new Uint8Array(count);
    this.jumpPoint = new Uint8Array(count);
    this.forceCheckpoint = new Uint8Array(count);
    this.callsCallback = new Uint8Array(count);
    this.iterNext = new Uint8Array(count);
    this.next = new Int32Array(count);
    this.target = new Int32Array(count);
    this.pointerKind = new Int32Array(count);
    this.seen = new Uint8Array(count);
    this.liveRegs = new Uint16Array(count);
    this.scc = new Int32Array(count);
  }
}

/** What the control-flow check asks of the kernel's functions. */
export interface CallFacts {
  /** Number of arguments that a helper or kfunc call reads. Null when it is not known (all five then). */
  readonly argCount: (insn: Insn) => number | null;
  readonly isIterNext: (insn: Insn) => boolean;
  readonly callsCallback: (insn: Insn) => boolean;
  /** The kernel will call a function of the program later. */
  readonly queuesCallback: (insn: Insn) => boolean;
}
