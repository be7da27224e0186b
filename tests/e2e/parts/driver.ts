import type { TestType } from '@playwright/test';
import type { Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const sample = (name: string): string => `${root}samples/${name}`;

/** What a story needs of the host it runs in, besides the page itself. */
export interface Driver {
  readonly name: 'browser' | 'electron';
  readonly page: Page;
  /** Opens files as a person does: through **Open…**. */
  open(...paths: string[]): Promise<void>;
  /** Does something that saves a file; where that file then is. */
  saved(action: () => Promise<void>): Promise<string>;
  /** Ends the engine's process or worker the hard way. */
  killEngine(): Promise<void>;
  /** Gives the page this size. */
  resize(width: number, height: number): Promise<void>;
}

/** The tests of a host, of whose fixtures only the driver is used: what is told once for every host. */
export const driven = <T extends { driver: Driver }, W extends object>(
  test: TestType<T, W>,
): TestType<{ driver: Driver }, W> => test as unknown as TestType<{ driver: Driver }, W>;
