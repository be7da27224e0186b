export { Shell } from './shell.ts';
export type { ShellState } from './shell.ts';
export type { Breakpoint, Report, SavedFile, ShellFile, ShellHost } from './host.ts';
export type { Effect } from './command.ts';
