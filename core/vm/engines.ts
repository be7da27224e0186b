import type { Executor, ExecutorInput } from './executor.ts';
import { Interpreter } from './interp/interpreter.ts';

/** A way of running programs. */
export interface Engine {
  /** As command lines and views name it. */
  readonly id: 'interp';
  readonly title: string;
  /** @throws InputError when the program refers to a map that the machine does not have */
  create(input: ExecutorInput): Executor;
}

/** Every engine that there is, the usual one first. */
export const ENGINES: readonly Engine[] = [
  { id: 'interp', title: 'Interpreter', create: (input) => new Interpreter(input) },
];

/** An executor of an engine, the usual one unless told. */
export function createExecutor(input: ExecutorInput, id: Engine['id'] = 'interp'): Executor {
  return ENGINES.find((engine) => engine.id === id)!.create(input);
}
