import { formatScalar } from '../verifier/scalar/format.ts';
import type { Reg } from '../verifier/reg.ts';
import { SCALAR } from '../verifier/reg.ts';
export const regText = (reg: Reg, _frame: number, _k: unknown, _p: unknown): string =>
  reg.type === SCALAR ? formatScalar(reg.scalar, { precise: reg.precise, id: reg.id }) : `type ${reg.type}`;
