/** What an entry is about, in the order in which they are listed. */
export const CATEGORIES = ['iterator', 'target', 'message', 'kfunc', 'helper', 'flag', 'annotation'] as const;
export type Category = (typeof CATEGORIES)[number];

/** An entry as lists and links show it. */
export interface EntryInfo {
  /** As links name it. */
  readonly id: string;
  readonly category: Category;
  /** `bpf_iter_num`, `SEC("iter/task")`, `KF_ACQUIRE`; the title of a message's explanation. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
}

/** A parameter of a function, or a field of a context. */
export interface EntryRow {
  readonly name: string;
  /** As C writes it, or in words. */
  readonly type: string;
  readonly words: string;
}

/** All that the reference itself says of a name. Code in its words stands between backticks. */
export interface Entry extends EntryInfo {
  /** Prototypes, the structure, or the forms that the kernel's message takes. */
  readonly code: readonly string[];
  /** Paragraphs. */
  readonly words: readonly string[];
  readonly rows: readonly EntryRow[];
  /** Ids of entries that have to do with it. */
  readonly related: readonly string[];
}

/** A program that shows an entry, and the step where it does. */
export interface Shown {
  /** Path among what ships: `samples/num_sum.bpf.o`. */
  readonly file: string;
  readonly program: string;
  readonly step: number;
}

/** The words of a kind of rejection, as the explanation of the program that shows it has them. */
export interface MessageWords {
  readonly title: string;
  readonly rule: string;
  readonly todo: string;
  /** The forms that the kernel's message takes, the commonest first. */
  readonly forms: readonly string[];
}
