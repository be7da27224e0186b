import type { LessonInfo } from '../../core/engine/protocol.ts';
import { reachedOf } from '../../core/lesson/progress.ts';
import type { LessonProgress, Reached } from '../../core/lesson/progress.ts';

export interface MapLesson {
  readonly lesson: LessonInfo;
  readonly reached: Reached;
  /** Page on which to go on, from 0. */
  readonly page: number;
}
/** A track: a lane of lessons. */
export interface MapTrack {
  readonly number: string;
  readonly title: string;
  readonly lessons: readonly MapLesson[];
  readonly done: number;
  readonly minutes: number;
}
export interface CourseMap {
  readonly tracks: readonly MapTrack[];
  readonly lessons: number;
  readonly done: number;
  readonly minutes: number;
  /** The lesson to go on with: the one that was begun last, else the first that is not done; null when all are. */
  readonly next: MapLesson | null;
}

/** The lessons as lanes, with what is done. @param last the lesson that was open last */
export function courseMap(
  list: readonly LessonInfo[],
  progressOf: (id: string) => LessonProgress,
  last: string | null,
): CourseMap {
  const tracks = new Map<string, { title: string; lessons: MapLesson[] }>();
  for (const lesson of list) {
    if (lesson.problem !== undefined) continue;
    const progress = progressOf(lesson.id);
    const { reached } = reachedOf(progress, lesson.steps);
    const number = lesson.number.split('.')[0] ?? '';
    const track = tracks.get(number) ?? { title: lesson.track, lessons: [] };
    track.lessons.push({ lesson, reached, page: progress.page });
    tracks.set(number, track);
  }
  const lanes = [...tracks].map(([number, { title, lessons }]) => ({
    number,
    title,
    lessons,
    done: lessons.filter(({ reached }) => reached === 'done').length,
    minutes: lessons.reduce((sum, { lesson }) => sum + lesson.minutes, 0),
  }));
  const all = lanes.flatMap(({ lessons }) => lessons);
  const open = all.filter(({ reached }) => reached !== 'done');
  return {
    tracks: lanes,
    lessons: all.length,
    done: all.length - open.length,
    minutes: lanes.reduce((sum, { minutes }) => sum + minutes, 0),
    next:
      open.find(({ lesson }) => lesson.id === last) ??
      open.find(({ reached }) => reached === 'begun') ??
      open[0] ??
      null,
  };
}
