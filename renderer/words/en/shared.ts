/** Words used everywhere: verdicts, worlds. */
export const shared = {
  format: {
    notCoveredByThisModel: 'not covered by this model',
    withoutATitle: 'without a title',
  },
};
