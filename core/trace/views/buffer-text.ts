import { printable } from '../../base/printable.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import { grouped } from '../query/numbers.ts';
import type { SeqFileState } from './seq-file-state.ts';

/** A stretch of the buffer that one call wrote, and that was read as a whole, or not at all. */
export interface BufferStretch {
  /** Index of the call's event. */
  readonly event: number;
  readonly kind: /** A read took it. */ 'given' | 'unread' | /** It did not stay. */ 'taken back';
  /** The last call wrote it. */
  readonly now: boolean;
  readonly text: string;
  /** Bytes that `text` leaves out. */
  readonly more: number;
}

/** Bytes of one stretch that are shown. */
const SHOWN = 400;
/** Stretches that are shown, the newest. */
const MOST = 240;

/** What is in the buffer, as text: the newest stretches, and how many come before them. */
export function bufferText(state: SeqFileState): { readonly before: number; readonly stretches: BufferStretch[] } {
  const { pieces, takenBack, from, position } = state;
  const before = Math.max(0, pieces.length - MOST);
  const stretches = pieces.slice(before).flatMap(({ event, at, bytes }) => {
    const cut = Math.min(Math.max(0, from - at), bytes.length);
    const parts = [
      { kind: 'given', bytes: bytes.subarray(0, cut) },
      { kind: 'unread', bytes: bytes.subarray(cut) },
    ] as const;
    return parts
      .filter((part) => part.bytes.length > 0)
      .map((part) => stretch(part.kind, part.bytes, event, event === position - 1));
  });
  if (takenBack !== null) stretches.push(stretch('taken back', takenBack.bytes, takenBack.event, true));
  return { before, stretches };
}

function stretch(kind: BufferStretch['kind'], bytes: Uint8Array, event: number, now: boolean): BufferStretch {
  const { text, upTo } = foldedText(bytes);
  return { event, kind, now, text, more: bytes.length - upTo };
}

/** So many bytes of a kind that nobody reads are told by their number. */
const RUN = 16;

/** A byte that is no part of a text: as binary data are filled with. */
const isFiller = (byte: number): boolean => (byte < 0x20 && byte !== 9 && byte !== 10) || byte === 0xff;

/** The first bytes as text, up to `SHOWN` of them beside those that are told by their number, and where it stops. */
function foldedText(bytes: Uint8Array): { readonly text: string; readonly upTo: number } {
  let text = '';
  let shown = 0;
  let at = 0;
  while (at < bytes.length && shown < SHOWN) {
    const end = runEnd(bytes, at);
    if (end - at >= RUN) {
      text += `⟨${grouped(end - at)} × ${printable(String.fromCharCode(bytes[at]!))}⟩`;
      at = end;
      continue;
    }
    let stop = at;
    while (stop < bytes.length && stop - at < SHOWN - shown) {
      const next = runEnd(bytes, stop);
      if (next - stop >= RUN) break;
      stop = next;
    }
    text += printable(decodeUtf8(bytes.subarray(at, stop)));
    shown += stop - at;
    at = stop;
  }
  return { text, upTo: at };
}

/** Where the run of a filler that begins at a byte ends; the next byte where none begins. */
function runEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  let end = at + 1;
  if (isFiller(byte)) while (end < bytes.length && bytes[end] === byte) end++;
  return end;
}
