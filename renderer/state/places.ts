import type { Spot } from '../../core/verifier/values/spot.ts';
import type { SessionEntry } from '../../core/engine/protocol.ts';
import { recall, remember } from './memory.ts';

/** Where a person was in one program: its step, and what was chosen there. */
export interface ProgramPlace {
  readonly step: number;
  readonly insn: number | null;
  readonly reg: string | null;
  readonly slot: Spot | null;
}
interface Kept extends ProgramPlace {
  readonly session: number;
  /** Numbers of sessions begin anew where nothing was kept: the program must be the same. */
  readonly program: string;
}

/** Most programs whose places are kept. */
const MOST = 200;
const NAME = 'places';

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isSpot = (value: unknown): boolean => {
  const { what, frame, index } = (value ?? {}) as Partial<Record<keyof Spot, unknown>>;
  return (what === 'reg' || what === 'slot') && isCount(frame) && isCount(index);
};
function isKept(value: unknown): value is Kept {
  const { session, program, step, insn, reg, slot } = (value ?? {}) as Partial<Record<keyof Kept, unknown>>;
  return (
    isCount(session) &&
    typeof program === 'string' &&
    isCount(step) &&
    (insn === null || isCount(insn)) &&
    (reg === null || (typeof reg === 'string' && /^r\d+$/.test(reg))) &&
    (slot === null || isSpot(slot))
  );
}
/** Checks what was kept: places that are none are left out. */
export const placesOf = (value: unknown): Kept[] | null => (Array.isArray(value) ? value.filter(isKept) : null);

const nameOf = ({ program, file }: Pick<SessionEntry, 'program' | 'file'>): string => `${program} ${file}`;

/** Where a person was in each program that is open, kept for when they come back to it, in this window or the next. */
class Places {
  #list: readonly Kept[] = recall(NAME, placesOf) ?? [];

  of(session: number, entry: Pick<SessionEntry, 'program' | 'file'>): ProgramPlace | null {
    return this.#list.find((one) => one.session === session && one.program === nameOf(entry)) ?? null;
  }
  keep(session: number, entry: Pick<SessionEntry, 'program' | 'file'>, place: ProgramPlace): void {
    const { step, insn, reg, slot } = place;
    const kept: Kept = { session, program: nameOf(entry), step, insn, reg, slot };
    this.#list = [kept, ...this.#list.filter((one) => one.session !== session)].slice(0, MOST);
    remember(NAME, this.#list);
  }
}

export const places = new Places();
