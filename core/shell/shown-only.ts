import { printable } from '../base/printable.ts';
import type { ShellHost } from './host.ts';

/**
 * A host whose every text is printable: names, sources and messages come from files, and none of them may speak to the terminal. Text that a command
 * prints, with its colours, is the command's own.
 */
export const shownOnly = (host: ShellHost): ShellHost => printableOnly(host);

function printableOnly<T extends object>(whole: T): T {
  return new Proxy(whole, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key);
      if (key === 'machine') return printableOnly(value as object);
      if (key === 'print') return value;
      if (typeof value !== 'function') return shown(value);
      return (...args: unknown[]): unknown => {
        const result: unknown = (value as (...args: unknown[]) => unknown).apply(target, args);
        return result instanceof Promise ? result.then(shown) : shown(result);
      };
    },
  });
}

// Plain data only: bytes stay as they are.
function shown(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(shown);
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) out[key] = shown(inner);
  return out;
}
