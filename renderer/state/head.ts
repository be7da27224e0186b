import type { WindowState } from './index.ts';
import type { Steppable } from './steppable.ts';

/** Whether the window shows how the iterator program on show is read, instead of how it was verified. */
export const showsReading = ({ mode: { tab, sealed }, onShow: { info } }: WindowState): boolean =>
  tab === 'seq-file' && info?.iterator !== undefined && !sealed;

/** What buttons and keys move now. */
export const headOf = (state: WindowState): Steppable => (showsReading(state) ? state.reading : state.playhead);
