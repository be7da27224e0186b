import type { InputFile, LessonInfo } from '../../core/engine/protocol.ts';
import { readClass, sortedLearners, summaryCsv, summaryOf } from '../../core/lesson/summary.ts';
import type { SummaryOrder } from '../../core/lesson/summary.ts';
import { connection } from '../state/connection.svelte.ts';
import { mode } from '../state/mode.svelte.ts';
import { problems, words } from '../state/problems.svelte.ts';
import { reader } from './reader.svelte.ts';

/** What the table is saved as. */
const CSV = 'iterscope-class.csv';

/** A class: files of progress, put together as a table. Nothing of it is kept. */
class Classroom {
  files = $state.raw<readonly InputFile[]>([]);
  order = $state.raw<SummaryOrder>('name');

  readonly #read = $derived(readClass(this.files));
  /** The lessons of which anybody has begun any, and all of the course. */
  readonly lessons: readonly LessonInfo[] = $derived.by(() => {
    const begun = new Set(this.#read.learners.flatMap(({ progress }) => progress.lessons.map(({ lesson }) => lesson)));
    return reader.list.filter(
      ({ id, problem, pack }) => problem === undefined && (pack === undefined || begun.has(id)),
    );
  });
  readonly summary = $derived(summaryOf(this.lessons, this.#read.learners, this.#read.refused));
  readonly learners = $derived(sortedLearners(this.summary.learners, this.order));

  get shown(): boolean {
    return mode.current === 'summary';
  }
  show(): void {
    mode.current = 'summary';
  }
  /** Adds files; one of the same name takes the place of the one that was there. */
  take(files: readonly InputFile[]): void {
    const names = new Set(files.map(({ name }) => name));
    this.files = [...this.files.filter(({ name }) => !names.has(name)), ...files];
  }
  clear(): void {
    this.files = [];
  }
  /** Saves the table for other programs. */
  async save(): Promise<void> {
    try {
      const bytes = new TextEncoder().encode(summaryCsv({ ...this.summary, learners: this.learners }));
      await connection.host?.save({ name: CSV, bytes });
    } catch (error) {
      problems.add(words(error));
    }
  }
}

export const classroom = new Classroom();
