/** The terminal’s own lines. What its commands print is core’s. */
export const terminal = {
  session: {
    greeting: 'Try `help`, `open num_sum.bpf.o` or `veristat`. Tab completes, ↑ brings lines back.',
    startingAgain: 'the engine is being started again, try once more in a moment',
  },
};
