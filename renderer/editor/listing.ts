import { cpp } from '@codemirror/lang-cpp';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import type { Extension, Range } from '@codemirror/state';
import { Compartment, EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import { Decoration, EditorView, gutter, GutterMarker, keymap, lineNumbers, MatchDecorator, ViewPlugin } from '@codemirror/view';
import { editorLook } from './theme.ts';

/** How a listing's lines are marked; lines are 1-based. */
export interface Marks {
  readonly current: number;
  readonly chosen: number;
  /** Lines in the chain that led to the error. */
  readonly blamed: readonly number[];
  readonly error: number;
  /** Gutter signs by line. */
  readonly signs: ReadonlyMap<number, 'break' | 'fork' | 'check'>;
}
export const NO_MARKS: Marks = { current: 0, chosen: 0, blamed: [], error: 0, signs: new Map() };

export interface ListingOptions {
  readonly parent: HTMLElement;
  readonly label: string;
  readonly language: 'c' | 'insn' | 'log';
  /** Number shown beside a line; by default the line's own. */
  readonly number?: (line: number) => string;
  readonly onLine?: (line: number) => void;
  /** A click in the gutter of signs. */
  readonly onSign?: (line: number) => void;
}

const setMarks = StateEffect.define<Marks>();
const CLASSES = {
  current: Decoration.line({ class: 'line-current', attributes: { 'aria-current': 'step' } }),
  chosen: Decoration.line({ class: 'line-chosen' }),
  blamed: Decoration.line({ class: 'line-blamed' }),
  error: Decoration.line({ class: 'line-error' }),
};
const marksField = StateField.define<{ marks: Marks; lines: DecorationSet }>({
  create: () => ({ marks: NO_MARKS, lines: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const marks = effect.value;
      const { doc } = transaction.state;
      const ranges: Range<Decoration>[] = [];
      const add = (line: number, decoration: Decoration): void => {
        if (line >= 1 && line <= doc.lines) ranges.push(decoration.range(doc.line(line).from));
      };
      if (marks.chosen !== marks.current) add(marks.chosen, CLASSES.chosen);
      if (marks.error !== marks.current || marks.error === 0) add(marks.current, CLASSES.current);
      for (const line of marks.blamed) if (line !== marks.error && line !== marks.current) add(line, CLASSES.blamed);
      add(marks.error, CLASSES.error);
      return { marks, lines: Decoration.set(ranges, true) };
    }
    return transaction.docChanged ? { marks: NO_MARKS, lines: Decoration.none } : value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.lines),
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
  break: new Sign('break', '●', 'Breakpoint'),
  fork: new Sign('fork', '◆', 'The verifier forks here'),
  check: new Sign('check', '◇', 'The verifier keeps its state here to compare with later ones'),
};

const tokens = new MatchDecorator({
  regexp: /\b(r\d+|w\d+)\b|\b(if|goto|gotol|call|exit|lock|may_goto|callx)\b|(?<=call )(\S+)/g,
  decoration: (match) =>
    match[1] !== undefined ? TOKEN.reg : match[2] !== undefined ? TOKEN.key : TOKEN.name,
});
const TOKEN = {
  reg: Decoration.mark({ class: 'tk-reg' }),
  key: Decoration.mark({ class: 'tk-key' }),
  name: Decoration.mark({ class: 'tk-name' }),
};
/** Colours of the kernel's instruction text. */
export const insnColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = tokens.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = tokens.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const quiet = Decoration.line({ class: 'line-quiet' });
/** Dims the lines of a log that only repeat the source (`; while (…) @ file.c:15`). */
const logColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = this.build(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = this.build(update.view);
    }
    build(view: EditorView): DecorationSet {
      const builder = new RangeSetBuilder<Decoration>();
      for (const { from, to } of view.visibleRanges) {
        for (let at = from; at <= to; ) {
          const line = view.state.doc.lineAt(at);
          if (line.text.startsWith(';')) builder.add(line.from, line.from, quiet);
          at = line.to + 1;
        }
      }
      return builder.finish();
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const languageOf = (language: ListingOptions['language']): Extension =>
  language === 'c' ? cpp() : language === 'insn' ? insnColours : [insnColours, logColours];

/** A read-only text of numbered lines: C, instructions or the log. Only the lines in sight are in the document. */
export class Listing {
  readonly view: EditorView;
  readonly #numbers = new Compartment();
  #options: ListingOptions;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.view = new EditorView({ parent: options.parent, state: this.#state('') });
  }

  #state(doc: string): EditorState {
    const { label, language, onLine, onSign } = this.#options;
    const lineAt = (view: EditorView, y: number): number =>
      view.state.doc.lineAt(view.lineBlockAtHeight(y - view.documentTop).from).number;
    return EditorState.create({
      doc,
      extensions: [
        onSign === undefined
          ? []
          : gutter({
              class: 'cm-marks',
              lineMarker(view, block) {
                const kind = view.state.field(marksField).marks.signs.get(view.state.doc.lineAt(block.from).number);
                return kind === undefined ? null : SIGNS[kind];
              },
              lineMarkerChange: (update) =>
                update.startState.field(marksField).marks !== update.state.field(marksField).marks,
              domEventHandlers: {
                mousedown(view, block) {
                  onSign(view.state.doc.lineAt(block.from).number);
                  return true;
                },
              },
            }),
        this.#numbers.of(this.#lineNumbers()),
        marksField,
        languageOf(language),
        editorLook,
        search({ top: true }),
        keymap.of(searchKeymap.filter((binding) => binding.key === 'Escape' || binding.key === 'F3')),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.editorAttributes.of({ class: 'readonly' }),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        EditorView.domEventHandlers({
          click(event, view) {
            if (onLine === undefined || !view.state.selection.main.empty) return;
            if (window.getSelection()?.isCollapsed === false) return;
            onLine(lineAt(view, event.clientY));
          },
          keydown(event, view) {
            if (onLine === undefined || event.altKey || event.ctrlKey || event.metaKey) return false;
            const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (by === undefined) return false;
            const { marks } = view.state.field(marksField);
            const from = marks.chosen > 0 ? marks.chosen : marks.current;
            const to = Math.min(Math.max(1, from + by), view.state.doc.lines);
            onLine(to);
            return true;
          },
        }),
      ],
    });
  }
  #lineNumbers(): Extension {
    const { number } = this.#options;
    return lineNumbers(number === undefined ? {} : { formatNumber: (line) => number(line) });
  }

  setText(text: string): void {
    this.view.setState(this.#state(text));
  }
  /** Marks lines and, if `reveal` is a line, brings it into sight when it isn't. */
  mark(marks: Marks, reveal = 0): void {
    const effects: StateEffect<unknown>[] = [setMarks.of(marks)];
    const { doc } = this.view.state;
    if (reveal >= 1 && reveal <= doc.lines) {
      const line = doc.line(reveal);
      const box = this.view.lineBlockAt(line.from);
      const scroller = this.view.scrollDOM;
      const inSight =
        box.top >= scroller.scrollTop + 10 && box.bottom <= scroller.scrollTop + scroller.clientHeight - 10;
      if (!inSight) effects.push(EditorView.scrollIntoView(line.from, { y: 'center' }));
    }
    this.view.dispatch({ effects });
  }
  find(): void {
    this.view.focus();
    openSearchPanel(this.view);
  }
  destroy(): void {
    this.view.destroy();
  }
}
