/** The Exploration as rounds of loops. */
export const rounds = {
  roundLens: {
    notCovered: 'not covered',
  },
  rounds: {
    countingRounds: 'Counting rounds…',
    loops: 'Rounds at each loop head',
    visits: 'No loop: visits of the places that most paths come to',
  },
  roundWords: {
    new: 'new: no stored state covers it',
    widened: 'widened: what differs from the entry is forgotten',
    covered: 'covered by a stored state',
  },
};
