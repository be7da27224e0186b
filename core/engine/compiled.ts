import { MAX_FILE } from '../base/limits.ts';
import { bytes, int, list, oneOf, optional, record, text } from '../base/validate.ts';

/** What a compiler says of a line. */
export interface Diagnostic {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly kind: 'error' | 'warning' | 'note';
  readonly text: string;
  /** The file, where it is not the one that was compiled; else empty. */
  readonly file: string;
}
/** What compiling gave. */
export interface Compiled {
  /** Absent where there is an error. */
  readonly object?: Uint8Array | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What the compiler said besides, or why it was stopped; empty for nothing. */
  readonly words: string;
  /** How long it took, milliseconds. */
  readonly ms: number;
}
/** The compiler for C that a host has. */
export interface CompilerInfo {
  /** `clang 22.1.0`, `zig 0.17.1`; empty where there is none. */
  readonly name: string;
  /** Why there is none, and how one is had; empty where there is one. */
  readonly problem: string;
  /** The path that the person chose; empty where the host looks for one itself. */
  readonly chosen: string;
}

/** Longest C file that is compiled, in characters. */
export const MAX_C = 1024 * 1024;
const MAX_WORDS = 2 * 1024 * 1024;
const MAX_PLACE = 0x7fffffff;

/** A compiler's answer, as it comes from the process that runs it. */
export const checkCompiled = record<Compiled>({
  object: optional(bytes(MAX_FILE)),
  diagnostics: list(
    100_000,
    record<Diagnostic>({
      line: int(0, MAX_PLACE),
      column: int(0, MAX_PLACE),
      kind: oneOf('error', 'warning', 'note'),
      text: text(MAX_WORDS),
      file: text(4096),
    }),
  ),
  words: text(MAX_WORDS),
  ms: (value, at) => (typeof value === 'number' && value >= 0 ? value : int(0, MAX_PLACE)(value, at)),
});
export const checkCompilerInfo = record<CompilerInfo>({ name: text(200), problem: text(10_000), chosen: text(4096) });
