import { notablePosition, seqFileAt } from '../../core/trace/views/seq-file-state.ts';
import type { IteratorOffer, IteratorView, ReadSettings } from '../../core/trace/views/seq-file-view.ts';
import { connection } from './connection.svelte.ts';
import { Latest } from './latest.ts';
import { onShow } from './on-show.svelte.ts';
import { words } from './problems.svelte.ts';
import { Player } from './player.svelte.ts';
import type { Steppable } from './steppable.ts';

/** Bytes that a read asks for at first: little enough that it stops in the middle of what small programs write. */
const READ_SIZE = 1024;

/** How a program is read at first: what the kernel does without parameters, where it does anything without. */
function settingsOf({ parameters, maps }: IteratorOffer): ReadSettings {
  return {
    size: READ_SIZE,
    ...(parameters === 'map' && maps[0] !== undefined ? { map: maps[0] } : {}),
    ...(parameters === 'cgroup' ? { cgroup: '/', order: 'descendants_pre' } : {}),
  };
}

/** The iterator program on show, attached and read, and how far into that the window is. */
class Reading implements Steppable {
  /** Null until it has been read. */
  view = $state.raw<IteratorView | null>(null);
  /** Events that have happened, 0 … `end`. */
  at = $state(0);
  busy = $state(false);
  /** Why there is nothing to show. */
  error = $state('');
  /** The file at the position. */
  readonly file = $derived(this.view === null ? null : seqFileAt(this.view, this.at));
  /** Counts up when what was read is to be read anew. */
  turn = $state(0);
  readonly start = 0;
  #latest = new Latest();
  #player = new Player((events) => {
    this.stepBy(events);
    return this.at < this.end;
  });
  /** `onShow.revision` of what was read. */
  #revision = -1;

  get playing(): boolean {
    return this.#player.playing;
  }
  get speed(): number {
    return this.#player.speed;
  }
  get end(): number {
    return this.view?.events.length ?? 0;
  }

  /** Reads the program on show, unless that was done. */
  begin(): void {
    const { info, revision } = onShow;
    if (revision === this.#revision || connection.engine === null) return;
    this.#revision = revision;
    this.view = null;
    this.error = '';
    if (info?.iterator !== undefined) this.read(settingsOf(info.iterator));
  }
  /** Reads the program anew where it is on show, and else when it comes there: its world is another. */
  again(): void {
    this.#revision = -1;
    this.#latest.drop();
    this.view = null;
    this.at = 0;
    this.turn++;
  }
  /** Attaches and reads anew. */
  read(settings: ReadSettings): void {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null) return;
    this.pause();
    this.busy = true;
    this.error = '';
    this.#latest.ask(
      () => engine.readIterator(info.id, settings),
      (view) => {
        this.busy = false;
        this.view = view;
        this.at = 0;
      },
      (reason) => {
        this.busy = false;
        this.error = words(reason);
      },
    );
  }

  goTo(at: number): void {
    this.at = Math.min(Math.max(0, Math.round(at)), this.end);
  }
  stepBy(delta: number): void {
    this.goTo(this.at + delta);
  }
  first(): void {
    this.goTo(0);
  }
  last(): void {
    this.goTo(this.end);
  }
  /** To the next (1) or previous (-1) `read()` that returns, bytes that are taken back, or last call. */
  event(direction: 1 | -1): void {
    if (this.view === null) return;
    this.pause();
    this.goTo(notablePosition(this.view, this.at, direction));
  }
  /** To the first call for an object that is still ahead, else to its last one. */
  goToEntity(entity: number): void {
    const calls = (this.view?.events ?? []).flatMap((event, i) =>
      event.kind === 'call' && event.entity === entity ? [i + 1] : [],
    );
    const to = calls.find((at) => at > this.at) ?? calls.at(-1);
    if (to === undefined) return;
    this.pause();
    this.goTo(to);
  }

  play(): void {
    if (this.end === 0) return;
    if (this.at >= this.end) this.first();
    this.#player.play();
  }
  pause(): void {
    this.#player.pause();
  }
  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }
  setSpeed(speed: number): void {
    this.#player.setSpeed(speed);
  }
}

export const reading = new Reading();
