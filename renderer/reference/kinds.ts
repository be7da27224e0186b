import type { CourseHit } from '../../core/engine/protocol.ts';
import { say } from '../words/index.ts';

/** What was found by its title; a page along with its lesson's. */
export const titleOf = ({ title, leads }: CourseHit): string =>
  leads.kind === 'page' && leads.title !== title ? say.reference.hit.ofLesson(title, leads.title) : title;

/** What something is that was found, in a word or two; a lesson's page by its number. */
export const kindOf = ({ leads }: CourseHit): string =>
  leads.kind === 'page'
    ? say.reference.hit.page(leads.number, leads.page + 1)
    : leads.kind === 'term'
      ? say.reference.kinds.term
      : say.reference.kinds[leads.category];
