import type { LessonContent, LessonInfo } from '../../core/engine/protocol.ts';
import { store, words } from '../state/session.svelte.ts';
import { memory } from '../state/memory.ts';
import { keepProgress, progressOf, withDone } from './progress.ts';
import type { Progress } from './progress.ts';

/** What is read: the list of lessons, the lesson on show and its page. It outlives the pane, which folds and unfolds. */
class Reader {
  list = $state.raw<readonly LessonInfo[]>([]);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  lesson = $state.raw<LessonContent | null>(null);
  progress = $state.raw<Progress>({ page: 0, done: [] });

  get page() {
    return this.lesson?.pages[this.progress.page];
  }

  async load(): Promise<void> {
    if (store.engine === null || this.list.length > 0) return;
    try {
      this.list = await store.engine.lessons();
      this.phase = 'ready';
      for (const { problem } of this.list)
        if (problem !== undefined) store.complain(`A lesson can’t be read: ${problem}`);
    } catch {
      this.phase = 'failed';
      return;
    }
    await this.#comeBack();
  }
  // The lesson that was open when the window was left; its program is opened only where it did not come back by itself.
  async #comeBack(): Promise<void> {
    const id = memory.text('lesson');
    if (id === null || this.lesson !== null || !this.list.some((lesson) => lesson.id === id)) return;
    try {
      const content = await store.engine?.lesson(id);
      if (content === undefined || this.lesson !== null) return;
      const progress = progressOf(id);
      this.progress = { ...progress, page: Math.min(progress.page, content.pages.length - 1) };
      this.lesson = content;
      await store.back;
      if (store.info === null && store.mode === 'lesson') await this.turn(this.progress.page);
    } catch (error) {
      store.complain(words(error));
    }
  }
  /** Opens a lesson at the page where it was left. */
  async start(id: string): Promise<void> {
    try {
      const content = await store.engine?.lesson(id);
      if (content === undefined) return;
      this.lesson = content;
      memory.keepText('lesson', id);
      this.progress = progressOf(id);
      await this.turn(Math.min(this.progress.page, content.pages.length - 1));
    } catch (error) {
      store.complain(words(error));
    }
  }
  /** Turns to a page and opens the program that it speaks of. */
  async turn(to: number): Promise<void> {
    const { lesson } = this;
    const page = lesson?.pages[to];
    if (lesson === null || page === undefined) return;
    this.progress = { ...this.progress, page: to };
    if (page.question === undefined && page.exercise === undefined) this.done(to);
    else keepProgress(lesson.id, this.progress);
    const { open } = page;
    if (open === undefined) return;
    const { info } = store;
    const here = info?.program === open.program && info?.file.split('/').at(-1) === open.file.split('/').at(-1);
    if (here) store.goTo(open.step ?? store.step);
    else await store.openForLesson(open.file, open.program, open.step);
  }
  /** Marks a page as done. */
  done(page: number): void {
    if (this.lesson === null) return;
    this.progress = withDone(this.progress, [page]);
    keepProgress(this.lesson.id, this.progress);
  }
  close(): void {
    memory.keepText('lesson', null);
    this.lesson = null;
  }
}

export const reader = new Reader();
