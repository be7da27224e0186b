import type { Btf } from '../../btf/btf.ts';
import { keepsTrust, trustedFields } from '../../verifier/memory/btf-access.ts';
import { MEM_RCU, PTR_TO_BTF_ID, PTR_TRUSTED, PTR_UNTRUSTED, baseType } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { heldBy } from './causes.ts';
import type { Value } from '../query/flow.ts';
import { pathIn } from './names.ts';
import type { Trace } from '../record/trace.ts';

/** Why nothing keeps a pointer valid. */
export type TrustScene =
  /** Trust ended at the load of a field that does not keep it. */
  | {
      readonly kind: 'field';
      readonly pc: number;
      readonly field: string;
      readonly owner: string;
      readonly gives: string;
      readonly keeping: readonly string[];
    }
  /** The field would keep it inside an RCU read section, and the program, which may sleep, is in none. */
  | { readonly kind: 'no-section'; readonly pc: number; readonly field: string; readonly owner: string }
  /** The read section that protected it has ended. */
  | { readonly kind: 'section-ended'; readonly pc: number }
  /** It was never one that can be relied on. */
  | { readonly kind: 'never'; readonly pc: number };

const relied = (reg: Reg): boolean => reg.refObjId !== 0 || (reg.type & (PTR_TRUSTED | MEM_RCU)) !== 0;

/** Where trust in a pointer ended, on the way from what could be relied on; null when it did not. `now` is what the verifier knows at the error. */
export function trustCause(trace: Trace, btf: Btf, value: Value, now: Reg, sleepable: boolean): TrustScene | null {
  if (relied(now) && (now.type & PTR_UNTRUSTED) === 0) return null;
  // From the value back to what it was read from.
  const chain: Value[] = [value];
  for (let v = value; v.from.kind === 'load' && chain.length < 32;) {
    v = v.from.base;
    chain.unshift(v);
  }
  const was = heldBy(trace, value);
  if (was !== null && relied(was) && (now.type & PTR_UNTRUSTED) !== 0) return { kind: 'section-ended', pc: value.pc };
  for (let i = 1; i < chain.length; i++) {
    const base = heldBy(trace, chain[i - 1]!);
    const read = heldBy(trace, chain[i]!);
    const { from, pc } = chain[i]!;
    if (base === null || read === null || from.kind !== 'load') continue;
    if (baseType(base.type) !== PTR_TO_BTF_ID || base.btfOf !== 0 || baseType(read.type) !== PTR_TO_BTF_ID) continue;
    if (relied(read) && (read.type & PTR_UNTRUSTED) === 0) continue;
    if (!relied(base) && (base.type & PTR_UNTRUSTED) === 0 && i > 1) continue;
    const owner = btf.type(base.btfId).name;
    const field = pathIn(btf, base.btfId, base.off + from.off) ?? '?';
    const last = field.split('.').at(-1)!;
    const keeps = keepsTrust(btf, base.btfId, last, read.btfId);
    if (keeps !== null && sleepable && relied(base)) return { kind: 'no-section', pc, field, owner };
    return {
      kind: 'field',
      pc,
      field,
      owner,
      gives: btf.type(read.btfId).name,
      keeping: trustedFields(btf, base.btfId),
    };
  }
  return { kind: 'never', pc: value.pc };
}
