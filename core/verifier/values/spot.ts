/** A register or a stack slot of one frame: where a value is, whoever asks (the verifier, a trace, an instrument). */
export interface Spot {
  readonly what: 'reg' | 'slot';
  /** Number of the frame; 0 is the main program's. */
  readonly frame: number;
  /** Number of the register (0..10), or of the slot: 0 is fp-8, 1 is fp-16, … */
  readonly index: number;
}

const FRAMES = 8;
const REGS = 16;
const SLOTS = 64;
const spots = (what: Spot['what'], inEach: number): readonly Spot[] =>
  Array.from({ length: FRAMES * inEach }, (_, i) => ({ what, frame: Math.floor(i / inEach), index: i % inEach }));
// Made once: the walk notes one at nearly every access of the stack.
const REG_SPOTS = spots('reg', REGS);
const SLOT_SPOTS = spots('slot', SLOTS);

export const regSpot = (frame: number, index: number): Spot =>
  (index < REGS ? REG_SPOTS[frame * REGS + index] : undefined) ?? { what: 'reg', frame, index };
export const slotSpot = (frame: number, index: number): Spot =>
  (index < SLOTS ? SLOT_SPOTS[frame * SLOTS + index] : undefined) ?? { what: 'slot', frame, index };

export const sameSpot = (a: Spot, b: Spot): boolean => a.frame === b.frame && a.what === b.what && a.index === b.index;

/** `fp-8` for slot 0, `fp-16` for slot 1, … */
export const slotName = (index: number): string => `fp-${(index + 1) * 8}`;

/** `r6`, `fp-16`: as the log writes it, without its frame. */
export const spotName = ({ what, index }: Spot): string => (what === 'reg' ? `r${index}` : slotName(index));

/** A key to find spots by in a map. */
export const spotKey = ({ what, frame, index }: Spot): string => `${what} ${frame} ${index}`;
