/** The workbench: a program that is changed as one types. */
export const workbench = {
  walks: {
    bothWalks: 'Both walks',
    before: 'before',
    now: 'now',
    notAtEnd:
      'This walk is not at its end. Once it is, or the future is shown, both walks are laid over each other here.',
    layingOutTheWalk: 'Laying out the walk…',
    noWalk: 'The program was rejected before its walk began. Change it above: the new walk is drawn here.',
    bothWalksInWords: 'Both walks in words',
  },
  workbench: {
    program: 'Program',
    workbench: 'Workbench',
    undoTitle: 'Undo (Ctrl Z)',
    undo: 'Undo',
    redoTitle: 'Redo (Ctrl Y)',
    redo: 'Redo',
    shareTitle: 'Save what was changed with its walk, as an .iterscope file',
    share: 'Share…',
    keepTitle: 'Keep it as a program of its own in the list',
    keep: 'Keep',
    closeTheWorkbench: 'Close the workbench',
    close: 'Close',
    nothingOpen: 'Open a program: here it can be changed, and is verified as you type.',
    whatTheVerifierSays: 'What the verifier says',
    beforeOpen: 'Before: the verdict is told at the end of the walk.',
    nothingLost: 'Nothing is lost: the walk below is that of the last text that assembled.',
    same: 'The walk is the same, step by step.',
    whereTheyPart: 'Where they part',
    before: 'before',
    now: 'now',
    back: 'Back to the program as it is',
  },
  paintWalks: {
    givenUp: 'given up',
  },
};
