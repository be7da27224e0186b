import type { EngineApi, ModelInfo, WorldInfo } from '../../core/engine/protocol.ts';
import { worldName, worldWords } from '../format.ts';
import { connection } from './connection.svelte.ts';
import { journal } from './journal.ts';
import { notes } from './notes.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { reading } from './reading.svelte.ts';
import { say } from '../words/index.ts';

/** What programs are opened in: the kernel's model and the world of the simulated machine that stand. */
class Surroundings {
  /** Null until the engine has told. */
  model = $state.raw<ModelInfo | null>(null);
  world = $state.raw<WorldInfo | null>(null);
  /** The program on show is in another world than the one that stands. */
  readonly elsewhere = $derived(
    onShow.info !== null && this.world !== null && onShow.info.world.id !== this.world.id ? this.world : null,
  );

  /** Asks what stands now: after a line of the terminal, or with another engine. */
  async refresh(): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    const before = this.world?.id;
    [this.model, this.world] = await Promise.all([engine.model(), engine.world()]);
    // What was told of a world that does not stand any more is nobody's business.
    if (before !== undefined && before !== this.world.id) notes.close();
    const { info } = onShow;
    if (info === null || info.world.id === this.world.id) return;
    // A line of the terminal may have moved the program on show.
    this.#shown(await engine.info(info.id));
  }
  /** Opens programs with another model from now on; null for the kernel itself. @throws what is wrong with it, in words */
  async useModel(description: string | null): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    this.model = await engine.useModel(description);
    journal.keep();
  }
  /** Goes back to the kernel itself. */
  async leaveModel(): Promise<void> {
    await connection.during(say.state.surroundings.goingBackToTheKernel, () => this.useModel(null));
  }

  /** A world was opened: the program on show is read in it, unless another one was opened along with it. */
  async entered(world: WorldInfo, withProgram: boolean): Promise<void> {
    const { engine } = connection;
    this.world = world;
    if (engine === null) return;
    if (!withProgram) await this.#move(engine);
    notes.tell(say.state.surroundings.stands(worldName(world), worldWords(world)), {
      label: say.state.surroundings.backToTheDefaultWorld,
      run: () => void this.leaveWorld(),
    });
  }
  /** Goes back to the world that stands by default, and reads the program on show there. */
  async leaveWorld(): Promise<void> {
    await connection.during(say.state.surroundings.goingBackToTheDefault, async (engine) => {
      this.world = await engine.useWorld(null);
      await this.#move(engine);
    });
    notes.close();
    journal.keep();
  }
  /** Reads the program on show in the world that stands. */
  async move(): Promise<void> {
    await connection.during(say.state.surroundings.readingItInTheWorld, (engine) => this.#move(engine));
    journal.keep();
  }

  async #move(engine: EngineApi): Promise<void> {
    const { info } = onShow;
    if (info !== null) this.#shown(await engine.moveToWorld(info.id));
  }
  #shown(info: NonNullable<typeof onShow.info>): void {
    if (onShow.info?.id !== info.id || onShow.info.world.id === info.world.id) return;
    onShow.info = info;
    reading.again();
  }
}

export const surroundings = new Surroundings();
