import { withSchema } from '../../../base/json-schema.ts';
import { bool, list, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { bytesOf, exactly, hexAddress } from './shapes.ts';

/** A symbol of the kernel, with the words of `/proc/kallsyms`. */
export interface WorldSymbol {
  readonly name: string;
  /** Hexadecimal: `0xffffffff81000000`. */
  readonly address: string;
  /** A letter: `T` a function that others may see, `t` one of its file's own, `D` or `d` a variable, `R` or `r` a constant. Of a module always small. */
  readonly type: string;
  /** Of a module's symbol: its name; `bpf` for compiled programs. */
  readonly module?: string;
  /** Whether a module offers it to others. */
  readonly exported?: boolean;
}

/** The parts of the list that are no module's, in the order in which they follow the modules. */
export const SYMBOL_SECTIONS = ['__builtin__ftrace', 'bpf', '__builtin__kprobes'] as const;

const letter: Validator<string> = withSchema({ type: 'string', pattern: '^[A-Za-z?]$' }, (value, at) => {
  const string = text(1)(value, at);
  if (!/^[A-Za-z?]$/.test(string)) throw new ShapeError(at, `expected one letter such as T, got '${string}'`);
  return string;
});

export const SYMBOLS: Validator<WorldSymbol[]> = list(
  300_000,
  exactly<WorldSymbol>({
    name: bytesOf(511),
    address: hexAddress('0xffffffff81000000'),
    type: letter,
    module: optional(bytesOf(55)),
    exported: optional(bool),
  }),
);

/** Where a symbol's section stands in the list: 0 the kernel's own, 1 the modules', then `SYMBOL_SECTIONS`. */
export function sectionOf({ module }: WorldSymbol): number {
  if (module === undefined) return 0;
  const section = (SYMBOL_SECTIONS as readonly string[]).indexOf(module);
  return section < 0 ? 1 : section + 2;
}

/** The kernel's own come first, then modules', then those of the sections. */
export function checkSymbols(symbols: readonly WorldSymbol[], at: string): void {
  symbols.forEach((symbol, i) => {
    const before = symbols[i - 1];
    if (before !== undefined && sectionOf(before) > sectionOf(symbol))
      throw new ShapeError(
        `${at}[${i}].module`,
        `the kernel’s own symbols come first, then those of modules, of ${SYMBOL_SECTIONS.join(', of ')}`,
      );
    if (symbol.exported !== undefined && sectionOf(symbol) !== 1)
      throw new ShapeError(`${at}[${i}].exported`, 'only the symbols of modules tell whether they are exported');
  });
}
