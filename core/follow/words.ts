import { spotName } from '../verifier/values/spot.ts';
import { regText } from '../verifier/log.ts';
import { isPointer, NOT_INIT } from '../verifier/values/reg.ts';
import type { Reg } from '../verifier/values/reg.ts';
import { slotLetters } from '../trace/views/reg-words.ts';
import type { Outside } from './follow.ts';

/** One line on where a run left the verifier's states: `r6 is 0x2a where step 17 knows scalar(…)`. */
export function outsideText({ kind, pc, step, spot, value = 0n, known }: Outside): string {
  const at = `instruction ${pc}`;
  if (kind === 'path') return `${at}: the verifier never goes here from the instruction before`;
  if (kind === 'iterators') return `${at}: ${value} iterators are alive, another number than step ${step} knows of`;
  if (spot === null) return `${at}: ${value} is not what step ${step} knows of`;
  const { frame } = spot;
  const place = `${frame > 0 ? `frame ${frame} ` : ''}${spotName(spot)}`;
  let what = '';
  if (known !== undefined)
    what =
      'types' in known
        ? `${slotLetters(known)}${known.spilled === null ? '' : ` ${text(known.spilled, frame)}`}`
        : text(known, frame);
  return kind === 'link'
    ? `${at}: ${place} is ${hex(value)}, no longer equal to what step ${step} links it with: ${what}`
    : `${at}: ${place} is ${hex(value)} where step ${step} knows ${what}`;
}

const text = (reg: Reg, frame: number): string =>
  reg.type === NOT_INIT ? 'nothing' : `${isPointer(reg) ? 'a pointer ' : ''}${regText(reg, frame, null, null)}`;

const hex = (value: bigint): string => (value < 1024n ? String(value) : `0x${value.toString(16)}`);
