export { ConcreteRun } from './concrete-run.ts';
export { RunFollower } from './follow.ts';
export type { Outside } from './follow.ts';
export { WalkGraph } from './walk-graph.ts';
export { outsideText } from './words.ts';
