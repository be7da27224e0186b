import { parseFind } from '../trace/query/find.ts';
import { findSteps } from '../trace/query/find-steps.ts';
import { differenceView } from '../trace/views/difference-view.ts';
import type { Moment } from '../trace/views/difference-view.ts';
import type { DifferenceView } from '../trace/views/view.ts';
import type { Task } from './control.ts';
import type { Found } from './protocol.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What differs between two states of sessions. @throws InputError */
export function differenceOf(sessions: Sessions, from: Moment, to: Moment): DifferenceView {
  const placed = (moment: Moment) => ({ moment, view: sessions.get(moment.session).view });
  return differenceView(placed(from), placed(to));
}

/** Searches a session's walk up to a step, and tells what it finds meanwhile. @throws Cancelled */
export async function findIn({ view, trace }: Session, words: string, until: number, task: Task): Promise<Found> {
  const asked = parseFind(words, view.iteratorHomes);
  if (asked.problem !== undefined) return { problem: asked.problem };
  const total = Math.min(until, trace.steps);
  const tell = (steps: Uint32Array, done: number): void => task.tell({ steps, done, total });
  return { steps: await task.drive(findSteps(trace, view.text, asked.terms, total, tell), task.pause) };
}
