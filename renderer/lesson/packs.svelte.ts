import type { EngineApi, InputFile, PackInfo } from '../../core/engine/protocol.ts';
import { connection } from '../state/connection.svelte.ts';
import { memory, recall, remember } from '../state/memory.ts';
import { mode } from '../state/mode.svelte.ts';
import { notes } from '../state/notes.svelte.ts';
import { problems, words } from '../state/problems.svelte.ts';
import { sessions } from '../state/sessions.svelte.ts';
import { say } from '../words/index.ts';

/** A pack that is kept for the next start. */
interface Kept {
  readonly id: string;
  /** Of the file that it came in. */
  readonly name: string;
}
const KEPT = 'packs';
/** The pack that is being opened: one with which the window was lost is not opened again by itself. */
const OPENING = 'packs.opening';
const keptIn = (value: unknown): Kept[] | null =>
  Array.isArray(value) &&
  value.every((one: Partial<Kept> | null) => typeof one?.id === 'string' && typeof one.name === 'string')
    ? (value as Kept[])
    : null;
const fileOf = (id: string): string => `pack/${id}`;

/** Packs of lessons by others: opened, kept over a restart, read anew while they are written, and taken away. */
class Packs {
  list = $state.raw<readonly PackInfo[]>([]);
  /** Counts up with each change: lessons are listed anew, and the one on show is read again. */
  revision = $state(0);
  #isReady = (): void => {};
  /** Settled when what was kept is open again: what is opened meanwhile comes after, and so in its place. */
  readonly #ready = new Promise<void>((resolve) => (this.#isReady = resolve));
  /** Packs whose folder is watched: who has them writes them. */
  readonly #written = new Set<string>();
  /** What was told of a pack's lessons, to be taken back when it is mended. */
  readonly #told = new Map<string, readonly string[]>();

  /** Whether a lesson is of a pack that is being written. */
  isWritten(id: string): boolean {
    return this.#written.has(id);
  }

  /** Opens a pack that a person chose, and shows what is in it. */
  async take(file: InputFile): Promise<void> {
    await connection.during(say.lesson.packs.opening(file.name), async (engine) => {
      await this.#ready;
      const info = await this.#open(engine, file);
      mode.leavePage();
      mode.current = 'lesson';
      mode.explaining = false;
      const lessons = (await engine.lessons()).filter(
        ({ pack, problem }) => pack?.id === info.id && problem === undefined,
      );
      const [only] = lessons;
      if (lessons.length === 1 && only !== undefined) mode.openLesson(only.id);
      else notes.tell(say.lesson.packs.opened(info.title, lessons.length));
    });
  }
  /** A folder that was opened has changed: what is on show of it is read anew. */
  async changed(file: InputFile): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    try {
      const { id } = await this.#open(engine, file);
      this.#written.add(id);
    } catch (error) {
      this.unreadable(words(error));
    }
  }
  /** It has changed so that it cannot be read: what is on show stays as it was. */
  unreadable(reason: string): void {
    this.tell('', [reason]);
  }
  /** Opens again what was kept, in a new engine. */
  async reopen(engine: EngineApi): Promise<void> {
    const lost = memory.text(OPENING);
    for (const { id, name } of recall(KEPT, keptIn) ?? []) {
      try {
        const bytes = await memory.file(fileOf(id));
        if (lost === id || bytes === null) throw new Error(say.lesson.packs.lost(name));
        await this.#open(engine, { name, bytes });
      } catch (error) {
        await this.#forget(id);
        problems.add(words(error));
      }
    }
    memory.keepText(OPENING, null);
    this.#isReady();
  }
  /** Takes a pack away; what was done in it is kept for when it comes back. */
  async remove({ id, title }: PackInfo): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    const bytes = await memory.file(fileOf(id));
    const { name } = (recall(KEPT, keptIn) ?? []).find((one) => one.id === id) ?? { name: title };
    await engine.closePack(id);
    await this.#forget(id);
    this.tell(id, []);
    await this.#look(engine);
    if (bytes === null) return notes.tell(say.lesson.packs.removed(title));
    notes.tell(say.lesson.packs.removed(title), {
      label: say.lesson.map.undo,
      run: () => {
        notes.close();
        void this.take({ name, bytes });
      },
    });
  }
  /** Tells what is wrong with a pack in the place of what was told of it before. */
  tell(pack: string, lines: readonly string[]): void {
    problems.takeBack(this.#told.get(pack) ?? []);
    this.#told.set(pack, lines);
    for (const line of lines) problems.add(line);
  }

  async #open(engine: EngineApi, file: InputFile): Promise<PackInfo> {
    memory.keepText(OPENING, file.name);
    try {
      const info = await engine.openPack(file);
      memory.keepText(OPENING, info.id);
      const others = (recall(KEPT, keptIn) ?? []).filter(({ id }) => id !== info.id);
      remember(KEPT, [...others, { id: info.id, name: file.name }]);
      void memory.keepFile(fileOf(info.id), file.bytes);
      this.tell('', []);
      this.tell(
        info.id,
        info.problems.map((problem) => say.lesson.packs.broken(info.title, problem)),
      );
      await this.#look(engine);
      return info;
    } finally {
      memory.keepText(OPENING, null);
    }
  }
  async #look(engine: EngineApi): Promise<void> {
    this.list = await engine.packs();
    await sessions.refresh();
    this.revision++;
  }
  async #forget(id: string): Promise<void> {
    remember(
      KEPT,
      (recall(KEPT, keptIn) ?? []).filter((one) => one.id !== id),
    );
    await memory.keepFile(fileOf(id), null);
  }
}

export const packs = new Packs();
