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
  },
  question: {
    chooseThenSee: 'Choose, then see',
    betThenWatch: 'Bet, then watch',
    answer: 'Answer',
    watchIt: 'Watch it',
    watch: 'Watch',
    chooseFirst: 'Choose an answer: it stands on the axis as your flag.',
  },
};
