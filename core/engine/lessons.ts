import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { parseLesson } from '../lesson/index.ts';
import type { Lesson, Page } from '../lesson/index.ts';
import type { EngineAssets } from './assets.ts';
import type { LessonContent, LessonInfo, LessonStep } from './protocol.ts';

/** The lessons among the assets, by number. */
export class Lessons {
  readonly all: readonly Lesson[];

  /** @throws InputError when a lesson is not well written */
  constructor(assets: EngineAssets) {
    this.all = assets.files
      .filter(({ name }) => /^lessons\/[^/]+\/lesson\.md$/.test(name))
      .map(({ name, bytes }) => parseLesson(decodeUtf8(bytes), name))
      .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
  }

  get(id: string): Lesson {
    const lesson = this.all.find((l) => l.id === id);
    if (lesson === undefined) throw new InputError(`there is no lesson ${id}`);
    return lesson;
  }

  page(id: string, number: number): Page {
    const page = this.get(id).pages[number];
    if (page === undefined) throw new InputError(`lesson ${id} has no page ${number}`);
    return page;
  }

  /** The lesson that teaches about a kind of rejection. */
  about(kind: string): Lesson | undefined {
    return this.all.find(({ explains }) => explains.includes(kind));
  }
}

export const lessonInfo = ({ id, number, title, minutes, pages }: Lesson, done: ReadonlySet<string>): LessonInfo => ({
  id,
  number,
  title,
  minutes,
  steps: pages.length,
  done: pages.flatMap((_, page) => (done.has(pageKey(id, page)) ? [page] : [])),
});

/** How a page is named in the record of what was solved. */
export const pageKey = (lesson: string, page: number): string => `${lesson}/${page}`;

/** A lesson as the window gets it: without the checks, which would give the answers away. */
export const lessonContent = (lesson: Lesson, done: ReadonlySet<string>): LessonContent => ({
  ...lessonInfo(lesson, done),
  pages: lesson.pages.map(({ title, markdown, question, exercise, open }): LessonStep => ({
    title,
    markdown,
    ...(question === undefined
      ? {}
      : {
          question: {
            prompt: question.prompt,
            choices: question.choices.map((choice) => choice.text),
            ...(question.watch === undefined ? {} : { watch: question.watch }),
          },
        }),
    ...(exercise === undefined
      ? {}
      : { exercise: { prompt: exercise.prompt, start: exercise.start, hints: exercise.hints } }),
    ...(open === undefined ? {} : { open }),
  })),
});
