/** What the browser or the desktop app says. */
export const host = {
  hostBrowser: {
    filesToOpen: 'Files to open',
    aMessageCouldNotBe: 'a message could not be read',
  },
  hostElectron: {
    aNewEngineTookOver: 'a new engine took over',
  },
};
