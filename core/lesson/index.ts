export { parseLesson } from './lesson.ts';
export type { Exercise, Lesson, Page, Question, Show } from './lesson.ts';
export { parseCheck } from './checks.ts';
export type { Check, RunFacts, Subject } from './checks.ts';
