import type { InputFile, LessonContent, LessonInfo } from '../../core/engine/protocol.ts';
import { connection } from '../state/connection.svelte.ts';
import { mode } from '../state/mode.svelte.ts';
import { onShow } from '../state/on-show.svelte.ts';
import { playhead } from '../state/playhead.svelte.ts';
import { problems, words } from '../state/problems.svelte.ts';
import { sessions } from '../state/sessions.svelte.ts';
import { back } from '../state/restoring.ts';
import { memory } from '../state/memory.ts';
import { notes } from '../state/notes.svelte.ts';
import { future } from '../exploration/future.svelte.ts';
import { courseMap } from './course-map.ts';
import { packs } from './packs.svelte.ts';
import { collected, forget, progressFile, progressIn, takeIn } from './portable.ts';
import { keepProgress, progressOf, withDone } from './progress.ts';
import type { LessonProgress } from '../../core/lesson/progress.ts';
import { followPages } from './updates.ts';
import { say } from '../words/index.ts';

/** What is read: the list of lessons, the lesson on show and its page. It outlives the pane, which folds and unfolds. */
class Reader {
  list = $state.raw<readonly LessonInfo[]>([]);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  lesson = $state.raw<LessonContent | null>(null);
  progress = $state.raw<LessonProgress>({ page: 0, done: [] });
  /** The lesson that was asked for and is not there yet: its text is filled with what its programs are verified to. */
  opening = $state.raw<LessonInfo | null>(null);

  /** The packs that the list was made with. */
  #revision = -1;
  #reading: AbortController | null = null;
  /** A lesson was asked for in this window. */
  #asked = false;

  get page() {
    return this.lesson?.pages[this.progress.page];
  }

