import type { InputFile } from '../../core/engine/protocol.ts';
import type { EngineConnection } from '../../core/engine/wire.ts';
import { connectEngine } from '../../core/engine/wire.ts';
import type { Host, HostCommand, HostEvents, PiecewiseFile } from './host.ts';
import type { Theme } from '../state/session.svelte.ts';

/**
 * What the preload script exposes as `window.iterscopeHost`. The engine's port cannot cross the context bridge: the preload posts it to the
 * window as `{ iterscope: 'engine' }` with the MessagePort transferred, at start (after `ready`) and each time the engine was started again.
 */
export interface IterscopeBridge {
  /** The window is listening: send the engine's port and the files of the command line. */
  ready(): void;
  pick(): Promise<readonly InputFile[]>;
  /** Resolves to false when the person cancelled. */
  save(file: InputFile): Promise<boolean>;
  /** Begins a file that is written in pieces: its number, 0 when the person cancelled. */
  saveBegin(name: string): Promise<number>;
  /** Resolves when the piece is written; false when it can't be, which the person was told. */
  saveWrite(file: number, bytes: Uint8Array): Promise<boolean>;
  /** Closes it; what was written is thrown away unless it is whole. */
  saveEnd(file: number, whole: boolean): Promise<boolean>;
  title(text: string): void;
  /** What dialogs, menus and the next start's first frame look like. */
  theme(theme: Theme): void;
  onOpen(listener: (files: readonly InputFile[]) => void): void;
  onCommand(listener: (command: HostCommand) => void): void;
  /** The engine's process has gone; why. */
  onLost(listener: (reason: string) => void): void;
}

declare global {
  interface Window {
    readonly iterscopeHost?: IterscopeBridge;
  }
}

/** The desktop app as host: the engine in a utility process behind a MessagePort. */
export class ElectronHost implements Host {
  readonly name = 'electron';
  #engine: EngineConnection | null = null;
  constructor(readonly bridge: IterscopeBridge) {}

  start(events: HostEvents): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== window || port === undefined) return;
      if ((event.data as { iterscope?: unknown } | null)?.iterscope !== 'engine') return;
      this.#engine?.disconnect('a new engine took over');
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
    this.bridge.ready();
  }
  pick(): Promise<readonly InputFile[]> {
    return this.bridge.pick();
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
      async write(text) {
        if (!(await bridge.saveWrite(file, encoder.encode(text)))) throw new Error(`${name} could not be written`);
      },
      async end(whole) {
        await bridge.saveEnd(file, whole);
      },
    };
  }
  title(text: string): void {
    this.bridge.title(text);
  }
  theme(theme: Theme): void {
    this.bridge.theme(theme);
  }
}
