import { MessageChannelMain, utilityProcess } from 'electron';
import type { MessagePortMain, UtilityProcess } from 'electron';
import { join } from 'node:path';
import { say } from './say.ts';

/** How often the engine is asked whether it lives, and how long it may be silent (it works while it verifies), ms. */
const PULSE = 5_000;
const SILENCE = 120_000;
/** An engine that dies this often within so many ms is not started again. */
const DEATHS = 5;
const WINDOW = 30_000;

export interface EngineListener {
  /** A port to a running engine. */
  port(port: MessagePortMain): void;
  /** The process ended; a port to the next one follows unless `final`. */
  lost(reason: string, final: boolean): void;
}

/** Keeps one engine process running: starts it, hands out ports to it, ends it when it hangs, starts it again. */
export class EngineProcess {
  #child: UtilityProcess | null = null;
  #listener: EngineListener | null = null;
  #deaths: number[] = [];
  #heard = 0;
  #pulse: ReturnType<typeof setInterval> | null = null;
  #ending = false;

  /** Gives this listener a port now, and a new one each time the process had to be started anew. */
  connect(listener: EngineListener): void {
    this.#listener = listener;
    if (this.#child === null) this.#start();
    this.#sendPort();
  }

  /** Process id, for whoever wants to look at it or end it; undefined while it starts. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends the process for good. */
  stop(): void {
    this.#ending = true;
    this.#rest();
    this.#child?.kill();
  }

  #start(): void {
    const child = utilityProcess.fork(join(__dirname, 'utility.cjs'), [], {
      serviceName: 'Iterscope engine',
      execArgv: ['--max-old-space-size=4096'],
    });
    this.#child = child;
    this.#heard = Date.now();
    child.on('message', () => (this.#heard = Date.now()));
    child.on('exit', (code) => this.#exited(child, code));
    this.#rest();
    this.#pulse = setInterval(() => {
      if (Date.now() - this.#heard > SILENCE) child.kill();
      else child.postMessage('alive?');
    }, PULSE);
  }

  #rest(): void {
    if (this.#pulse !== null) clearInterval(this.#pulse);
    this.#pulse = null;
  }

  #sendPort(): void {
    const { port1, port2 } = new MessageChannelMain();
    this.#child?.postMessage(null, [port1]);
    this.#listener?.port(port2);
  }

  #exited(child: UtilityProcess, code: number): void {
    if (this.#ending || child !== this.#child) return;
    this.#child = null;
    this.#rest();
    const now = Date.now();
    const silent = now - this.#heard > SILENCE;
    this.#deaths = [...this.#deaths.filter((time) => now - time < WINDOW), now];
    const final = this.#deaths.length >= DEATHS;
    this.#listener?.lost(silent ? say().engine.silent : say().engine.ended(code), final);
    if (final) return;
    this.#start();
    this.#sendPort();
  }
}
