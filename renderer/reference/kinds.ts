import type { CourseHit } from '../../core/engine/protocol.ts';
import type { Category } from '../../core/reference/entry.ts';
import { say } from '../words/index.ts';

/** What entries of a category are called together. */
export function groupOf(category: Category): string {
  const { iterator, target, message, kfunc, helper, flag, annotation } = say.reference.categories;
  return { iterator, target, message, kfunc, helper, flag, annotation }[category];
}

/** What one of them is called. */
export function categoryOf(category: Category): string {
  const { iterator, target, message, kfunc, helper, flag, annotation } = say.reference.kinds;
  return { iterator, target, message, kfunc, helper, flag, annotation }[category];
}

/** What was found by its title; a page along with its lesson's. */
export const titleOf = ({ title, leads }: CourseHit): string =>
  leads.kind === 'page' && leads.title !== title ? say.reference.hit.ofLesson(title, leads.title) : title;

/** What something is that was found, in a word or two; a lesson's page by its number. */
export const kindOf = ({ leads }: CourseHit): string =>
  leads.kind === 'page'
    ? say.reference.hit.page(leads.number, leads.page + 1)
    : leads.kind === 'term'
      ? say.reference.kinds.term
      : categoryOf(leads.category);
