/** What the rule that a map breaks is about. */
export type MapRule =
  | 'type'
  | 'flags'
  | 'sizes'
  | 'no-entries'
  | 'per-cpu-value'
  | 'ring-size'
  | 'needs-no-prealloc'
  | 'needs-types'
  | 'too-large';

/** Thrown by a rule that does not hold. */
export class Broken extends Error {
  constructor(
    readonly errno: number,
    readonly reason: string,
    readonly rule: MapRule,
  ) {
    super(reason);
  }
}

export function must(holds: boolean, errno: number, reason: string, rule: MapRule = 'sizes'): void {
  if (!holds) throw new Broken(errno, reason, rule);
}

// Flags (BPF_F_*) and types of maps that several rules speak of.
export { RDONLY_PROG } from '../../elf/maps.ts';
export const WRONLY_PROG = 1 << 8;
export const BLOOM = 30;
export const ARENA = 33;
