import { InputError, Unsupported } from '../../core/base/errors.ts';
import { printable } from '../../core/base/printable.ts';
import type { Engine } from '../../core/engine/index.ts';
import { createEngine } from '../../core/engine/index.ts';
import { assets } from '../../node/inputs.ts';
import type { Spoilt } from './bytes.ts';

/** Milliseconds that one verification may take: what is asked is whether it can be ended. */
const PATIENCE = 100;
/** Milliseconds that a run may take. */
const RUN_PATIENCE = 50;
/** Programs of an input that are looked at closely. */
const PROGRAMS = 1;
const INPUTS_AN_ENGINE = 25;

/** Reasons that are about a file as a whole: there is no place to name. */
const WHOLE =
  /it is empty|it has no |there (is|are) no|not a readable zip|neither an object|more than \d+|nothing in it|there is nothing|compile |does not exist|version/;

const described = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 5).join(' | ') : String(error);

/** Takes inputs as the app does, through the engine, and says what was wrong with how they were taken. */
export class InputJudge {
  #engine: Engine | null = null;
  #taken = 0;
  readonly #assets = assets();

  /** What is wrong with how an input was taken; null when nothing is. */
  async complaint({ name, bytes }: Spoilt): Promise<string | null> {
    if (this.#engine === null || ++this.#taken % INPUTS_AN_ENGINE === 0)
      this.#engine = createEngine(this.#assets, {
        now: () => performance.now(),
        timeMs: PATIENCE,
        runMs: RUN_PATIENCE,
      });
    const engine = this.#engine;
    try {
      const { sessions, errors } = await engine.open([{ name, bytes }]);
      for (const error of errors) {
        const wrong = wrongWith(error, name);
        if (wrong !== null) return wrong;
      }
      if (sessions.length === 0 && errors.length === 0) return 'neither a program nor an error';
      for (const { session } of sessions.slice(0, PROGRAMS)) await look(engine, session);
      return null;
    } catch (error) {
      return described(error);
    }
  }
}

function wrongWith(message: string, name: string): string | null {
  if (!message.startsWith(`${name}: `)) return `it does not name the file: ${message.slice(0, 300)}`;
  if (message.includes('\n') || printable(message) !== message)
    return `not one printable line: ${message.slice(0, 300)}`;
  if (message.length > 1000) return `${message.length} characters of message: ${message.slice(0, 200)}`;
  const rest = message.slice(name.length + 2);
  if (!/^[^:]{1,200}: /.test(rest) && !WHOLE.test(rest)) return `it names no place: ${message}`;
  return null;
}

// What the instruments ask of a program that is open.
async function look(engine: Engine, session: number): Promise<void> {
  const { steps, insns } = await engine.info(session);
  await engine.exploration(session);
  await engine.why(session);
  for (const step of [1, steps >> 1, steps])
    if (step > 0) {
      await engine.step(session, step);
      await engine.comparisons(session, step);
    }
  if (insns.length > 0) await engine.envelope(session, insns[insns.length >> 1]!.index, 'r1');
  await engine.logLines(session, 2, 1, 50);
  try {
    await engine.run(session, true);
  } catch (error) {
    // Not everything that is verified can be run.
    if (!(error instanceof InputError || error instanceof Unsupported)) throw error;
  }
}
