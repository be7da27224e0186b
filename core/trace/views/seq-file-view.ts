// What the window shows of an iterator program that is attached and read: the machine that it visits, its calls, and the file. Plain data.

/** What a link of a target can be told, and what the program's object and the machine have of it. */
export interface IteratorOffer {
  /** `task_file` */
  readonly target: string;
  readonly doc: string;
  readonly parameters: 'task' | 'map' | 'cgroup' | null;
  /** Maps of the program's object, for `parameters` map. */
  readonly maps: readonly string[];
  /** Words of BPF_CGROUP_ITER_*, for `parameters` cgroup. */
  readonly orders: readonly string[];
  readonly cgroups: readonly string[];
  /** Read-only variables of the program's object that are numbers, for `parameters` task: by one of them it may filter itself. */
  readonly constants: readonly string[];
  /** Why the simulated machine can't read it. */
  readonly unsupported?: string;
}

/** Parameters of a link, and how much each `read()` asks for. */
export interface ReadSettings {
  readonly pid?: number | undefined;
  readonly tid?: number | undefined;
  readonly map?: string | undefined;
  readonly cgroup?: string | undefined;
  readonly order?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Count the program as well with this variable set to the thread or process, on a link that visits everything. */
  readonly filter?: string | undefined;
}

/** One call of the program. */
export interface SeqCall {
  readonly kind: 'call';
  /** Number of the call, from 1. */
  readonly call: number;
  readonly seqNum: number;
  /** Index in `WorldView.entities`; -1 for one that is not among them. */
  readonly entity: number;
  readonly label: string;
  /** The context's words after `meta`, one for each of `IteratorView.context`. */
  readonly args: readonly string[];
  /** The last call, with NULL for its objects. */
  readonly atEnd: boolean;
  readonly returned: number;
  /** Bytes in the buffer before the call, and after it. */
  readonly before: number;
  readonly after: number;
  /** What it wrote was not kept. */
  readonly takenBack: boolean;
  /** It wrote more than there was room for. */
  readonly overflowed: boolean;
  /** What it wrote and was whole, as a part of `IteratorView.written`. */
  readonly from: number;
  readonly to: number;
}

/** One `read()`, told when it returns. */
export interface SeqRead {
  readonly kind: 'read';
  /** Number of the read, from 1. */
  readonly read: number;
  readonly asked: number;
  /** Bytes, 0 at the end, or a negative errno. */
  readonly given: number;
  /** Bytes that the buffer still holds. */
  readonly left: number;
  /** Number of its first call; 0 when the program was not called for it. */
  readonly firstCall: number;
  readonly lastCall: number;
  /** It stopped where what a call wrote did not fit. */
  readonly overflowed: boolean;
}

export type SeqEvent = SeqCall | SeqRead;

/** An object that a target visits. */
export interface WorldEntity {
  readonly label: string;
  /** A few letters, where it stands among others in a row. */
  readonly short: string;
}

/** A row of the machine: one object, or a task with what it has. */
export interface WorldRow {
  readonly name: string;
  readonly detail: string;
  /** How far it stands below others, 0 for none. */
  readonly depth: number;
  /** Its entities: `count` from index `first` on. */
  readonly first: number;
  readonly count: number;
  /** Why it has none. */
  readonly note: string;
}

/** The objects of a target, in its order. */
export interface WorldView {
  readonly title: string;
  /** What the rows are: `processes and threads`. */
  readonly what: string;
  /** What a row has, where its entities are parts of it: `open files`; empty where the row is its entity. */
  readonly parts: string;
  readonly rows: readonly WorldRow[];
  readonly entities: readonly WorldEntity[];
}

/** How often a program was called, and how often it wrote nothing. */
export interface CallCount {
  readonly calls: number;
  readonly silent: number;
}

/** An iterator program, attached and read until its end. */
export interface IteratorView {
  readonly target: string;
  readonly settings: ReadSettings;
  /** What `/proc/PID/fdinfo` of the link shows. */
  readonly fdinfo: string;
  /** Names of the context's words after `meta`. */
  readonly context: readonly string[];
  readonly sessionId: number;
  readonly world: WorldView;
  readonly events: readonly SeqEvent[];
  /** What all calls wrote, one after the other. */
  readonly written: Uint8Array;
  readonly count: CallCount;
  /** The same program on a link without parameters; null where it has none. */
  readonly unfiltered: CallCount | null;
  /** The program that leaves out by itself what the link's parameter leaves out; null where none was asked for. */
  readonly inside: {
    /** `only_pid = 600` */
    readonly setting: string;
    readonly count: CallCount;
    /** It wrote the same bytes. */
    readonly same: boolean;
  } | null;
  /** Bytes of the file's buffer. */
  readonly bufferSize: number;
  /** Pages of it. */
  readonly bufferPages: number;
  /** Why it was not attached, or not read to its end. */
  readonly problem: string;
}