  /** Lists the lessons, anew where packs have changed; what is on show of those is read again. */
  async load(): Promise<void> {
    const { revision } = packs;
    if (connection.engine === null || this.#revision === revision) return;
    const first = this.#revision < 0;
    this.#revision = revision;
    try {
      this.list = await connection.engine.lessons();
      this.phase = 'ready';
      if (first)
        for (const { problem, pack } of this.list)
          if (problem !== undefined && pack === undefined) problems.add(say.lesson.reader.broken(problem));
    } catch {
      if (first) this.phase = 'failed';
      return;
    }
    if (this.lesson?.pack !== undefined) await this.#again(this.lesson.id);
    else await this.#comeBack();
  }
  // The lesson on show is of a pack that may have changed: it is read anew at the same page.
  async #again(id: string): Promise<void> {
    const found = this.list.find((lesson) => lesson.id === id);
    if (found === undefined) return this.close();
    // What cannot be read any more stays as it was; its pack tells why.
    if (found.problem !== undefined) return;
    try {
      const content = await this.#content(id);
      if (content === undefined || this.lesson?.id !== id) return;
      const same = JSON.stringify(content) === JSON.stringify(this.lesson);
      this.progress = progressOf(id);
      this.#read(content);
      const page = Math.min(this.progress.page, content.pages.length - 1);
      if (!same || onShow.info === null) await this.turn(page);
      await this.#lint(content);
    } catch (error) {
      if (!gaveUp(error)) packs.tell(id, [words(error)]);
    }
  }
  // Who writes a lesson is told what keeps it from being a good one, a line each.
  async #lint({ id, file, pack }: LessonContent): Promise<void> {
    if (pack === undefined || !packs.isWritten(pack.id)) return packs.tell(id, []);
    const signal = this.#reading?.signal;
    const complaints = await connection.engine?.lintLesson(id, signal === undefined ? {} : { signal });
    packs.tell(
      id,
      (complaints ?? []).map(({ place, what }) => [file, place, what].filter((part) => part !== '').join(': ')),
    );
  }
  // A lesson's text takes work where its pages tell of programs: what is not waited for any more is given up.
  async #content(id: string): Promise<LessonContent | undefined> {
    this.#reading?.abort();
    this.#reading = new AbortController();
    const content = await connection.engine?.lesson(id, { signal: this.#reading.signal });
    if (content === undefined) return undefined;
    // Of another version of it than the last time, pages may be in other places.
    followPages(
      id,
      content.pages.map(({ title }) => title),
      memory,
    );
    return content;
  }
  /** Where a link of the lesson on show leads: to a lesson of its own pack, else to one of the course. */
  linked(target: string): string {
    const pack = this.lesson?.pack;
    const own = pack === undefined ? target : `${pack.id}/${target}`;
    return this.list.some(({ id }) => id === own) ? own : target;
  }
  // The lesson that was open when the window was left; its program is opened only where it did not come back by itself.
  async #comeBack(): Promise<void> {
    const id = memory.text('lesson');
    // Whoever asked for another has that.
    if (this.#asked || mode.wantedLesson !== null) return;
    if (id === null || this.lesson !== null || !this.list.some((lesson) => lesson.id === id)) return;
    try {
      const content = await this.#content(id);
      if (content === undefined || this.lesson !== null) return;
      const progress = progressOf(id);
      this.progress = { ...progress, page: Math.min(progress.page, content.pages.length - 1) };
      this.#read(content);
      await back;
      if (onShow.info === null && mode.current === 'lesson') await this.turn(this.progress.page);
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** Opens a lesson at a page (from 0), or where it was left. */
  async start(id: string, page?: number): Promise<void> {
    this.#asked = true;
    const asked = this.list.find((lesson) => lesson.id === id) ?? null;
    this.opening = asked;
    try {
      const content = await this.#content(id);
      // Another was asked for meanwhile, or the list.
      if (content === undefined || this.opening !== asked) return;
      this.opening = null;
      this.#read(content);
      memory.keepText('lesson', id);
      memory.keepText('lesson.last', id);
      this.progress = progressOf(id);
      await this.turn(Math.min(page ?? this.progress.page, content.pages.length - 1));
    } catch (error) {
      if (this.opening === asked) this.opening = null;
      if (!gaveUp(error)) problems.add(words(error));
    }
  }
  /** Goes on with the course: the lesson that is open, or the next one. */
  async resume(): Promise<void> {
    mode.showLesson();
    if (this.lesson !== null || this.opening !== null) return;
    const { next } = courseMap(this.list, progressOf, memory.text('lesson.last'));
    if (next !== null) await this.start(next.lesson.id);
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
    const { info } = onShow;
    const here = info?.program === open.program && info?.file.split('/').at(-1) === open.file.split('/').at(-1);
    // By other rules it is another walk, which the engine finds.
    if (here && open.model === undefined && !info.derived) playhead.goTo(open.step ?? playhead.step);
    else await sessions.openForLesson(lesson.id, to, open);
  }
  /** Goes to a step of the page's program, which is opened where another is on show. */
  async goToStep(step: number): Promise<void> {
    const { lesson } = this;
    if (lesson === null) return;
    let page = this.progress.page;
    while (page > 0 && lesson.pages[page]?.open === undefined) page--;
    const open = lesson.pages[page]?.open;
    if (open === undefined) return;
    const { info } = onShow;
    const here = info?.program === open.program && info?.file.split('/').at(-1) === open.file.split('/').at(-1);
    if (!here) return sessions.openForLesson(lesson.id, page, { ...open, step });
    playhead.pause();
    playhead.goTo(step);
  }
  /** Counts up when progress was taken in or forgotten, so that the map is drawn anew. */
  changed = $state(0);

  /** Saves all that was done, as a file. */
  async saveProgress(): Promise<void> {
    try {
      await connection.host?.save(progressFile(collected(this.list, memory)));
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** Takes in a file of progress. */
  takeProgress(file: InputFile): void {
    try {
      takeIn(progressIn(file), memory);
      this.changed++;
      notes.tell(say.lesson.map.taken);
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** Forgets all that was done; it can be brought back as long as the note stands. */
  forgetProgress(): void {
    const before = collected(this.list, memory);
    forget(this.list, memory);
    this.changed++;
    notes.tell(say.lesson.map.forgotten, {
      label: say.lesson.map.undo,
      run: () => {
        takeIn(before, memory);
        this.changed++;
        notes.close();
      },
    });
  }
  /** Marks a page as done: of the lesson on show unless told. */
  done(page: number, lesson = this.lesson?.id): void {
    if (lesson === undefined) return;
    if (lesson !== this.lesson?.id) return keepProgress(lesson, withDone(progressOf(lesson), [page]));
    this.progress = withDone(this.progress, [page]);
    keepProgress(lesson, this.progress);
  }
  close(): void {
    this.opening = null;
    this.#reading?.abort();
    memory.keepText('lesson', null);
    this.#read(null);
  }
  #read(lesson: LessonContent | null): void {
    this.lesson = lesson;
    future.lesson = lesson?.pages.flatMap(({ open }) => open ?? []) ?? [];
  }
}

/** Whether something ended because nobody waited for it any more. */
const gaveUp = (error: unknown): boolean => error instanceof Error && error.name === 'Cancelled';

export const reader = new Reader();
