import { InputError } from '../../base/errors.ts';
import type { Validator } from '../../base/validate.ts';
import { int, list, record, text } from '../../base/validate.ts';

/** A step that a person marked, with a name or without one. */
export interface Mark {
  readonly step: number;
  /** Empty for none. */
  readonly name: string;
}

/** Longest name, UTF-16 units. */
export const MAX_MARK_NAME = 120;
/** Most marks of a session. */
const MAX_MARKS = 1000;

/** Marks, as they come from a file or over a port. */
export const checkMarks: Validator<Mark[]> = list(
  MAX_MARKS,
  record<Mark>({ step: int(1, 0x7fff_ffff), name: text(MAX_MARK_NAME) }),
);

/** The marks of one walk, one a step at most. */
export class Marks {
  readonly #names = new Map<number, string>();

  /** @param steps of the walk */
  constructor(private readonly steps: number) {}

  /** In the order of their steps. */
  get all(): readonly Mark[] {
    return [...this.#names].map(([step, name]) => ({ step, name })).sort((a, b) => a.step - b.step);
  }

  /** Marks a step, or names its mark anew; null takes it away. @throws InputError for a step that the walk does not have, or one mark too many */
  set(step: number, name: string | null): void {
    if (name === null) {
      this.#names.delete(step);
      return;
    }
    if (step < 1 || step > this.steps)
      throw new InputError(
        `there is no step ${step} to mark: the walk has ${this.steps === 0 ? 'none' : `1 to ${this.steps}`}`,
      );
    if (!this.#names.has(step) && this.#names.size >= MAX_MARKS)
      throw new InputError(`a program has ${MAX_MARKS} marks at most: take one away first`);
    this.#names.set(step, name.trim());
  }

  /** Takes over what a file has. @throws InputError for a step that the walk does not have */
  restore(marks: readonly Mark[]): void {
    for (const { step, name } of marks) this.set(step, name);
  }

  /** Takes the marks of a walk that was made once more, in the place of those that there are; one of a step that it does not have any more is left out. */
  take(marks: readonly Mark[] = []): void {
    this.#names.clear();
    this.restore(marks.filter(({ step }) => step <= this.steps));
  }
}
