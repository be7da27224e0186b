/** Search of the walk, marks, paths that stand out, choice of states. */
export const find = {
  marksPanel: {
    marks: 'Marks',
    closeTheMarks: 'Close the marks',
    name: 'name',
    remove: 'Remove',
  },
  pathMenu: {
    title: 'Which paths stand out; the others are dimmed',
    pathsThatStandOut: 'Paths that stand out',
    allPaths: 'all paths',
    onlyIteratorForks: 'only iterator forks',
    onlyThePathToThe: 'only the path to the error',
  },
  searchBar: {
    nothingIsFound: 'nothing is found',
    searchTheWalk: 'Search the walk',
    searchPlaceholder: 'bpf_iter_num_next, fork, r6 = 5, fp-8 active, line 12…',
    searchTitle:
      'Words of instructions, C lines and functions; fork, prune, checkpoint, rejected, widened; insn 12, line 12-15; r6 = 5, r6 may 5, r0 null, fp-8 active, ref 2',
    previousFound: 'Previous found',
    previousTitle: 'Previous (Shift Enter)',
    nextFound: 'Next found',
    nextTitle: 'Next (Enter)',
    closeTheSearch: 'Close the search',
    closeTitle: 'Close (Esc)',
  },
  stateChooser: {
    thisStep: 'this step',
    theStepBefore: 'the step before',
    step: 'step…',
    checkpoint: 'checkpoint…',
    marks: 'Marks',
    theSameStepOf: 'The same step of',
  },
};
