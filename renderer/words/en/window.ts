/** The window itself: notices, edges of panes. */
export const window = {
  app: {
    problems: 'Problems',
    dismiss: 'Dismiss',
    resizeTheLesson: 'Resize the lesson',
    resizeSourceAndExploration: 'Resize source and exploration',
    resizeExplorationAndTerminal: 'Resize exploration and terminal',
    resizeTheRegisters: 'Resize the registers',
    resizeRegistersAndStack: 'Resize registers and stack',
    resizeStackAndIterator: 'Resize stack and iterator',
    drop: 'Drop to open',
  },
};
