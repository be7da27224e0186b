/**
 * What a window remembers: small texts by name at once, and the work itself (what is open, the terminal's history) as one block of bytes. Every host
 * has one; where nothing can be kept (a private window) it lasts as long as the window.
 */
export interface Memory {
  text(name: string): string | null;
  keepText(name: string, value: string | null): void;
  work(): Promise<Uint8Array | null>;
  keepWork(bytes: Uint8Array): Promise<void>;
  /** A file's bytes by name; null when they were not kept. */
  file(name: string): Promise<Uint8Array | null>;
  /** Keeps a file's bytes; null forgets them. */
  keepFile(name: string, bytes: Uint8Array | null): Promise<void>;
}

const PREFIX = 'iterscope.';
/** Largest work that is kept, bytes. */
const LARGEST = 64 * 1024 * 1024;

/** Memory in the page's own storage: of its origin in a browser, of the app's profile in Electron. */
export class WebMemory implements Memory {
  /** What storage did not take. */
  readonly #own = new Map<string, string | null>();
  #database: Promise<IDBDatabase | null> | null = null;

  text(name: string): string | null {
    const own = this.#own.get(name);
    if (own !== undefined) return own;
    try {
      return localStorage.getItem(PREFIX + name);
    } catch {
      return null;
    }
  }
  keepText(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, value);
      this.#own.delete(name);
    } catch {
      this.#own.set(name, value);
    }
  }

  work(): Promise<Uint8Array | null> {
    return this.#get('journal');
  }
  async keepWork(bytes: Uint8Array): Promise<void> {
    if (bytes.length <= LARGEST) await this.#put('journal', bytes);
  }
  file(name: string): Promise<Uint8Array | null> {
    return this.#get(`file/${name}`);
  }
  keepFile(name: string, bytes: Uint8Array | null): Promise<void> {
    return this.#put(`file/${name}`, bytes);
  }

  async #get(key: string): Promise<Uint8Array | null> {
    const database = await this.#open();
    if (database === null) return null;
    return new Promise((resolve) => {
      const asked = database.transaction('work').objectStore('work').get(key);
      asked.onsuccess = () => resolve(asked.result instanceof Uint8Array ? asked.result : null);
      asked.onerror = () => resolve(null);
    });
  }
  async #put(key: string, bytes: Uint8Array | null): Promise<void> {
    const database = await this.#open();
    if (database === null) return;
    await new Promise<void>((resolve) => {
      const change = database.transaction('work', 'readwrite');
      if (bytes === null) change.objectStore('work').delete(key);
      else change.objectStore('work').put(bytes, key);
      change.oncomplete = () => resolve();
      change.onerror = () => resolve();
      change.onabort = () => resolve();
    });
  }

  #open(): Promise<IDBDatabase | null> {
    return (this.#database ??= new Promise((resolve) => {
      try {
        const asked = indexedDB.open('iterscope', 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore('work');
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => resolve(null);
        asked.onblocked = () => resolve(null);
      } catch {
        resolve(null);
      }
    }));
  }
}

/** The memory of this window. */
export const memory: Memory = new WebMemory();

/** Something that was kept as JSON; null when there is none, or when it is not what it should be. */
export function recall<T>(name: string, check: (value: unknown) => T | null): T | null {
  const text = memory.text(name);
  if (text === null) return null;
  try {
    return check(JSON.parse(text));
  } catch {
    return null;
  }
}
export function remember(name: string, value: unknown): void {
  memory.keepText(name, JSON.stringify(value));
}

/** A list of `count` percentages that add up, as a layout is kept. */
export const layoutOf =
  (count: number) =>
  (value: unknown): number[] | null =>
    Array.isArray(value) &&
    value.length === count &&
    value.every((size) => typeof size === 'number' && size >= 0 && size <= 100) &&
    Math.abs((value as number[]).reduce((sum, size) => sum + size, 0) - 100) < 1
      ? (value as number[])
      : null;
