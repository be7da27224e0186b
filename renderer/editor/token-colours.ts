import type { Extension } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, MatchDecorator, ViewPlugin } from '@codemirror/view';

/** Classes of what instructions are made of, by the pattern's groups in their order. */
const CLASSES = { dim: 'tk-dim', text: 'tk-text', reg: 'tk-reg', key: 'tk-key', name: 'tk-name' } as const;

/** Colours what a pattern finds: a match has the class of its first group that took part. */
export function tokenColours(regexp: RegExp, groups: readonly (keyof typeof CLASSES)[]): Extension {
  const marks = groups.map((group) => Decoration.mark({ class: CLASSES[group] }));
  const tokens = new MatchDecorator({
    regexp,
    decoration: (match) => marks.find((_, i) => match[i + 1] !== undefined) ?? null,
  });
  return ViewPlugin.fromClass(
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
}
