import type { IteratorView, SeqCall } from '../../core/trace/views/seq-file-view.ts';
import type { Palette } from '../exploration/palette.ts';
import { errnoName, grouped } from '../format.ts';
import { labelEvery, PAD, xOf } from './calls-axis.ts';
import type { ReadSpan } from './calls-axis.ts';
import { say } from '../words/index.ts';

/** What the axis of calls is painted from. */
export interface AxisPicture {
  readonly view: IteratorView;
  readonly spans: readonly ReadSpan[];
  readonly levels: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Where the playhead is drawn, between two positions while it slides. */
  readonly head: number;
}

/** Rows of the picture, from above. */
const LABELS = 13;
const CALLS = 30;
const READS = 47;
const FILL_TOP = 78;
const TRACK = 9;
/** Radius of a call's dot where there is room for it. */
const DOT = 3.2;

/** Draws calls, reads, how the buffer fills, and the playhead. */
export function paintAxis(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  context.clearRect(0, 0, picture.width, picture.height);
  context.textBaseline = 'middle';
  paintFill(context, picture, palette);
  paintLine(context, picture, palette);
  paintReads(context, picture, palette);
  paintCalls(context, picture, palette);
  paintTrack(context, picture, palette);
  paintHead(context, picture, palette);
}

const place = ({ width, view }: AxisPicture, at: number): number => xOf(width, view.events.length, at);
const each = ({ width, view }: AxisPicture): number => (width - 2 * PAD) / Math.max(1, view.events.length);

function paintCalls(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const { view, head } = picture;
  const pixels = each(picture);
  const radius = Math.min(DOT, Math.max(0.8, pixels * 0.4));
  context.strokeStyle = palette.line;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(place(picture, 0), CALLS);
  context.lineTo(place(picture, view.events.length), CALLS);
  context.stroke();
  const every = labelEvery(pixels, 34);
  context.font = `10.5px ${palette.code}`;
  context.textAlign = 'center';
  let labelled = -Infinity;
  // Where dots would lie on each other one a pixel is enough; what is rare is always drawn.
  let drawn = -Infinity;
  view.events.forEach((event, i) => {
    if (event.kind !== 'call') return;
    const x = place(picture, i + 1);
    const happened = i + 1 <= head + 0.01;
    if (event.seqNum % every === 0 && x - labelled >= 30) {
      labelled = x;
      context.fillStyle = palette.dim;
      paintText(context, String(event.seqNum), x, LABELS, palette);
    }
    if (event.atEnd || event.takenBack) return;
    if (x - drawn < 1) return;
    drawn = x;
    paintDot(context, event, x, radius, happened, palette);
  });
  view.events.forEach((event, i) => {
    if (event.kind !== 'call' || !(event.atEnd || event.takenBack)) return;
    const x = place(picture, i + 1);
    const happened = i + 1 <= head + 0.01;
    if (event.takenBack) paintBack(context, x, happened, palette);
    else paintDiamond(context, x, happened, palette);
  });
}

function paintDot(
  context: CanvasRenderingContext2D,
  event: SeqCall,
  x: number,
  radius: number,
  happened: boolean,
  palette: Palette,
): void {
  const silent = event.to === event.from;
  context.lineWidth = 1.2;
  context.strokeStyle = happened && !silent ? palette.active : palette.dim;
  // A call that wrote nothing is a short stroke, one that wrote a dot.
  context.beginPath();
  if (silent) {
    context.moveTo(x, CALLS - radius);
    context.lineTo(x, CALLS + radius);
    context.stroke();
    return;
  }
  context.arc(x, CALLS, radius, 0, Math.PI * 2);
  context.fillStyle = happened ? palette.active : palette.pane;
  context.fill();
  if (!happened) context.stroke();
}

function paintDiamond(context: CanvasRenderingContext2D, x: number, happened: boolean, palette: Palette): void {
  const r = 6.5;
  context.beginPath();
  context.moveTo(x, CALLS - r);
  context.lineTo(x + r, CALLS);
  context.lineTo(x, CALLS + r);
  context.lineTo(x - r, CALLS);
  context.closePath();
  context.fillStyle = happened ? palette.drained : palette.pane;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = palette.drained;
  context.stroke();
}

/** A call whose bytes slid back out: an arrow that turns. */
function paintBack(context: CanvasRenderingContext2D, x: number, happened: boolean, palette: Palette): void {
  context.lineWidth = 1.6;
  context.strokeStyle = happened ? palette.bad : palette.dim;
  context.fillStyle = palette.pane;
  context.beginPath();
  context.arc(x, CALLS, 5.5, 0, Math.PI * 2);
  context.fill();
  context.beginPath();
  context.arc(x, CALLS, 4, -Math.PI * 0.6, Math.PI);
  context.moveTo(x - 6.5, CALLS + 2);
  context.lineTo(x - 4, CALLS - 1.5);
  context.lineTo(x - 1.5, CALLS + 2);
  context.stroke();
}

