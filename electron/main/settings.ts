import { app } from 'electron';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Validator } from '../../core/base/validate.ts';
import { int, list, oneOf, optional, record, text } from '../../core/base/validate.ts';
import { MOST_RECENT, THEMES } from '../ipc-contract.ts';
import type { Theme } from '../ipc-contract.ts';

interface Bounds {
  readonly x: number | undefined;
  readonly y: number | undefined;
  readonly width: number;
  readonly height: number;
}
/** What is remembered between two starts. */
export interface Settings {
  readonly theme: Theme;
  /** Paths opened last, newest first. */
  readonly recent: readonly string[];
  readonly bounds: Bounds;
  /** Path of the compiler that was chosen; empty to look for one. */
  readonly compiler: string;
}

const coordinate = int(-100_000, 100_000);
const check: Validator<Settings> = record<Settings>({
  theme: oneOf(...THEMES),
  recent: list(MOST_RECENT, text(4096)),
  bounds: record<Bounds>({
    x: optional(coordinate),
    y: optional(coordinate),
    width: int(400, 20_000),
    height: int(300, 20_000),
  }),
  // Settings of before it could be chosen have none.
  compiler: (value, at) => (value === undefined ? '' : text(4096)(value, at)),
});

const DEFAULTS: Settings = {
  theme: 'system',
  recent: [],
  bounds: { x: undefined, y: undefined, width: 1440, height: 900 },
  compiler: '',
};
const path = (): string => join(app.getPath('userData'), 'settings.json');

let current: Settings | null = null;

/** The settings as they were left; the defaults where there are none or they can't be read. */
export function settings(): Settings {
  if (current !== null) return current;
  try {
    current = check(JSON.parse(readFileSync(path(), 'utf8')), 'settings');
  } catch {
    current = DEFAULTS;
  }
  return current;
}

/** Changes some of the settings. A disk that can't be written to costs their memory, not the session. */
export function remember(change: Partial<Settings>): void {
  current = { ...settings(), ...change };
  try {
    // Written aside and renamed, so that a crash never leaves half a file.
    writeFileSync(`${path()}.new`, JSON.stringify(current));
    renameSync(`${path()}.new`, path());
  } catch (error) {
    console.error(`settings are not kept: ${(error as Error).message}`);
  }
}
