import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { insnColours } from './listing.ts';
import { editorLook } from './theme.ts';
import { say } from '../words/index.ts';

/** An editor of verifier assembly, or of a definition (JSON). Ctrl Enter checks. */
export class AssemblyEditor {
  readonly #view: EditorView;

  constructor(
    parent: HTMLElement,
    text: string,
    language: 'assembly' | 'definition',
    onCheck: () => void,
    onChange: (text: string) => void = () => {},
  ) {
    const isDefinition = language === 'definition';
    const label = isDefinition
      ? say.editor.assembly.definitionOfTheExercise
      : say.editor.assembly.assemblyOfTheExercise;
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text.replace(/\n$/, ''),
        extensions: [
          lineNumbers({ formatNumber: (line) => String(line) }),
          history(),
          keymap.of([{ key: 'Mod-Enter', run: () => (onCheck(), true) }, ...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
          // Escape leaves the editor for the page around it, and nothing else happens.
          EditorView.domEventHandlers({
            keydown(event) {
              if (event.key === 'Escape') event.stopPropagation();
              return false;
            },
          }),
          isDefinition ? EditorView.lineWrapping : insnColours,
          editorLook,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        ],
      }),
    });
  }
  get text(): string {
    return this.#view.state.doc.toString();
  }
  reset(text: string): void {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text.replace(/\n$/, '') } });
  }
  destroy(): void {
    this.#view.destroy();
  }
}
