/** Something that a person may do about a note. */
export interface NoteAction {
  readonly label: string;
  readonly run: () => void;
}

/** What has changed around the programs, in a line above the panes: no problem, and nothing that has to be answered. */
class Notes {
  current = $state.raw<{ readonly text: string; readonly actions: readonly NoteAction[] } | null>(null);

  tell(text: string, ...actions: readonly NoteAction[]): void {
    this.current = { text, actions };
  }
  close(): void {
    this.current = null;
  }
}

export const notes = new Notes();
