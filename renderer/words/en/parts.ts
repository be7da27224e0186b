/** Parts that several panes share. */
export const parts = {
  paneHead: {
    views: 'Views',
  },
};
