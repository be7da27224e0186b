/** Editors of source, assembly and log. */
export const editor = {
  listing: {
    fork: 'The verifier forks here',
    checkpoint: 'The verifier keeps its state here to compare with later ones',
    breakpoint: 'Breakpoint',
  },
  programEditor: {
    theWalksPartHere: 'the walks part here',
    rejectedHere: 'rejected here',
  },
  search: {
    Find: 'Find',
    Replace: 'Replace',
    next: 'next',
    previous: 'previous',
    all: 'all',
    'match case': 'match case',
    'by word': 'by word',
    regexp: 'regexp',
    close: 'close',
    'current match': 'current match',
    'on line': 'on line',
    'Go to line': 'Go to line',
    go: 'go',
  },
};
