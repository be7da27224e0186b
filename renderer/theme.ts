import type { SessionStore, Theme } from './session.svelte.ts';

const KEY = 'iterscope.theme';

/** Takes the kept theme, and reports the system's now and whenever it changes. Returns a function that stops. */
export function followSystem(store: SessionStore, onSystem: (dark: boolean) => void): () => void {
  const kept = localStorage.getItem(KEY);
  if (kept === 'dark' || kept === 'light') store.theme = kept;
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const tell = (): void => onSystem(query.matches);
  tell();
  query.addEventListener('change', tell);
  return () => query.removeEventListener('change', tell);
}

export function keepTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
}
