import { PTR_TO_PACKET, PTR_TO_PACKET_META } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { addends, heldBy } from './causes.ts';
import type { Check, Flow, Value } from '../query/flow.ts';
import { grouped } from '../query/numbers.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';

/** Why a check against the packet's end does not let an access through. */
export type PacketScene =
  /** The pointer was moved farther than checks are kept account of. */
  | { readonly kind: 'too-far'; readonly most: string }
  /** The check showed fewer bytes than are touched. */
  | { readonly kind: 'shorter'; readonly where: string; readonly checked: number; readonly needed: number }
  /** A check was made on a pointer that was moved by another number, or by the same one anew. */
  | { readonly kind: 'other-pointer'; readonly where: string };

/** Farthest that a packet pointer may be moved and still be checked. */
const MAX_PACKET_OFF = 0xffff;

const isPacket = (reg: Reg | null): boolean =>
  reg !== null && (reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META);

/** What the path's checks say of an access to the packet; null when none was made. `off` is that of the access from the beginning of the packet that the pointer knows of, its own offset included. */
export function packetCause(
  trace: Trace,
  text: ProgramText,
  flow: Flow,
  value: Value,
  now: Reg,
  access: { readonly off: number; readonly size: number },
): PacketScene | null {
  if (!isPacket(now)) return null;
  const checks = flow.checks.filter(
    (check) => isPacket(heldBy(trace, check.left)) || isPacket(heldBy(trace, check.right)),
  );
  const last = checks.at(-1);
  if (now.range === 0 && now.scalar.umax > BigInt(MAX_PACKET_OFF) && last !== undefined)
    return { kind: 'too-far', most: grouped(now.scalar.umax) };
  if (last === undefined) return null;
  const where = (check: Check): string => text.shortPlace(check.pc);
  if (now.range > 0) {
    const needed = access.off + access.size;
    return needed > now.range ? { kind: 'shorter', where: where(last), checked: now.range, needed } : null;
  }
  const mine = addends(trace, value);
  if (mine.length === 0) return null;
  for (const check of checks.slice().reverse())
    for (const side of [check.left, check.right])
      if (addends(trace, side).some((part) => !mine.includes(part)))
        return { kind: 'other-pointer', where: where(check) };
  return null;
}
