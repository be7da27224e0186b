import type { EngineConnection } from '../core/engine/wire.ts';
import { connectEngine } from '../core/engine/wire.ts';
import type { InputFile } from '../core/engine/protocol.ts';
import type { Host, HostEvents } from './host.ts';
import { readFiles } from './host.ts';

/** A web page as host: the engine in a Web Worker, a file input, downloads. */
export class BrowserHost implements Host {
  readonly name = 'browser';
  readonly #input: HTMLInputElement;
  #events: HostEvents | null = null;
  #worker: Worker | null = null;
  #engine: EngineConnection | null = null;
  /** Deaths without an answer in between: an engine that cannot start is not started for ever. */
  #deaths = 0;

  constructor() {
    this.#input = document.createElement('input');
    this.#input.type = 'file';
    this.#input.multiple = true;
    this.#input.hidden = true;
    this.#input.accept = '.o,.iterscope,.asm,.s';
    this.#input.setAttribute('aria-label', 'Files to open');
    this.#input.addEventListener('change', () => void this.#chosen());
    document.body.append(this.#input);
  }

  start(events: HostEvents): void {
    this.#events = events;
    this.#spawn();
    void this.#openGiven();
  }
  /** Opens what `npm start -- FILE…` was given. A page that is served by anything else has an empty list, or none. */
  async #openGiven(): Promise<void> {
    try {
      const answer = await fetch('./__open.json');
      if (!answer.ok) return;
      const { files } = (await answer.json()) as { files: { name: string; url: string }[] };
      const given = await Promise.all(
        files.map(async ({ name, url }) => ({ name, bytes: new Uint8Array(await (await fetch(url)).arrayBuffer()) })),
      );
      if (given.length > 0) this.#events?.open(given);
    } catch {
      // Not served by `npm start`.
    }
  }

  #spawn(): void {
    const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module', name: 'engine' });
    const engine = connectEngine(worker);
    worker.addEventListener('message', () => (this.#deaths = 0));
    this.#worker = worker;
    this.#engine = engine;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#died(worker, event.message);
    });
    worker.addEventListener('messageerror', () => this.#died(worker, 'a message could not be read'));
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

  async save(file: InputFile): Promise<void> {
    const url = URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>]));
    const link = document.createElement('a');
    link.href = url;
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  title(text: string): void {
    document.title = text;
  }
  // Nothing of the browser around the page is ours.
  theme(): void {}
}
