import type { Trace } from '../../trace/record/trace.ts';
import type { TraceView } from '../../trace/views/trace-view.ts';

/** What a run of a program did. */
export interface RunFacts {
  /** Why it was stopped; empty when it reached its end. */
  readonly fault: string;
  /** The low 32 bits of its result. */
  readonly returned: number;
  /** How often the instruction that ran most often did. */
  readonly rounds: number;
  /** What was done to iterators, in order. `ref` tells them apart. */
  readonly iterators: readonly {
    readonly type: string;
    readonly ref: number;
    readonly what: 'new' | 'element' | 'null' | 'destroy';
  }[];
  /**
   * A global variable (a number) when the program was over, or when the work that it had left for later was done, too; null when there is none of that
   * name.
   */
  variable(name: string, when: 'at-exit' | 'after-work'): bigint | null;
  /** Contracts of iterators that were broken, as they were seen: by name, and in a sentence. */
  readonly breaches: readonly { readonly kind: string; readonly text: string }[];
}

/** What an iterator program did when it was attached and read to the end. */
export interface ReadFacts {
  /** Why it could not be read, or was stopped; empty when it reached its end. */
  readonly problem: string;
  readonly text: string;
  /** How many bytes it wrote. */
  readonly bytes: number;
  /** How often it was called. */
  readonly calls: number;
  /** How many calls were taken back, as what they wrote did not fit into the buffer any more. */
  readonly takenBack: number;
  /** How many `read()` there were, with the last one, which gives nothing. */
  readonly reads: number;
}

/** How an iterator program is attached and read, where it is not as usual. */
export interface ReadHow {
  /** The link's parameter: the process, or the thread, that is visited. */
  readonly pid?: number;
  readonly tid?: number;
  /** Bytes that each `read()` asks for. */
  readonly size?: number;
  /** Which opening of the file on the link is asked about, from 1; those before it are read to their end. */
  readonly open?: number;
  /** A global variable to set before, `only_pid=600`. */
  readonly setting?: string;
}

/** An iterator of one's own, as it is defined, and what the kernel says when its functions are to be registered. */
export interface DefinitionFacts {
  /** Why it is not registered, as far as there is something to refuse; empty where it is. */
  readonly refused: readonly string[];
  /** What the documentation asks and the kernel does not look at. */
  readonly remarks: readonly string[];
  /** Bytes of its state. */
  readonly size: number;
  readonly fields: readonly { readonly name: string; readonly type: string }[];
}

/** What a check looks at: a program, its verification, and a run of it. */
export interface Subject {
  readonly trace: Trace;
  readonly view: TraceView;
  /** Names of the functions that the program calls (the kernel's, helpers, its own), in order of the instructions. */
  readonly calls: readonly string[];
  /**
   * Runs the program, once for all checks; null when it was not accepted, and may not run.
   * @param setting a global variable to set before, `index=4`; @throws InputError when there is none of that name
   */
  run(setting?: string): RunFacts | null;
  /**
   * Attaches and reads an iterator program, once for all checks that want it read so; null when it is none, or was not accepted.
   * @throws InputError when there is no global variable of that name
   */
  read(how?: ReadHow): ReadFacts | null;
  /** The lines of the program as the kernel rewrites it; null when it was not accepted, or that is not covered. */
  translated?(): readonly { readonly index: number; readonly text: string }[] | null;
  /** What the learner defined, where an exercise asks for a definition. */
  readonly definition?: DefinitionFacts;
  /** A definition among the lesson's files; null when there is none of that name. */
  definitionOf?(file: string): DefinitionFacts | null;
  /** Other programs of the same file that checks ask about, by their names. */
  readonly others?: ReadonlyMap<string, Subject>;
}

/** A statement about a verification that a lesson makes, without code. */
export interface Check {
  /** As it is written: `processed <= 40`. */
  readonly text: string;
  /** Other programs of the same file that it asks about. */
  readonly programs?: readonly string[];
  holds(subject: Subject): boolean;
  /** What to say to the learner when it does not hold. */
  failing(subject: Subject): string;
}

/** What a check asks, once its argument is read. */
export type Asked = Omit<Check, 'text'>;

/** A kind of check. Lessons can use those of the list (`index.ts`); errors name them. */
export interface CheckKind {
  /** Its first word, or words, in a lesson. */
  readonly name: string;
  /** How it is written, for errors: `processed <= N`. */
  readonly usage: string;
  /** Reads what follows the name, without blanks around it; null when it is not written so. */
  parse(argument: string): Asked | null;
}

/** The last line of a message. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
export const isAccepted = ({ trace }: Subject): boolean => trace.data.stats.errno === 0;
/** What the verifier says of a rejection; empty when there is none. */
export const messageOf = ({ trace }: Subject): string => trace.data.rejection?.message ?? '';

/** A number from 0 on, as an argument; null for anything else. */
export const count = (argument: string): number | null => (/^\d+$/.test(argument) ? Number(argument) : null);
