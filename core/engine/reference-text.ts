import { CATEGORIES } from '../reference/index.ts';
import type { Category } from '../reference/index.ts';
import type { Reference } from './reference.ts';
import type { CourseHit, ReferenceEntry } from './reference-view.ts';
import type { Task } from './control.ts';

/** What a group of entries is called. */
const GROUPS: Readonly<Record<Category, string>> = {
  iterator: 'iterators',
  target: 'targets of iterator programs',
  message: 'messages about iterators',
  kfunc: 'kernel functions',
  helper: 'helpers',
  flag: 'flags of kernel functions',
  annotation: 'annotations of parameters',
};
const HOW = { explains: 'explains it', names: 'names it', program: 'its program has it' } as const;

/** An entry as text. */
export function entryText(entry: ReferenceEntry): string {
  const { id, category, title, code, words, rows, shown, lessons, related } = entry;
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  const parts = [
    [title === id ? id : `${title} (${id})`, `  one of the ${GROUPS[category]}`],
    code.flatMap((one) => one.split('\n')).map((line) => `  ${line}`),
    words,
    rows.map(({ name, type, words: note }) => `  ${name.padEnd(width)}  ${type}${note === '' ? '' : `: ${note}`}`),
    [
      shown === null
        ? 'No program that ships shows it.'
        : `Shown by ${shown.program} of ${shown.file}, at step ${shown.step}.`,
      ...lessons.map(
        ({ number, title: lesson, page, how }) => `Lesson ${number} ${lesson}, page ${page + 1}: ${HOW[how]}.`,
      ),
    ],
    related.length === 0 ? [] : [`See also: ${related.map((other) => other.id).join(', ')}`],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** What was found, and where, in one line. */
export function hitText({ title, excerpt, leads }: CourseHit): string {
  const where =
    leads.kind === 'page'
      ? `lesson ${leads.number}, page ${leads.page + 1}: ${title}`
      : leads.kind === 'term'
        ? `glossary: ${title}`
        : `reference ${leads.id}${title === leads.id ? '' : `: ${title}`}`;
  return `${where}\n    ${excerpt}`;
}

/** What the reference says of an entry whose id the words are; else what has the words; of no words, what there is. */
export async function referenceText(reference: Reference, words: string, task: Task): Promise<string> {
  const wanted = words.trim();
  if (wanted === '') return listText(reference);
  if (reference.ids.has(wanted)) return entryText(await reference.entry(wanted, task));
  const hits = reference.search(wanted);
  return hits.length === 0
    ? `Nothing in lessons, glossary or reference has the words ${wanted}.`
    : hits.map(hitText).join('\n');
}

/** Every entry's id, by category. */
function listText(reference: Reference): string {
  const entries = reference.list();
  return CATEGORIES.map((category) => {
    const ids = entries.filter((entry) => entry.category === category).map(({ id }) => id);
    return `${ids.length} ${GROUPS[category]}: ${ids.join(', ')}`;
  }).join('\n\n');
}
