import { recall, remember } from './memory.ts';

/** A choice of a person's that the window keeps: read and set like a variable. */
export class Kept<T> {
  #value = $state<T>() as T;

  /** @param check gives what was kept, or null for what is none */
  constructor(
    private readonly name: string,
    fallback: T,
    check: (value: unknown) => T | null,
  ) {
    this.#value = recall(name, check) ?? fallback;
  }
  get value(): T {
    return this.#value;
  }
  set value(value: T) {
    this.#value = value;
    remember(this.name, value);
  }
}
