import { chrome } from './en/chrome.ts';
import { editor } from './en/editor.ts';
import { exploration } from './en/exploration.ts';
import { find } from './en/find.ts';
import { host } from './en/host.ts';
import { laboratory } from './en/laboratory.ts';
import { lesson } from './en/lesson.ts';
import { panes } from './en/panes.ts';
import { parts } from './en/parts.ts';
import { reference } from './en/reference.ts';
import { rounds } from './en/rounds.ts';
import { seqFile } from './en/seq-file.ts';
import { shared } from './en/shared.ts';
import { state } from './en/state.ts';
import { terminal } from './en/terminal.ts';
import { why } from './en/why.ts';
import { window } from './en/window.ts';
import { workbench } from './en/workbench.ts';

/** The window's texts in English, by place. Another language is another object of the same form (docs/translating.md). */
export const en = {
  chrome,
  editor,
  exploration,
  find,
  host,
  laboratory,
  lesson,
  panes,
  parts,
  reference,
  rounds,
  seqFile,
  shared,
  state,
  terminal,
  why,
  window,
  workbench,
};
