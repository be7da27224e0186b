/** A piece of a sentence, and how it is set. */
export interface Piece {
  readonly set: 'plain' | 'code' | 'strong' | 'dim' | 'key' | 'action';
  readonly text: string;
}

const MARKS: readonly { readonly open: string; readonly close: string; readonly set: Piece['set'] }[] = [
  { open: '`', close: '`', set: 'code' },
  { open: '**', close: '**', set: 'strong' },
  { open: '~~', close: '~~', set: 'dim' },
  { open: '[[', close: ']]', set: 'key' },
  { open: '((', close: '))', set: 'action' },
];

/**
 * The pieces of a sentence of the catalogue: `` `code` ``, `**strong**`, `~~dim~~`, `[[Key]]` and `((what is pressed))`. Marks that are not closed are
 * text, and in code nothing is a mark.
 */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = 0;
  for (let at = 0; at < text.length;) {
    const mark = MARKS.find(({ open }) => text.startsWith(open, at));
    const end = mark === undefined ? -1 : text.indexOf(mark.close, at + mark.open.length);
    if (mark === undefined || end <= at) {
      at += mark?.open.length ?? 1;
      continue;
    }
    if (at > plain) pieces.push({ set: 'plain', text: text.slice(plain, at) });
    pieces.push({ set: mark.set, text: text.slice(at + mark.open.length, end) });
    at = plain = end + mark.close.length;
  }
  if (plain < text.length) pieces.push({ set: 'plain', text: text.slice(plain) });
  return pieces;
}
