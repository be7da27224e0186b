import { chooseLanguage } from '../core/base/language.ts';
import type { Tagged } from '../core/base/language.ts';

/** What the desktop app says itself, in English: its menu, its dialogs, and why the engine was lost. The window's texts are in `renderer/words/`. */
export const en = {
  product: 'Iterscope',
  menu: {
    file: '&File',
    open: 'Open…',
    openFolder: 'Open lesson folder…',
    openRecent: 'Open recent',
    export: (title: string) => `${title}…`,
    edit: '&Edit',
    view: '&View',
    palette: 'Command palette',
    terminal: 'Terminal',
    workbench: 'Workbench',
    laboratory: 'Laboratory…',
    defaultWorld: 'Back to the default world',
    theme: 'Change theme',
    help: '&Help',
    keys: 'Keys',
  },
  dialogs: {
    open: 'Open',
    openFolder: 'Open a folder of lessons, or of progress',
    leave: 'Open this page in your browser?',
    leaveDetail: (host: string, url: string) =>
      `A lesson by somebody else links to ${host}. Iterscope itself stays offline.\n\n${url}`,
    leaveOk: 'Open in the browser',
    cancel: 'Cancel',
    allFiles: 'All files',
    save: 'Save',
    cantOpen: 'This file can’t be opened',
    cantWrite: 'This file can’t be written',
    unforeseen: 'Something unforeseen happened',
  },
  engine: {
    silent: 'it did not answer any more',
    ended: (code: number) => `its process ended with ${code}`,
    tooOften: (reason: string) => `${reason}, too often to start it again; restart Iterscope`,
  },
  compiler: {
    choose: 'Choose clang or zig',
    noAnswer: (seconds: number) => `the compiler gave no answer within ${seconds} seconds`,
    ended: (code: number) => `the process that compiles ended with ${code}`,
  },
  kernel: {
    noAnswer: (seconds: number) => `no answer within ${seconds} seconds`,
    ended: (code: number) => `the process that asks it ended with ${code}`,
  },
};
/** Another language is another value of this form (docs/translating.md). */
export type HostWords = typeof en;

interface HostLanguage extends Tagged {
  readonly words: HostWords;
}
const LANGUAGES: readonly [HostLanguage, ...HostLanguage[]] = [{ tag: 'en', words: en }];

/** The app's texts in the first language that is wanted and there, else in English. */
export const hostWords = (wanted: readonly string[]): HostWords => chooseLanguage(wanted, LANGUAGES).words;
