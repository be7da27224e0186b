import { form, list } from './counting.ts';

/** What the window tells while it works: notes, problems, jobs. */
export const state = {
  laboratory: {
    openInTheLaboratory: 'Open in the laboratory',
    offer: (file: string) =>
      `${file} is in the sandbox: it describes iterators of one’s own, or rules that are switched off.`,
    offerMore: (file: string, more: number) =>
      `${file} and ${more} more are in the sandbox: they describe iterators of one’s own, or rules that are switched off.`,
  },
  restoring: {
    notOpenedAgain:
      'What was open is not opened again: the last time, the window did not come back with it. Open its files one by one; they are under Recent files.',
    bringingBack: 'Bringing back what was open',
    stopped: (why: string) => `The engine stopped (${why}). It is being started again; your work is kept.`,
  },
  sessions: {
    showTheSource: 'Show the source',
    writingTheLog: 'Writing the log',
    verifying: (what: string) => `Verifying ${what}`,
    files: (names: readonly string[]) => list(names),
    manyFiles: (first: string, more: number) => `${first} and ${more} more files`,
    beside: (words: string) => `Beside the object: ${words}.`,
    notCovered: (file: string, summary: string) => `${file}: ${summary}. Its walk is shown as far as it goes`,
    writing: (file: string) => `Writing ${file}`,
    product: 'Iterscope',
    title: (program: string, file: string) => `${program} · ${file} · Iterscope`,
  },
  surroundings: {
    goingBackToTheKernel: 'Going back to the kernel…',
    backToTheDefaultWorld: 'Back to the default world',
    goingBackToTheDefault: 'Going back to the default world…',
    readingItInTheWorld: 'Reading it in the world that stands…',
    stands: (world: string, parts: string) =>
      `The world “${world}” stands now: ${parts}. Iterator programs and the terminal read it.`,
  },
  workbench: {
    writingTheTrace: 'Writing the trace…',
    kept: (program: string) =>
      `${program} is kept as a program of its own, in the list Programs. Its parent stays as it was.`,
  },
  jobs: {
    underWay: (what: string) => `${what}…`,
    cancelled: 'Cancelled',
    cancelledAt: (open: number, left: number) =>
      `Cancelled: ${open} ${form(open, 'program is', 'programs are')} open, ${left} ${form(left, 'was', 'were')} not verified`,
  },
  samples: {
    broken: (problem: string) =>
      `A sample can’t be read: ${problem}. The others can; install the app again to have it back`,
  },
};
