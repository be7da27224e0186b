import type { Input } from '../../elf/input.ts';

/** What a file holds: a program to be verified, or a trace of one that was. */
export type Imported =
  { readonly kind: 'input'; readonly input: Input } | { readonly kind: 'trace'; readonly bytes: Uint8Array };

/** A kind of file that can be opened. Dialogs, completion and the engine know those of the list (`index.ts`). */
export interface Importer {
  readonly id: string;
  /** Several of them, as dialogs say: `BPF objects`. */
  readonly title: string;
  /** One of them, in messages: `an object file (.bpf.o)`. */
  readonly one: string;
  /** Of its files, without the dot. */
  readonly extensions: readonly string[];
  /** First bytes of such a file; null where only the name tells. */
  readonly magic: readonly number[] | null;
  /** @param file name without folders */
  read(file: string, bytes: Uint8Array): Imported;
}
