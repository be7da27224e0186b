/** What the browser or the desktop app says. */
export const host = {
  hostBrowser: {
    filesToOpen: 'Files to open',
    aMessageCouldNotBe: 'a message could not be read',
    forgotten: (file: string) => `${file} is not there any more: the browser has forgotten it. Open it once more`,
    tooLarge: (file: string, size: number, most: number) =>
      `${file} has ${size} MB, and this browser can save ${most} MB at most. The desktop app, or "iterscope trace export --format log" on a command line, writes all of it`,
  },
  dropped: {
    tooMuch: (folder: string) => `${folder}: there is more in this folder than a pack of lessons may hold`,
  },
  hostElectron: {
    aNewEngineTookOver: 'a new engine took over',
    notWritten: (file: string) => `${file} could not be written`,
  },
};
