import type { Env } from '../env.ts';
import { EACCES } from '../../base/errno.ts';
import { typeName } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { formatTnum } from '../values/scalar/index.ts';

/** A pointer to the context or the like must come unmodified, or with a constant offset at most. */
export function checkFixedOffset(env: Env, regno: number, reg: Reg, offsetAllowed: boolean): void {
  const blame = regno;
  const name = typeName(reg.type);
  if (reg.off < 0)
    env.reject(EACCES, 'negative-offset', `negative offset ${name} ptr R${regno} off=${reg.off} disallowed`, {}, blame);
  if (!offsetAllowed && reg.off !== 0)
    env.reject(
      EACCES,
      'modified-pointer',
      `dereference of modified ${name} ptr R${regno} off=${reg.off} disallowed`,
      {},
      blame,
    );
  if (!reg.scalar.isConst || reg.scalar.value !== 0n)
    env.reject(
      EACCES,
      'variable-offset',
      `variable ${name} access var_off=${formatTnum(reg.scalar)} disallowed`,
      {},
      blame,
    );
}
