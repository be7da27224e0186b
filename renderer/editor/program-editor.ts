import { defaultKeymap, history, historyKeymap, redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
import { cpp } from '@codemirror/lang-cpp';
import type { Extension } from '@codemirror/state';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import { Decoration, drawSelection, EditorView, keymap, lineNumbers, WidgetType } from '@codemirror/view';
import { editorLook } from './theme.ts';
import { tokenColours } from './token-colours.ts';
import { say } from '../words/index.ts';

/** What is wrong with a line, from 1. */
export interface LineProblem {
  readonly line: number;
  readonly text: string;
  /** It is only warned of. */
  readonly warning?: boolean;
}
export interface ProgramEditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** Assembly unless told. */
  readonly language?: 'assembly' | 'c' | 'definition';
  /** It is read, and not written. */
  readonly onlyRead?: boolean;
  /** Accessible name. */
  readonly label: string;
  /** Id of the element that says what is wrong with the text. */
  readonly describedBy: string;
  readonly onChange: (text: string) => void;
  /** Ctrl Enter. */
  readonly onNow: () => void;
  /** How many changes can be undone and done again. */
  readonly onHistory?: (undo: number, redo: number) => void;
}

class ProblemLine extends WidgetType {
  constructor(
    readonly text: string,
    readonly warning: boolean,
  ) {
    super();
  }
  override eq(other: ProblemLine): boolean {
    return other.text === this.text && other.warning === this.warning;
  }
  override toDOM(): HTMLElement {
    const line = document.createElement('div');
    line.className = this.warning ? 'cm-problem warning' : 'cm-problem';
    // Told by the element that describes the editor.
    line.setAttribute('aria-hidden', 'true');
    line.textContent = `${this.warning ? '△' : '✕'} ${this.text}`;
    return line;
  }
}

/** Lines, from 1, that the verifier has something to say about; 0 for none. */
export interface ToldLines {
  /** Where the walk is another for the first time. */
  readonly parting: number;
  /** Where the program is rejected. */
  readonly rejected: number;
}
const setTold = StateEffect.define<ToldLines>();
const toldField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setTold)) continue;
      const { doc } = transaction.state;
      const marks = (
        [
          [effect.value.parting, 'line-parting', say.editor.programEditor.theWalksPartHere],
          [effect.value.rejected, 'line-rejected', say.editor.programEditor.rejectedHere],
        ] as const
      ).filter(([line]) => line >= 1 && line <= doc.lines);
      return Decoration.set(
        marks.map(([line, name, words]) =>
          Decoration.line({ class: name, attributes: { 'data-told': words } }).range(doc.line(line).from),
        ),
        true,
      );
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const setProblems = StateEffect.define<readonly LineProblem[]>();
const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      const { doc } = transaction.state;
      const found = effect.value.filter(({ line }) => line >= 1 && line <= doc.lines);
      return Decoration.set(
        found.flatMap(({ line, text, warning = false }) => {
          const { from, to } = doc.line(line);
          const below = Decoration.widget({ widget: new ProblemLine(text, warning), block: true, side: 1 }).range(to);
          return warning ? [below] : [Decoration.line({ class: 'line-error' }).range(from), below];
        }),
        true,
      );
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = tokenColours(
  /((?:;|\/\/).*$)|(^\s*[A-Za-z_.$][\w.$]*:)|\b([rw]\d+)\b|\b(if|goto|gotol|call|exit|lock|may_goto|callx)\b|((?<=call )\S+)/g,
  ['dim', 'text', 'reg', 'key', 'name'],
);
const look = EditorView.theme({
  '.line-parting': { backgroundColor: 'var(--changed)', boxShadow: 'inset 2px 0 var(--drained)' },
  '.line-rejected': { backgroundColor: 'var(--blamed)', boxShadow: 'inset 2px 0 var(--bad)' },
  '.line-parting::after, .line-rejected::after': {
    content: 'attr(data-told)',
    marginLeft: '24px',
    fontFamily: 'var(--words)',
    fontSize: '11.5px',
  },
  '.line-parting::after': { color: 'var(--drained)' },
  '.line-rejected::after': { color: 'var(--bad)' },
  '.cm-problem': {
    padding: '1px 12px 3px 10px',
    backgroundColor: 'var(--blamed)',
    color: 'var(--bad)',
    fontFamily: 'var(--words)',
    whiteSpace: 'normal',
  },
  '.cm-problem.warning': { backgroundColor: 'var(--changed)', color: 'var(--drained)' },
});
const LANGUAGES = { assembly: () => colours, c: () => cpp(), definition: (): Extension => EditorView.lineWrapping };

/** A program's assembly, in an editor whose changes can be undone one by one. */
export class ProgramEditor {
  readonly #view: EditorView;
  readonly #options: ProgramEditorOptions;

  constructor(options: ProgramEditorOptions) {
    this.#options = options;
    this.#view = new EditorView({ parent: options.parent, state: this.#state(options.text) });
  }

  #state(doc: string): EditorState {
    const { label, describedBy, language = 'assembly', onlyRead = false, onChange, onNow, onHistory } = this.#options;
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        keymap.of([{ key: 'Mod-Enter', run: () => (onNow(), true) }, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (!docChanged) return;
          onHistory?.(undoDepth(state), redoDepth(state));
          onChange(state.doc.toString());
        }),
        EditorView.domEventHandlers({
          // Escape leaves the editor for the buttons around it, and nothing else happens.
          keydown(event, view) {
            if (event.key !== 'Escape') return false;
            event.stopPropagation();
            view.contentDOM.blur();
            return true;
          },
        }),
        toldField,
        problemField,
        LANGUAGES[language](),
        EditorState.readOnly.of(onlyRead),
        editorLook,
        look,
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, tabindex: '0' }),
      ],
    });
  }

  /** Another program: its changes are counted from here on. */
  begin(text: string): void {
    this.#view.setState(this.#state(text));
    this.#options.onHistory?.(0, 0);
  }
  /** Another text for the same program, as a change that can be undone. */
  put(text: string): void {
    if (this.#view.state.doc.toString() === text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }
  /** Says what is wrong below the lines where it is. */
  problems(problems: readonly LineProblem[]): void {
    const wrong = problems.some(({ warning }) => warning !== true);
    this.#view.contentDOM.setAttribute('aria-invalid', String(wrong));
    this.#view.dispatch({ effects: setProblems.of(problems) });
  }
  /** Marks the lines that the verifier has something to say about. */
  tell(lines: ToldLines): void {
    this.#view.dispatch({ effects: setTold.of(lines) });
  }
  undo(): void {
    undo(this.#view);
  }
  redo(): void {
    redo(this.#view);
  }
  focus(): void {
    this.#view.focus();
  }
  destroy(): void {
    this.#view.destroy();
  }
}
