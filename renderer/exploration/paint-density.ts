import type { Density } from './density.ts';
import { TONES } from './model.ts';
import { rgb } from './palette.ts';
import type { Palette } from './palette.ts';
import type { Viewport } from './viewport.ts';

/** Least height of a density cell; its width is one pixel. */
const CELL = 2;
/** Room under the density for the ends of paths. */
const ENDS_STRIP = 26;

/** Paints density: brightness is how many steps fall in a cell, hue is what was known of the iterator. */
export class DensityPainter {
  #canvas: OffscreenCanvas | null = null;
  #image: ImageData | null = null;

  /** Most rows that a canvas of this height has for cells. */
  static rows(height: number): number {
    return Math.max(8, Math.floor((height - ENDS_STRIP - 26) / CELL));
  }

  paint(context: CanvasRenderingContext2D, density: Density, palette: Palette, view: Viewport, top: number): void {
    const { columns, rows, cells, skyline } = density;
    if (this.#canvas === null || this.#canvas.width !== columns || this.#canvas.height !== rows) {
      this.#canvas = new OffscreenCanvas(columns, rows);
      this.#image = null;
    }
    const off = this.#canvas.getContext('2d')!;
    this.#image ??= off.createImageData(columns, rows);
    const tones = TONES.map((name) => rgb(palette[name]));
    // One 32-bit word a pixel, red in the lowest byte.
    const out = new Uint32Array(this.#image.data.buffer);
    const word = (r: number, g: number, b: number, a: number) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
    const pure = tones.map(([r, g, b]) => Array.from({ length: 256 }, (_, a) => word(r, g, b, a)));
    const waiting = word(...tones[1]!, 36);
    for (let r = 0, at = 0, cell = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, at++, cell += 4) {
        // Under the skyline: the paths that wait.
        if (r < skyline[c]!) {
          out[at] = 0;
          continue;
        }
        const plain = cells[cell]!;
        const active = cells[cell + 1]!;
        const drained = cells[cell + 2]!;
        const bad = cells[cell + 3]!;
        const sum = plain + active + drained + bad;
        if (sum === 0) out[at] = waiting;
        else if (bad > 0) out[at] = pure[3]![255]!;
        else {
          const alpha = (90 + 165 * Math.min(1, Math.sqrt(sum))) | 0;
          if (sum === active) out[at] = pure[1]![alpha]!;
          else if (sum === plain) out[at] = pure[0]![alpha]!;
          else if (sum === drained) out[at] = pure[2]![alpha]!;
          else {
            const [p, n, d] = [tones[0]!, tones[1]!, tones[2]!];
            out[at] = word(
              (plain * p[0] + active * n[0] + drained * d[0]) / sum,
              (plain * p[1] + active * n[1] + drained * d[1]) / sum,
              (plain * p[2] + active * n[2] + drained * d[2]) / sum,
              alpha,
            );
          }
        }
      }
    }
    off.putImageData(this.#image, 0, 0);
    context.imageSmoothingEnabled = false;
    const ground = top + DensityPainter.rows(view.height) * CELL;
    context.drawImage(this.#canvas, 0, top, columns, ground - top);

    const base = ground + ENDS_STRIP - 4;
    const kinds: readonly [number, string][] = [
      [0, palette.ok],
      [1, palette.prune],
      [2, palette.bad],
      [3, palette.dim],
    ];
    const unit = (ENDS_STRIP - 8) / Math.log2(density.mostEnds + 1);
    for (const [kind, colour] of kinds) {
      context.fillStyle = colour;
      for (let c = 0; c < columns; c++) {
        const own = density.ends[kind * columns + c]!;
        if (own === 0) continue;
        let under = 0;
        for (let k = 0; k < kind; k++) under += density.ends[k * columns + c]!;
        const y0 = Math.log2(under + 1) * unit;
        const y1 = kind === 2 ? ENDS_STRIP - 8 : Math.max(y0 + 1, Math.log2(under + own + 1) * unit);
        context.fillRect(c, base - y1, 1, y1 - y0);
      }
    }
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, base + 0.5);
    context.lineTo(view.width, base + 0.5);
    context.moveTo(0, ground + 0.5);
    context.lineTo(view.width, ground + 0.5);
    context.stroke();
  }
}
