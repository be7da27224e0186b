import type { Colour } from './draw-list.ts';

/** The design tokens as a canvas needs them. */
export interface Palette extends Record<Colour, string> {
  readonly scalar: string;
  readonly pane: string;
  readonly line: string;
  readonly faint: string;
  readonly words: string;
  readonly code: string;
  /** How much larger text is drawn than at a desk (projector). */
  readonly scale: number;
}

/** Reads the tokens that hold for an element now. Read again when the theme changes. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read('text'),
    dim: read('dim'),
    active: read('active'),
    drained: read('drained'),
    prune: read('prune'),
    bad: read('bad'),
    ok: read('ok'),
    scalar: read('scalar'),
    pane: read('pane'),
    line: read('line'),
    faint: read('faint'),
    words: read('words'),
    code: read('code'),
    scale: Number(read('scale')) || 1,
  };
}

/** Red, green and blue of `#rrggbb`; grey for anything else. */
export function rgb(hex: string): [number, number, number] {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return match === null ? [128, 128, 128] : [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}
