import { DEFAULT_WORLD } from '../kernel/machine/world/default-world.ts';
import { parseWorld } from '../kernel/machine/world/schema.ts';
import type { World } from '../kernel/machine/world/schema.ts';
import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { LARGEST_WORLD } from '../base/limits.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { WorldInfo } from '../trace/views/view.ts';

/** A world, and the JSON that it was made of: null for the one that stands unless told otherwise. */
export interface StandingWorld {
  /** Tells worlds of one engine apart; 0 for the one that stands by default. */
  readonly id: number;
  readonly description: string | null;
  readonly world: World;
}

/** The world that stands unless another was opened. */
export const DEFAULT_STANDING: StandingWorld = { id: 0, description: null, world: DEFAULT_WORLD };

/** The worlds of the simulated machine that an engine works with: the default one, and those of descriptions (JSON). */
export class Worlds {
  readonly #made = new Map<string, StandingWorld>();
  #used = DEFAULT_STANDING;

  /** The world in which programs that are opened are run and read. */
  get standing(): StandingWorld {
    return this.#used;
  }

  /** The world that a description tells: the same one for the same text. @throws InputError with the field and the rule */
  of(description: string | null): StandingWorld {
    if (description === null) return DEFAULT_STANDING;
    let made = this.#made.get(description);
    if (made === undefined) {
      const value = parseJson(encodeUtf8(description), LARGEST_WORLD);
      made = { id: this.#made.size + 1, description, world: parseWorld(value as object) };
      this.#made.set(description, made);
    }
    return made;
  }

  /** Another world stands from now on; null for the default. What is open keeps its own. @throws InputError */
  use(description: string | null): void {
    this.#used = this.of(description);
  }

  /** The same for what was kept of an earlier engine: one that cannot be had any more is the default. */
  restore(description: string | null): void {
    try {
      this.use(description);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.use(null);
    }
  }
}

/** What a world is called, and how much of everything there is in it. */
export function worldInfo({ id, description, world }: StandingWorld): WorldInfo {
  const counts = Object.entries(world).flatMap(([what, list]: [string, unknown]) =>
    Array.isArray(list) && list.length > 0 ? [{ what, count: list.length }] : [],
  );
  return { id, title: world.title, own: description !== null, counts };
}
