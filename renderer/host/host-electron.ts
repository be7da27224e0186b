import type { KernelAnswer, KernelQuestion } from '../../core/engine/kernel-question.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import type { EngineConnection } from '../../core/engine/wire.ts';
import { connectEngine } from '../../core/engine/wire.ts';
import { ENGINE_MESSAGE } from '../../electron/ipc-contract.ts';
import type { IterscopeBridge, Theme } from '../../electron/ipc-contract.ts';
import type { CHost, Host, HostEvents, PiecewiseFile } from './host.ts';
import { say } from '../words/index.ts';

declare global {
  interface Window {
    readonly iterscopeHost?: IterscopeBridge;
  }
}

/** The desktop app as host: the engine in a utility process behind a MessagePort. */
export class ElectronHost implements Host {
  readonly name = 'electron';
  #engine: EngineConnection | null = null;
  readonly c: CHost;
  constructor(readonly bridge: IterscopeBridge) {
    this.c = {
      compiler: () => bridge.compiler(),
      compile: (name, text) => bridge.compile(name, text),
      choose: () => bridge.chooseCompiler(),
      any: () => bridge.anyCompiler(),
    };
  }

  start(events: HostEvents): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== window || port === undefined) return;
      if ((event.data as { iterscope?: unknown } | null)?.iterscope !== ENGINE_MESSAGE.iterscope) return;
      this.#engine?.disconnect(say.host.hostElectron.aNewEngineTookOver);
      this.#engine = connectEngine(port);
      events.engine(this.#engine);
    });
    this.bridge.onLost((reason) => {
      this.#engine?.disconnect(reason);
      this.#engine = null;
      events.lost(reason);
    });
    this.bridge.onOpen((files) => events.open(files));
    this.bridge.onCommand((command) => events.command(command));
    this.bridge.onChanged((pack) => events.changed(pack));
    this.bridge.onUnreadable((reason) => events.unreadable(reason));
    this.bridge.ready();
  }
  pick(): Promise<readonly InputFile[]> {
    return this.bridge.pick();
  }
  pickFolder(): Promise<readonly InputFile[]> {
    return this.bridge.pickFolder();
  }
  dropped(folder: File): Promise<readonly InputFile[]> {
    return this.bridge.dropped(folder);
  }
  recent(): Promise<readonly string[]> {
    return this.bridge.recent();
  }
  openRecent(name: string): Promise<readonly InputFile[]> {
    return this.bridge.openRecent(name);
  }
  // The main process has opened what has a path; what was dropped has none.
  opened(): void {}
  beside(object: string, names: readonly string[]): Promise<readonly InputFile[]> {
    return this.bridge.beside(object, names);
  }
  async save(file: InputFile): Promise<void> {
    await this.bridge.save(file);
  }
  async saveInPieces(name: string): Promise<PiecewiseFile | null> {
    const { bridge } = this;
    const file = await bridge.saveBegin(name);
    if (file === 0) return null;
    const encoder = new TextEncoder();
    return {
      async write(piece) {
        const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
        if (!(await bridge.saveWrite(file, bytes))) throw new Error(say.host.hostElectron.notWritten(name));
      },
      async end(whole) {
        await bridge.saveEnd(file, whole);
      },
    };
  }
  askKernel(question: KernelQuestion): Promise<KernelAnswer> {
    return this.bridge.askKernel(question);
  }
  title(text: string): void {
    this.bridge.title(text);
  }
  theme(theme: Theme): void {
    this.bridge.theme(theme);
  }
}
