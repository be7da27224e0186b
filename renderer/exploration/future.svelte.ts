import { reader } from '../lesson/reader.svelte.ts';
import { recall, remember } from '../state/memory.ts';
import { mode } from '../state/mode.svelte.ts';
import { onShow } from '../state/on-show.svelte.ts';

const KEY = 'future';
const baseName = (path: string): string => path.split('/').at(-1) ?? path;

/**
 * Whether the walk shows what the verifier has not done yet at the playhead. Where a lesson tells of a program it does not, so that no prediction stands
 * beside its answer; elsewhere the switch decides, and is remembered.
 */
class Future {
  wanted = $state(recall(KEY, (value) => (typeof value === 'boolean' ? value : null)) ?? true);

  /** A lesson that tells of the program on show is open. */
  get held(): boolean {
    const { info } = onShow;
    if (mode.current !== 'lesson' || reader.lesson === null || info === null) return false;
    return reader.lesson.pages.some(
      ({ open }) => open?.program === info.program && baseName(open.file) === baseName(info.file),
    );
  }
  get shown(): boolean {
    return this.wanted && !this.held;
  }
  toggle(): void {
    this.wanted = !this.wanted;
    remember(KEY, this.wanted);
  }
}

export const future = new Future();
