export { pageTexts, parseLesson } from './lesson.ts';
export type { Exercise, Lesson, Page, Question, Show } from './lesson.ts';
export { parseCheck } from './checks/index.ts';
export type { Check, DefinitionFacts, ReadFacts, ReadHow, RunFacts, Subject } from './checks/check.ts';
export { asksFacts, FACTS, filledIn, marksIn, withFacts } from './facts/index.ts';
export { checkUsages } from './checks/index.ts';
export { depthsOf, indented, parsePieces, piecesText, shuffled } from './pieces.ts';
export type { Piece, Pieces } from './pieces.ts';
