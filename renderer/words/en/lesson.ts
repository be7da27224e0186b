/** Lessons: list, pages, questions, exercises. Their own texts are in lessons/. */
export const lesson = {
  exercise: {
    yourTurn: 'Your turn',
    checking: 'Checking…',
    check: 'Check',
    startOver: 'Start over',
    undoTitle: 'Brings back what stood here before',
    undoStartOver: 'Undo start over',
    aHint: 'A hint',
    anotherHint: 'Another hint',
    why: 'Why?',
  },
  lessonPane: {
    lessons: 'Lessons',
    lookingForLessons: 'Looking for lessons…',
    allLessons: 'All lessons',
    lessonText: 'Lesson text',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    none: 'No lessons are in this build. Open a program, or type `help` in the terminal.',
    broken: (problem: string) => `This lesson can’t be read: ${problem}`,
    length: (minutes: number, steps: number) => `${minutes} min · ${steps} steps`,
    lengthDone: (minutes: number, steps: number, done: number) => `${minutes} min · ${steps} steps · ${done} done`,
    lesson: (number: string) => `Lesson ${number}`,
    minutes: (minutes: number) => `${minutes} min`,
    pageOf: (page: number, pages: number) => `${page} of ${pages} steps`,
  },
  question: {
    chooseThenSee: 'Choose, then see',
    betThenWatch: 'Bet, then watch',
    answer: 'Answer',
    watchIt: 'Watch it',
    watch: 'Watch',
    chooseFirst: 'Choose an answer: it stands on the axis as your flag.',
    skip: 'Skip [[Esc]]',
    flagStands: 'Your flag stands on the axis. The walk begins when you press Watch, or [[→]].',
  },
  reader: {
    broken: (problem: string) =>
      `A lesson can’t be read: ${problem}. The others can; whoever writes it asks “iterscope lesson list” what is wrong`,
  },
};
