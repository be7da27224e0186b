/** Something that went wrong, kept until it is dismissed (Problems tab). */
export interface Problem {
  readonly id: number;
  readonly text: string;
  /** Only listed: it is on show elsewhere, or hinders nothing. */
  readonly quiet: boolean;
  /** The session whose verdict it tells. */
  readonly session?: number;
}

/** Most problems that are kept. */
const MOST = 200;

/** What went wrong in this window. */
class Problems {
  list = $state.raw<readonly Problem[]>([]);
  #last = 0;

  add(text: string, quiet = false, session?: number): void {
    const problem = { id: ++this.#last, text, quiet, ...(session === undefined ? {} : { session }) };
    this.list = [...this.list.filter((one) => one.text !== text), problem].slice(-MOST);
  }
  dismiss(id: number): void {
    this.list = this.list.filter((problem) => problem.id !== id);
  }
  /** Takes back what was told and does not hold any more. */
  takeBack(texts: readonly string[]): void {
    if (texts.length > 0) this.list = this.list.filter(({ text }) => !texts.includes(text));
  }
  dismissAll(): void {
    this.list = [];
  }
}

/** An error's message in one line. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export const problems = new Problems();
