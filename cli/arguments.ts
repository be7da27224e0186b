import { parseArgs } from 'node:util';
import { UsageError } from '../node/usage-error.ts';

/** `strings`: an option that may be given several times. */
type Kind = 'string' | 'boolean' | 'strings';
type Options = Readonly<Record<string, Kind | { readonly type: 'string'; readonly short: string }>>;
type Values<O extends Options> = {
  readonly [K in keyof O]?:
    | (O[K] extends 'string' | { readonly type: 'string' }
        ? string
        : O[K] extends 'strings'
          ? readonly string[]
          : boolean)
    | undefined;
};

/** Reads a command's arguments: its options (`--name VALUE` or flags) and the rest in order. @throws UsageError */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
): { values: Values<O>; files: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, type]) => [
          name,
          typeof type === 'object' ? type : type === 'strings' ? { type: 'string' as const, multiple: true } : { type },
        ]),
      ),
    });
    return { values: values as Values<O>, files: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify a positional argument.*$/s, ''));
  }
}

/** A whole number given as an option. @throws UsageError */
export function wholeNumber(text: string | undefined, option: string, otherwise: number, min = 0): number {
  if (text === undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < min)
    throw new UsageError(`--${option}: '${text}' is no whole number${min > 0 ? ` from ${min} on` : ''}`);
  return value;
}
