import { memory } from '../state/memory.ts';
import type { Theme } from '../../electron/ipc-contract.ts';
import { mode } from '../state/mode.svelte.ts';

const KEY = 'theme';

/** Takes the kept theme, and reports the system's now and whenever it changes. Returns a function that stops. */
export function followSystem(onSystem: (dark: boolean) => void): () => void {
  const kept = memory.text(KEY);
  if (kept === 'dark' || kept === 'light') mode.theme = kept;
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const tell = (): void => onSystem(query.matches);
  tell();
  query.addEventListener('change', tell);
  return () => query.removeEventListener('change', tell);
}

export function keepTheme(theme: Theme): void {
  memory.keepText(KEY, theme);
}
