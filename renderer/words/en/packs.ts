import { form } from './counting.ts';

/** Packs of lessons by others. */
export const packs = {
  opening: (file: string) => `Looking into ${file}…`,
  opened: (title: string, lessons: number) =>
    `“${title}” is on the map, below the course: ${lessons} ${form(lessons, 'lesson', 'lessons')}.`,
  removed: (title: string) => `“${title}” was taken away. What was done in it comes back with it.`,
  lost: (file: string) => `${file} is not taken in again: the last time, the window did not come back with it.`,
  broken: (title: string, problem: string) => `“${title}”: ${problem}`,
  from: (title: string, author: string) => (author === '' ? `From “${title}”` : `From “${title}” by ${author}`),
  by: (author: string) => `by ${author}`,
  sum: (done: number, lessons: number) => `${done} of ${lessons}`,
  takeAway: 'Take away',
  takeAwayOf: (title: string) => `Take away ${title}`,
  ignored: (files: number) =>
    `${files} ${form(files, 'file', 'files')} of kinds that no lesson uses ${form(files, 'was', 'were')} left out.`,
  add: 'Add a pack…',
  addFolder: 'Add a folder…',
};

/** The summary of a class. */
export const summary = {
  link: 'Summary of a class…',
  title: 'Summary of a class',
  what: 'How far each of a class is, from the files that “Save progress…” makes. Nothing leaves this window, and nothing of it stays when it is closed.',
  empty: 'No files are here yet. ((Choose files)), or drop them on the window: several at once, or their folder.',
  none: 'None of these files is one of progress.',
  addFiles: 'Add files…',
  addFolder: 'Add a folder…',
  save: 'Save as CSV…',
  clear: 'Clear',
  back: 'Back to the map',
  table: 'The class: a row for each learner, a column for each part of the course',
  learner: 'Learner',
  track: (number: string, title: string) => (title === '' ? number : `${number} ${title}`),
  done: 'Done',
  pages: 'Pages',
  right: 'Right at once',
  help: 'Help',
  solutions: 'Solutions',
  sums: 'In all',
  refused: 'No progress',
  refusedBy: (file: string, reason: string) => `${file}: ${reason}`,
  count: (learners: number) => `${learners} ${form(learners, 'learner', 'learners')}`,
  everybody: 'Done by',
  by: (done: number, learners: number) => `${done} of ${learners}`,
  begun: (pages: number, of: number) => `${pages}/${of}`,
  rightOf: (right: number, bets: number) => (bets === 0 ? '' : `${right} of ${bets}`),
  cell: (state: 'done' | 'begun' | 'new', pages: number, of: number, hints: number, solutions: number) =>
    [
      { done: 'done', begun: `${pages} of ${of} pages`, new: 'not begun' }[state],
      ...(hints > 0 ? [`${hints} ${form(hints, 'hint', 'hints')}`] : []),
      ...(solutions > 0 ? [`${solutions} ${form(solutions, 'solution', 'solutions')} shown`] : []),
    ].join(', '),
  legend: '`✓` done · `2/5` pages done · underlined: hints were read · **S** a solution was shown before it was solved',
};
