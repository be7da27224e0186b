import type { Btf } from '../../core/btf/btf.ts';
import type { Case } from '../fuzz/case.ts';
import { GENERATORS } from '../fuzz/generators.ts';
import { useBtf } from '../fuzz/kernel.ts';

const usable = GENERATORS.filter(({ skipped }) => skipped === undefined);
/** Programs that one generator makes in a row. */
const ROW = 8;

/** Names that `--theme` takes. */
export const themes: readonly string[] = usable.map(({ name }) => name);

/** Random programs by the name of what makes them. */
export function* randomPrograms(
  wanted: readonly string[],
  seed: number,
  count: number,
  btf: Btf,
): Iterable<{ readonly theme: string; readonly number: number; readonly program: Case }> {
  useBtf(btf);
  const generators = usable.filter(({ name }) => wanted.includes(name));
  for (let made = 0; made < count;)
    for (const { name, generate } of generators) {
      const numbers = Array.from({ length: Math.min(ROW, count - made) }, (_, i) => made + i);
      for (const [i, program] of generate(numbers.map((n) => (seed * 1_000_003 + n) | 0)).entries())
        yield { theme: name, number: numbers[i]!, program };
      made += numbers.length;
    }
}
