import type { CourseHit } from '../../core/engine/protocol.ts';
import { mode } from './mode.svelte.ts';
import { sessions } from './sessions.svelte.ts';

/** What can be looked up: an entry of the reference, or a word of the glossary. */
export interface LookedUp {
  readonly kind: 'entry' | 'term';
  readonly id: string;
}

/** The reference in the left pane: whether it stands there, what is searched, and what was looked up, the last at the end. */
class ReferencePane {
  open = $state(false);
  query = $state('');
  trail = $state.raw<readonly LookedUp[]>([]);

  /** What is on show; null for the list, or what the search found. */
  get place(): LookedUp | null {
    return this.trail.at(-1) ?? null;
  }
  /** Puts the reference in the left pane as it was left. */
  begin(): void {
    mode.leavePage();
    mode.project(false);
    mode.explaining = false;
    this.open = true;
  }
  lookUp(kind: LookedUp['kind'], id: string): void {
    this.begin();
    if (this.place?.kind !== kind || this.place.id !== id) this.trail = [...this.trail, { kind, id }];
  }
  back(): void {
    this.trail = this.trail.slice(0, -1);
  }
  close(): void {
    this.open = false;
  }
  /** Goes where something that was found leads. */
  follow({ leads }: CourseHit): void {
    if (leads.kind === 'page') mode.openLesson(leads.lesson, leads.page);
    else this.lookUp(leads.kind, leads.id);
  }
  /** Opens the program that shows an entry, at its step; the reference stays. */
  async showIt(id: string, step: number): Promise<void> {
    await sessions.openForReference(id, step);
    mode.explaining = false;
  }
}

export const reference = new ReferencePane();
