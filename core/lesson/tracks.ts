import { list, record, text } from '../base/validate.ts';

/** Titles of tracks by their numbers: `tracks.json`, of the course and of packs. */
export const trackList = list(100, record<{ number: string; title: string }>({ number: text(10), title: text(200) }));
