import type { Part } from '../../elf/rewrite.ts';
import type { FixScene } from './scene.ts';

/**
 * What a cure costs the one who applies it, from what leaves accepted paths as they are to what gives something up: `adds` a check, a release, a
 * section; `limits` a value to what the rule lets through; `moves` a call, a variable or the whole program elsewhere; `changes` what is computed;
 * `leaves out` what was refused.
 */
export const GRADES = ['adds', 'limits', 'moves', 'changes', 'leaves out'] as const;
export type Grade = (typeof GRADES)[number];

/** An edit that may cure a rejection: only the verifier knows. */
export interface Candidate {
  readonly parts: readonly Part[];
  /** Another section for the program, where that is the cure or a part of it. */
  readonly section?: string;
  /** What it does, as a sentence without its full stop. Code between backticks. */
  readonly title: string;
  /** What to write in C, and where. */
  readonly write: string;
  /** The instruction whose line it belongs to. */
  readonly at: number;
  /** Instead of the cure's own. */
  readonly grade?: Grade;
  /** Of candidates of one family only the first that is accepted counts; the title unless told. */
  readonly family?: string;
}

/** One kind of cure. */
export interface Cure {
  readonly id: string;
  readonly title: string;
  readonly grade: Grade;
  candidates(scene: FixScene): Iterable<Candidate>;
}
