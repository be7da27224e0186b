export { parseLesson } from './lesson.ts';
export type { Exercise, Lesson, Page, Question, Show } from './lesson.ts';
export { parseCheck } from './checks/index.ts';
export type { Check, RunFacts, Subject } from './checks/check.ts';