function paintReads(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const { spans, head } = picture;
  context.font = `11px ${palette.code}`;
  context.lineWidth = 1.2;
  let drawn = -Infinity;
  for (const { read, from, to } of spans) {
    const [left, right] = [place(picture, from) + 3, place(picture, to)];
    if (right - drawn < 2) continue;
    drawn = right;
    const now = head > from + 0.01 && head <= to + 0.01;
    const failed = read.given < 0;
    context.strokeStyle = context.fillStyle = failed ? palette.bad : now ? palette.text : palette.dim;
    context.beginPath();
    context.moveTo(Math.min(left, right), READS - 4);
    context.lineTo(Math.min(left, right), READS);
    context.lineTo(right, READS);
    context.lineTo(right, READS - 10);
    context.stroke();
    const short = failed ? errnoName(read.given) : grouped(read.given);
    const long = say.seqFile.paintAxis.read(read.read, short);
    const room = right - left - 4;
    const text = [long, short].find((one) => context.measureText(one).width <= room);
    if (text === undefined) continue;
    paintText(context, text, (left + right) / 2, READS + 11, palette);
  }
}

/** How many bytes are in the buffer after each event, and how many a read asks for. */
function paintFill(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const { view, levels, width, height, head } = picture;
  const bottom = height - TRACK - 12;
  if (bottom - FILL_TOP < 24) return;
  const most = levels.reduce((max, level) => Math.max(max, level), 1);
  const asked = Math.min(view.settings.size, view.bufferSize);
  const top = Math.max(most, asked <= most * 4 ? asked : 0);
  const y = (level: number): number => bottom - (level / top) * (bottom - FILL_TOP - 6);
  const draw = (): void => {
    context.beginPath();
    context.moveTo(place(picture, 0), bottom);
    levels.forEach((level, at) => {
      context.lineTo(place(picture, at), y(level));
      context.lineTo(place(picture, Math.min(at + 1, levels.length - 1)), y(level));
    });
    context.lineTo(place(picture, levels.length - 1), bottom);
    context.closePath();
    context.fill();
  };
  context.fillStyle = palette.line;
  draw();
  context.save();
  context.beginPath();
  context.rect(0, FILL_TOP - 10, place(picture, head), height);
  context.clip();
  context.fillStyle = palette.active;
  context.globalAlpha = 0.42;
  draw();
  context.restore();
  context.font = `10.5px ${palette.words}`;
  context.fillStyle = palette.dim;
  context.textAlign = 'right';
  if (asked <= top) {
    context.strokeStyle = palette.dim;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(PAD, y(asked));
    context.lineTo(width - PAD, y(asked));
    context.stroke();
    context.setLineDash([]);
    const { size } = view.settings;
    const words =
      size > view.bufferSize ? say.seqFile.paintAxis.bufferEnds(asked) : say.seqFile.paintAxis.readAsks(size);
    context.fillText(words, width - PAD, y(asked) - 7);
  }
  context.textAlign = 'left';
  context.fillText(say.seqFile.paintAxis.bytesInTheBuffer, PAD + 6, FILL_TOP - 6);
}

function paintTrack(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const { height, head, view } = picture;
  const y = height - TRACK;
  const bar = (to: number): void => {
    context.beginPath();
    context.roundRect(PAD - 2, y - 2.5, Math.max(0, to - PAD + 4), 5, 2.5);
    context.fill();
  };
  context.fillStyle = palette.line;
  bar(place(picture, view.events.length));
  context.fillStyle = palette.active;
  context.globalAlpha = 0.65;
  bar(place(picture, head));
  context.globalAlpha = 1;
}

/** A text that lies over what is below it. */
function paintText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  { pane }: Palette,
  align: CanvasTextAlign = 'center',
): void {
  const { fillStyle } = context;
  const width = context.measureText(text).width + 4;
  const left = align === 'center' ? x - width / 2 : align === 'right' ? x - width + 2 : x - 2;
  context.fillStyle = pane;
  context.fillRect(left, y - 6, width, 12);
  context.fillStyle = fillStyle;
  context.textAlign = align;
  context.fillText(text, x, y);
}

/** The playhead's line, below every caption. */
function paintLine(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const x = place(picture, picture.head);
  context.strokeStyle = palette.text;
  context.lineWidth = 1.3;
  context.beginPath();
  context.moveTo(x, 4);
  context.lineTo(x, picture.height - TRACK);
  context.stroke();
}

function paintHead(context: CanvasRenderingContext2D, picture: AxisPicture, palette: Palette): void {
  const { height, head } = picture;
  const x = place(picture, head);
  context.fillStyle = palette.text;
  context.beginPath();
  context.roundRect(x - 4, 0, 8, 6, 2);
  context.fill();
  context.beginPath();
  context.arc(x, height - TRACK, 5.5, 0, Math.PI * 2);
  context.fill();
  context.strokeStyle = palette.pane;
  context.lineWidth = 1.5;
  context.stroke();
}
