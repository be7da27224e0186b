import { syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--pane)', fontSize: '12.5px' },
  '&.cm-focused': { outline: '2px solid var(--scalar)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: 'var(--row)', fontVariantLigatures: 'none' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 12px 0 10px' },
  '.cm-gutters': { backgroundColor: 'var(--pane)', color: 'var(--dim)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 2px 0 4px' },
  '.cm-marks': { width: '16px', cursor: 'pointer' },
  '.cm-marks .cm-gutterElement': {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    lineHeight: '21px',
  },
  '.cm-marks .cm-gutterElement:empty:hover::after': { content: '"●"', color: 'var(--faint)', fontSize: '11px' },
  '.mark-break': { color: 'var(--bad)', fontSize: '11px' },
  '.mark-fork': { color: 'var(--active)', fontSize: '10px' },
  '.mark-check': { color: 'var(--prune)', fontSize: '10px' },
  '.line-current, .gutter-current': { backgroundColor: 'var(--current)' },
  '.line-chosen, .gutter-chosen': { backgroundColor: 'var(--hover)' },
  '.line-error, .gutter-error': { backgroundColor: 'var(--blamed)' },
  '.cm-gutter:first-child .gutter-current': { boxShadow: 'inset 2px 0 var(--drained)' },
  '.cm-gutter:first-child .gutter-chosen': { boxShadow: 'inset 2px 0 var(--scalar)' },
  '.cm-gutter:first-child .gutter-blamed, .cm-gutter:first-child .gutter-error': {
    boxShadow: 'inset 2px 0 var(--bad)',
  },
  '.cm-edge': { width: '6px' },
  '.line-never': { color: 'var(--dim)' },
  '.line-heading': { padding: '4px 12px 0 10px', color: 'var(--dim)', fontWeight: '600' },
  '.line-event': { color: 'var(--text)' },
  '.line-remark': { boxShadow: 'inset 2px 0 var(--drained)', textDecoration: 'underline dotted var(--drained)' },
  '.remark': { paddingLeft: '2em', color: 'var(--drained)', fontFamily: 'var(--words)' },
  '.line-quiet, .line-quiet span': { color: 'var(--dim)' },
  '&.readonly .cm-line': { cursor: 'pointer' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--scalar-tint)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-panels': { backgroundColor: 'var(--raise)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panel input, .cm-panel button': { fontSize: '12px' },
  '.cm-textfield': { backgroundColor: 'var(--pane)', border: '1px solid var(--line)', borderRadius: '4px' },
  '.cm-button': { background: 'var(--bar)', border: '0', borderRadius: '4px' },
  '.cm-searchMatch': { backgroundColor: 'var(--drained-tint)' },
  '.cm-searchMatch-selected': { outline: '1px solid var(--drained)' },
  '.tk-key': { color: 'var(--prune)' },
  '.tk-reg': { color: 'var(--ptr)' },
  '.tk-name': { color: 'var(--scalar)' },
  '.tk-dim': { color: 'var(--dim)' },
  '.tk-text': { color: 'var(--ok)' },
});

// A highlighter by the tags' own names: the C parser calls a keyword `keyword`, `controlKeyword`, …
type Highlighter = Parameters<typeof syntaxHighlighting>[0];
const CLASS: readonly (readonly [RegExp, string])[] = [
  [/comment/i, 'tk-dim'],
  [/string|character/i, 'tk-text'],
  [/keyword|modifier|processingInstruction/i, 'tk-key'],
  [/typeName|function/i, 'tk-name'],
];
const colours = {
  style: (tags: readonly { toString(): string }[]) => {
    const names = tags.map(String).join(' ');
    return CLASS.find(([pattern]) => pattern.test(names))?.[1] ?? null;
  },
} as Highlighter;

/** The look of every editor, from the tokens. */
export const editorLook: Extension = [look, syntaxHighlighting(colours)];
