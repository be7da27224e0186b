import { cpp } from '@codemirror/lang-cpp';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import type { Extension, Range } from '@codemirror/state';
import { Compartment, EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import {
  Decoration,
  EditorView,
  gutter,
  gutterLineClass,
  GutterMarker,
  keymap,
  lineNumbers,
  WidgetType,
} from '@codemirror/view';
import { editorLook } from './theme.ts';
import { tokenColours } from './token-colours.ts';
import { say } from '../words/index.ts';

/** How a listing's lines are marked; lines are 1-based. */
export interface Marks {
  readonly current: number;
  readonly chosen: number;
  /** Lines in the chain that led to the error. */
  readonly blamed: readonly number[];
  readonly error: number;
  /** The author's own line, where the compiler names another as the error's. */
  readonly wrote?: number;
  /** Gutter signs by line. */
  readonly signs: ReadonlyMap<number, 'break' | 'fork' | 'check'>;
}
export const NO_MARKS: Marks = { current: 0, chosen: 0, blamed: [], error: 0, signs: new Map() };

export interface ListingOptions {
  readonly parent: HTMLElement;
  readonly label: string;
  readonly language: 'c' | 'insn';
  /** Number shown beside a line; by default the line's own. */
  readonly number?: (line: number) => string;
  /** A line was clicked, or come to by keys: `by` says in which direction. */
  readonly onLine?: (line: number, by: 1 | -1 | 0) => void;
  /** A click in the gutter of signs. */
  readonly onSign?: (line: number) => void;
}

const sameMarks = (a: Marks, b: Marks): boolean =>
  a.current === b.current &&
  a.chosen === b.chosen &&
  a.error === b.error &&
  a.wrote === b.wrote &&
  (a.signs === b.signs ||
    (a.signs.size === b.signs.size && [...a.signs].every(([line, sign]) => b.signs.get(line) === sign))) &&
  a.blamed.length === b.blamed.length &&
  a.blamed.every((line, i) => line === b.blamed[i]);
const setMarks = StateEffect.define<Marks>();
const CLASSES = {
  current: Decoration.line({ class: 'line-current', attributes: { 'aria-current': 'step' } }),
  chosen: Decoration.line({ class: 'line-chosen' }),
  blamed: Decoration.line({ class: 'line-blamed' }),
  error: Decoration.line({ class: 'line-error' }),
  wrote: Decoration.line({ class: 'line-error line-wrote' }),
};
class LineClass extends GutterMarker {
  constructor(override readonly elementClass: string) {
    super();
  }
}
const GUTTER_CLASSES = {
  current: new LineClass('gutter-current'),
  chosen: new LineClass('gutter-chosen'),
  blamed: new LineClass('gutter-blamed'),
  error: new LineClass('gutter-error'),
  wrote: new LineClass('gutter-error'),
};
interface Marked {
  readonly marks: Marks;
  readonly lines: DecorationSet;
  readonly gutters: RangeSet<GutterMarker>;
}
const UNMARKED: Marked = { marks: NO_MARKS, lines: Decoration.none, gutters: RangeSet.empty };
const marksField = StateField.define<Marked>({
  create: () => UNMARKED,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const marks = effect.value;
      const { doc } = transaction.state;
      const lines: Range<Decoration>[] = [];
      const gutters: Range<GutterMarker>[] = [];
      const done = new Set<number>();
      // The first that claims a line has it.
      const add = (line: number, kind: keyof typeof CLASSES): void => {
        if (line < 1 || line > doc.lines || done.has(line)) return;
        done.add(line);
        const { from } = doc.line(line);
        lines.push(CLASSES[kind].range(from));
        gutters.push(GUTTER_CLASSES[kind].range(from));
      };
      add(marks.error, 'error');
      add(marks.wrote ?? 0, 'wrote');
      add(marks.current, 'current');
      for (const line of marks.blamed) add(line, 'blamed');
      add(marks.chosen, 'chosen');
      return { marks, lines: Decoration.set(lines, true), gutters: RangeSet.of(gutters, true) };
    }
    return transaction.docChanged ? UNMARKED : value;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.lines),
    gutterLineClass.from(field, (value) => value.gutters),
  ],
});

