import { InputError, Unsupported } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { Cancelled } from './control.ts';
import type { Task } from './control.ts';
import type { SessionEntry } from './entry.ts';
import type { OpenResult } from './protocol.ts';
import type { Session } from './session.ts';

/** Files that are being opened, on behalf of a request. */
export class Opening {
  done = 0;
  total = 0;
  /** Programs of the current file that are open already. */
  partial: Session[] = [];

  /** @param expected how many programs there will be at least, where that is known before files are read */
  constructor(
    readonly task: Task,
    private readonly expected = 0,
  ) {}

  /** Tells that a program is open. */
  tell(session: Session): void {
    this.task.tell({ done: this.done, total: this.atLeast(0), session: session.entry });
  }

  /** Programs there are at least; each of the files that were not looked at has one. */
  atLeast(unseen: number): number {
    return Math.max(this.total + unseen, this.expected);
  }
}

/** Opens each of several inputs, and keeps errors apart from what worked. What was opened stays open when the rest is not wanted any more. */
export async function openEach<T>(
  inputs: readonly T[],
  nameOf: (input: T) => string,
  opening: Opening,
  open: (input: T, opening: Opening) => Promise<readonly Session[]>,
): Promise<OpenResult> {
  const sessions: SessionEntry[] = [];
  const errors: string[] = [];
  for (const [at, input] of inputs.entries()) {
    const name = nameOf(input);
    opening.partial = [];
    try {
      const { done } = opening;
      const opened = await open(input, opening);
      sessions.push(...opened.map(({ entry }) => entry));
      // Objects tell of their programs one by one; what comes alone, or was open already, is told here.
      if (opening.done === done)
        for (const session of opened) {
          opening.done++;
          opening.total++;
          opening.tell(session);
        }
      await opening.task.turn();
    } catch (error) {
      if (error instanceof Cancelled) {
        sessions.push(...opening.partial.map(({ entry }) => entry));
        return { sessions, errors, left: Math.max(1, opening.atLeast(inputs.length - at - 1) - opening.done) };
      }
      if (error instanceof InputError) errors.push(error.inFile(name).message);
      else if (error instanceof Unsupported) errors.push(`${name}: ${error.message}`);
      else throw error;
    }
  }
  return { sessions, errors: errors.map(printable) };
}
