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
    this.#input.accept = '.o,.iterscope,.log,.txt';
    this.#input.setAttribute('aria-label', 'Files to open');
    this.#input.addEventListener('change', () => void this.#chosen());
    document.body.append(this.#input);
  }

  start(events: HostEvents): void {
    this.#events = events;
    this.#spawn();
    void this.#asked();
  }
  // `npm start -- FILE…` names the files of its command line beside the page.
  async #asked(): Promise<void> {
    const get = async (url: string): Promise<Response> => {
      const answer = await fetch(new URL(url, document.baseURI));
      if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
      return answer;
    };
    const { files } = (await (await get('__open.json')).json()) as { files: readonly { name: string; url: string }[] };
    const read = files.map(async ({ name, url }) => ({
      name,
      bytes: new Uint8Array(await (await get(url)).arrayBuffer()),
    }));
    if (read.length > 0) this.#events?.open(await Promise.all(read));
  }

  #spawn(): void {
    const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), {
      type: 'module',
      name: new URL('engine.zip', document.baseURI).href,
    });
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
  theme(): void {}
  async recent(): Promise<readonly string[]> {
    return [];
  }
  async openRecent(): Promise<void> {}
}