class Sign extends GutterMarker {
  constructor(
    readonly kind: 'break' | 'fork' | 'check',
    readonly glyph: string,
    readonly title: string,
  ) {
    super();
  }
  override toDOM(): Node {
    const span = document.createElement('span');
    span.className = `mark-${this.kind}`;
    span.textContent = this.glyph;
    span.title = this.title;
    return span;
  }
}
const SIGNS = {
  break: new Sign('break', '●', say.editor.listing.breakpoint),
  fork: new Sign('fork', '◆', say.editor.listing.fork),
  check: new Sign('check', '◇', say.editor.listing.checkpoint),
};

/** A line of its own over another: the name of the function that begins there. */
class Heading extends WidgetType {
  constructor(readonly text: string) {
    super();
  }
  override eq({ text }: Heading): boolean {
    return text === this.text;
  }
  override toDOM(): HTMLElement {
    const line = document.createElement('div');
    line.className = 'line-heading';
    line.textContent = this.text;
    return line;
  }
}

/** Words behind a line. */
class Remark extends WidgetType {
  constructor(readonly text: string) {
    super();
  }
  override eq({ text }: Remark): boolean {
    return text === this.text;
  }
  override toDOM(): HTMLElement {
    const words = document.createElement('span');
    words.className = 'remark';
    words.textContent = this.text;
    return words;
  }
}

/** Colours of the kernel's instruction text. */
const insnColours = tokenColours(/\b(r\d+|w\d+)\b|\b(if|goto|gotol|call|exit|lock|may_goto|callx)\b|(?<=call )(\S+)/g, [
  'reg',
  'key',
  'name',
]);

const languageOf = (language: ListingOptions['language']): Extension => (language === 'c' ? cpp() : insnColours);

/** A read-only text of numbered lines: C or instructions. Only the lines in sight are in the document. */
export class Listing {
  readonly view: EditorView;
  readonly #numbers = new Compartment();
  #options: ListingOptions;
  #language: ListingOptions['language'];
  /** What the next frame marks; a new text takes the same marks. */
  #marks: { readonly marks: Marks; readonly reveal: number } | null = null;
  #frame = 0;
  /** Headings by the line (from 1) that they stand over. */
  #headings: ReadonlyMap<number, string> = new Map();
  #remarks: ReadonlyMap<number, string> = new Map();

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#language = options.language;
    this.view = new EditorView({ parent: options.parent, state: this.#state('') });
  }

  #state(doc: string): EditorState {
    const { label, onLine, onSign } = this.#options;
    const lineAt = (view: EditorView, y: number): number =>
      view.state.doc.lineAt(view.lineBlockAtHeight(y - view.documentTop).from).number;
    return EditorState.create({
      doc,
      extensions: [
        gutter({
          class: onSign === undefined ? 'cm-edge' : 'cm-marks',
          renderEmptyElements: onSign !== undefined,
          lineMarker(view, block) {
            const kind = view.state.field(marksField).marks.signs.get(view.state.doc.lineAt(block.from).number);
            return kind === undefined ? null : SIGNS[kind];
          },
          lineMarkerChange: (update) =>
            update.startState.field(marksField).marks !== update.state.field(marksField).marks,
          domEventHandlers: {
            mousedown(view, block) {
              if (onSign === undefined) return false;
              onSign(view.state.doc.lineAt(block.from).number);
              return true;
            },
          },
        }),
        this.#numbers.of(this.#lineNumbers()),
        marksField,
        this.#headingsOver(doc),
        languageOf(this.#language),
        editorLook,
        search({ top: true }),
        EditorState.phrases.of(say.editor.search),
        keymap.of(searchKeymap.filter((binding) => binding.key === 'Escape' || binding.key === 'F3')),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.editorAttributes.of({ class: 'readonly' }),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        EditorView.domEventHandlers({
          click(event, view) {
            if (onLine === undefined || !view.state.selection.main.empty) return;
            if (window.getSelection()?.isCollapsed === false) return;
            onLine(lineAt(view, event.clientY), 0);
          },
          keydown(event, view) {
            if (onLine === undefined || event.altKey || event.ctrlKey || event.metaKey) return false;
            const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (by === 0) return false;
            const { marks } = view.state.field(marksField);
            const from = marks.chosen > 0 ? marks.chosen : marks.current;
            const to = Math.min(Math.max(1, from + by), view.state.doc.lines);
            onLine(to, by);
            return true;
          },
        }),
      ],
    });
  }
  #headingsOver(text: string): Extension {
    if (this.#headings.size === 0 && this.#remarks.size === 0) return [];
    const widgets: Range<Decoration>[] = [];
    let from = 0;
    text.split('\n').forEach((line, i) => {
      const heading = this.#headings.get(i + 1);
      if (heading !== undefined)
        widgets.push(Decoration.widget({ widget: new Heading(heading), block: true, side: -1 }).range(from));
      const remark = this.#remarks.get(i + 1);
      if (remark !== undefined)
        widgets.push(
          Decoration.line({ class: 'line-remark', attributes: { title: remark } }).range(from),
          Decoration.widget({ widget: new Remark(remark), side: 1 }).range(from + line.length),
        );
      from += line.length + 1;
    });
    return EditorView.decorations.of(Decoration.set(widgets, true));
  }
  #lineNumbers(): Extension {
    const { number } = this.#options;
    return lineNumbers(number === undefined ? {} : { formatNumber: (line) => number(line) });
  }

