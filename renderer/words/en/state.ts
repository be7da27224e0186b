/** What the window tells while it works: notes, problems, jobs. */
export const state = {
  laboratory: {
    openInTheLaboratory: 'Open in the laboratory',
  },
  restoring: {
    notOpenedAgain:
      'What was open is not opened again: the last time, the window did not come back with it. Open its files one by one; they are under Recent files.',
    bringingBack: 'Bringing back what was open',
  },
  sessions: {
    showTheSource: 'Show the source',
    writingTheLog: 'Writing the log',
  },
  surroundings: {
    goingBackToTheKernel: 'Going back to the kernel…',
    backToTheDefaultWorld: 'Back to the default world',
    goingBackToTheDefault: 'Going back to the default world…',
    readingItInTheWorld: 'Reading it in the world that stands…',
  },
  workbench: {
    writingTheTrace: 'Writing the trace…',
  },
};
