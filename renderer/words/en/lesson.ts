import { packs, summary } from './packs.ts';

/** Lessons: list, pages, questions, exercises. Their own texts are in lessons/. */
export const lesson = {
  packs,
  summary,
  exercise: {
    yourTurn: 'Your turn',
    checking: 'Checking…',
    check: 'Check',
    startOver: 'Start over',
    undoTitle: 'Brings back what stood here before',
    undoStartOver: 'Undo start over',
    aHint: 'A hint',
    anotherHint: 'Another hint',
    showSolution: 'Show a solution',
    aSolution: 'A solution, and why it is one',
    why: 'Why?',
  },
  map: {
    sum: (done: number, lessons: number, minutes: number) =>
      `${done} of ${lessons} done · ${minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`} in all`,
    track: (number: string, title: string) => `Track ${number}: ${title}`,
    trackSum: (done: number, lessons: number, minutes: number) =>
      done === lessons ? 'done' : done > 0 ? `${done} of ${lessons}` : `${minutes} min`,
    lesson: (number: string, title: string, reached: string) => `${number} ${title}${reached}`,
    reached: { done: ', done', begun: ', begun', new: '' },
    minutes: (minutes: number) => `${minutes} min`,
    pageOf: (page: number, pages: number) => `page ${page} of ${pages}`,
    save: 'Save progress…',
    load: 'Load progress…',
    forget: 'Forget it',
    taken: 'The progress was taken in: what was done there is done here too.',
    forgotten: 'All progress in the lessons is forgotten, and what was typed in exercises.',
    undo: 'Undo',
    goOn: 'Continue',
    begin: 'Begin',
    anywhere: 'Start anywhere, nothing is locked.',
    own: 'Your own program? **Sandbox** opens any `.bpf.o`.',
    sent: 'A walk someone sent you? **Traces** plays it.',
  },
  term: { close: 'Close', what: (term: string) => `Glossary: ${term}` },
  lessonPane: {
    lessons: 'Lessons',
    lookingForLessons: 'Looking for lessons…',
    allLessons: 'All lessons',
    lessonText: 'Lesson text',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    none: 'No lessons are in this build. Open a program, or type `help` in the terminal.',
    broken: (problem: string) => `This lesson can’t be read: ${problem}`,
    lesson: (number: string) => `Lesson ${number}`,
    opening: (title: string) => `Opening “${title}”: its programs are verified first…`,
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
    before: (bet: string, right: boolean) =>
      right
        ? `The first time you answered “${bet}”, which was right.`
        : `The first time you answered “${bet}”, which was not so.`,
    skip: 'Skip [[Esc]]',
    flagStands: 'Your flag stands on the axis. The walk begins when you press Watch, or [[→]].',
  },
  reader: {
    broken: (problem: string) =>
      `A lesson can’t be read: ${problem}. The others can; whoever writes it asks “iterscope lesson list” what is wrong`,
  },
};