  /**
   * Shows another text, in this language or another.
   * @param headings stand over lines
   * @param remarks what is to be said of lines, beside them
   */
  setText(
    text: string,
    language = this.#language,
    headings: ReadonlyMap<number, string> = new Map(),
    remarks: ReadonlyMap<number, string> = new Map(),
  ): void {
    this.#language = language;
    this.#headings = headings;
    this.#remarks = remarks;
    this.view.setState(this.#state(text));
    if (this.#marks !== null) this.mark(this.#marks.marks, this.#marks.reveal);
  }
  /**
   * Marks lines and, if `reveal` is a line, brings it into sight when it isn't: with the next frame, when everything else on the page has changed too.
   * The editor reads the page's layout, which would otherwise be worked out again for each of them.
   */
  mark(marks: Marks, reveal = 0): void {
    this.#marks = { marks, reveal };
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const wanted = this.#marks;
      if (wanted !== null) this.#mark(wanted.marks, wanted.reveal);
    });
  }
  #mark(marks: Marks, reveal: number): void {
    if (!sameMarks(marks, this.view.state.field(marksField).marks)) this.view.dispatch({ effects: setMarks.of(marks) });
    if (reveal < 1) return;
    // Heights are guesses until the view has measured itself.
    this.view.requestMeasure({
      key: this,
      read: ({ state, scrollDOM, lineBlockAt }) => {
        if (reveal > state.doc.lines || scrollDOM.clientHeight === 0) return -1;
        const { from } = state.doc.line(reveal);
        const { top, bottom } = lineBlockAt.call(this.view, from);
        const inSight = top >= scrollDOM.scrollTop && bottom <= scrollDOM.scrollTop + scrollDOM.clientHeight - 10;
        return inSight ? -1 : from;
      },
      write: (from, view) => {
        if (from < 0) return;
        queueMicrotask(() => {
          if (from <= view.state.doc.length)
            view.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'center' }) });
        });
      },
    });
  }
  find(): void {
    this.view.focus();
    openSearchPanel(this.view);
  }
  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.view.destroy();
  }
}
