import type { EngineConnection } from '../../core/engine/wire.ts';
import { connectEngine } from '../../core/engine/wire.ts';
import { IMPORT_EXTENSIONS, KEPT_EXTENSIONS } from '../../core/trace/import/index.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import type { Host, HostEvents, PiecewiseFile } from './host.ts';
import { memory, recall, remember } from '../state/memory.ts';
import { readFiles } from './host.ts';
import { say } from '../words/index.ts';

/** Up to here a file is put together in memory and downloaded; beyond, a browser that can writes it where the person says. */
const DOWNLOAD = 64 * 1024 * 1024;
/** Largest file that is put together in a browser that can't. */
const LARGEST = 512 * 1024 * 1024;

/** How often folders that are being written are looked at, milliseconds. */
const WATCH = 700;

/** So many files that were opened are kept to be opened again, none larger than this. */
const RECENT = 8;
const LARGEST_RECENT = 4 * 1024 * 1024;
const namesOf = (value: unknown): string[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;

/** The part of the File System Access API that is used; not every browser has it. */
interface FilePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{
    createWritable(): Promise<{
      write(piece: string | Uint8Array): Promise<void>;
      close(): Promise<void>;
      abort(): Promise<void>;
    }>;
  }>;
}

const newWorker = (): Worker =>
  new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module', name: 'engine' });

/** A web page as host: the engine in a Web Worker, a file input, downloads. */
export class BrowserHost implements Host {
  readonly name = 'browser';
  readonly #input: HTMLInputElement;
  #events: HostEvents | null = null;
  #worker: Worker | null = null;
  /** The first engine starts before the window is drawn: it takes longer. */
  #early: Worker | null = newWorker();
  #engine: EngineConnection | null = null;
  /** Deaths without an answer in between: an engine that cannot start is not started for ever. */
  #deaths = 0;

  constructor() {
    this.#input = document.createElement('input');
    this.#input.type = 'file';
    this.#input.multiple = true;
    this.#input.hidden = true;
    this.#input.accept = [...IMPORT_EXTENSIONS, ...KEPT_EXTENSIONS].map((extension) => `.${extension}`).join(',');
    this.#input.setAttribute('aria-label', say.host.hostBrowser.filesToOpen);
    this.#input.addEventListener('change', () => void this.#chosen());
    document.body.append(this.#input);
  }

  start(events: HostEvents): void {
    this.#events = events;
    this.#spawn();
    void this.#openGiven();
  }
  async #openGiven(): Promise<void> {
    const given = await filesGiven().catch(() => []);
    this.#events?.open(await Promise.all(given.map(fetchGiven)).catch(() => []));
    if (given.some(({ stamp }) => stamp !== undefined)) this.#watchGiven(given);
  }
  // Folders of lessons that are being written: the server says when one has changed.
  #watchGiven(before: readonly Given[]): void {
    setTimeout(() => {
      void filesGiven()
        .then(async (now) => {
          for (const [i, given] of now.entries())
            if (given.stamp !== before[i]?.stamp) this.#events?.changed(await fetchGiven(given));
          return now;
        })
        // The server has ended; it may come back.
        .catch(() => before)
        .then((now) => this.#watchGiven(now));
    }, WATCH);
  }

  #spawn(): void {
    const worker = this.#early ?? newWorker();
    this.#early = null;
    const engine = connectEngine(worker);
    worker.addEventListener('message', () => (this.#deaths = 0));
    this.#worker = worker;
    this.#engine = engine;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#died(worker, event.message);
    });
    worker.addEventListener('messageerror', () => this.#died(worker, say.host.hostBrowser.aMessageCouldNotBe));
    this.#events?.engine(engine);
  }
  #died(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    worker.terminate();
    this.#engine?.disconnect(reason);
    this.#events?.lost(reason);
    if (++this.#deaths <= 3) this.#spawn();
  }

  // The page's answer comes through the input's change event, also when a test or an assistive tool fills the input itself.
  async pick(): Promise<readonly InputFile[]> {
    this.#input.click();
    return [];
  }
  async #chosen(): Promise<void> {
    const files = await readFiles(this.#input.files ?? []);
    this.#input.value = '';
    this.#events?.open(files);
  }

  async recent(): Promise<readonly string[]> {
    return recall('recent', namesOf) ?? [];
  }
  async openRecent(name: string): Promise<readonly InputFile[]> {
    const bytes = await memory.file(name);
    if (bytes !== null) return [{ name, bytes }];
    remember(
      'recent',
      (await this.recent()).filter((one) => one !== name),
    );
    throw new Error(say.host.hostBrowser.forgotten(name));
  }
  // A page is told no paths: the files themselves are kept, a few and no large ones.
  opened(files: readonly InputFile[]): void {
    // A source comes back with its object.
    const kept = files.filter(({ name, bytes }) => bytes.length <= LARGEST_RECENT && !/\.[ch]$/.test(name));
    const before = recall('recent', namesOf) ?? [];
    const names = [...new Set([...kept.map(({ name }) => name), ...before])];
    for (const { name, bytes } of kept) void memory.keepFile(name, bytes);
    for (const name of names.slice(RECENT)) void memory.keepFile(name, null);
    remember('recent', names.slice(0, RECENT));
  }
  async save(file: InputFile): Promise<void> {
    download(file.name, [file.bytes as Uint8Array<ArrayBuffer>]);
  }
  async saveInPieces(name: string, bytes: number): Promise<PiecewiseFile | null> {
    if (bytes > DOWNLOAD) {
      const written = await pickFile(name);
      if (written !== undefined) return written;
    }
    if (bytes > LARGEST) throw new Error(say.host.hostBrowser.tooLarge(name, Math.round(bytes / 1e6), LARGEST >> 20));
    // Pieces become blobs at once: the browser may put those on disk.
    const parts: Blob[] = [];
    return {
      write: async (piece) => void parts.push(new Blob([piece as BlobPart])),
      end: async (whole) => {
        if (whole) download(name, parts);
      },
    };
  }

  title(text: string): void {
    document.title = text;
  }
  // Nothing of the browser around the page is ours.
  theme(): void {}
}

/** A file that `npm start` was given; a folder of lessons has a stamp, which is another one when something in it has changed. */
interface Given {
  readonly name: string;
  readonly url: string;
  readonly stamp?: string;
}

/** What `npm start -- FILE…` was given. A page that is served by anything else has an empty list, or none. */
async function filesGiven(): Promise<readonly Given[]> {
  const answer = await fetch('./__open.json');
  if (!answer.ok) return [];
  return ((await answer.json()) as { files: Given[] }).files;
}

async function fetchGiven({ name, url }: Given): Promise<InputFile> {
  return { name, bytes: new Uint8Array(await (await fetch(url)).arrayBuffer()) };
}

function download(name: string, parts: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(parts));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file that the person chose; null when they cancelled, undefined where the browser has no such dialog (or allows none now). */
async function pickFile(suggestedName: string): Promise<PiecewiseFile | null | undefined> {
  const { showSaveFilePicker: pick } = window as FilePicker;
  if (pick === undefined) return undefined;
  try {
    const file = await (await pick.call(window, { suggestedName })).createWritable();
    return { write: (piece) => file.write(piece), end: (whole) => (whole ? file.close() : file.abort()) };
  } catch (error) {
    return (error as Error).name === 'AbortError' ? null : undefined;
  }
}
