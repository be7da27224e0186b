import { printable } from '../base/printable.ts';
import type { ShellHost } from './host.ts';

/**
 * A host whose every text is printable: names, sources and messages come from files, and none of them may speak to the terminal. Text that a command
 * prints, with its colours, is the command's own.
 */
export function shownOnly(host: ShellHost): ShellHost {
  return new Proxy(host, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || key === 'print') return value;
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
