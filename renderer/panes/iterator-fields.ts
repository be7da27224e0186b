import { slotName } from '../../core/verifier/values/spot.ts';
import type { Spot } from '../../core/verifier/values/spot.ts';
import type { IterField, IterStruct } from '../../core/trace/views/iter-struct.ts';
import type { IterView } from '../../core/trace/views/view.ts';

/** Slots that an iterator takes. */
const slotsOf = ({ structs }: IterView): number => Math.max(1, Math.ceil((structs?.seen.size ?? 8) / 8));

/** True for each slot of an iterator's state; it begins at its lowest address, in the slot with the highest number. */
export function isOfIterator(iter: IterView, { what, frame, index }: Spot): boolean {
  const { spot } = iter;
  return what === 'slot' && frame === spot.frame && index <= spot.index && index > spot.index - slotsOf(iter);
}

/** A field as its row says it: where it lies on the stack, and how large it is. */
export interface FieldRow extends IterField {
  readonly at: string;
}
/** The fields of a structure that begins at an iterator's place. */
export function fieldRows({ spot }: Pick<IterView, 'spot'>, { fields }: IterStruct): FieldRow[] {
  return fields.map((field) => {
    const into = field.offset % 8;
    const slot = slotName(spot.index - Math.floor(field.offset / 8));
    return { ...field, at: into === 0 ? slot : `${slot}+${into}` };
  });
}
