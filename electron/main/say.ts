import { app } from 'electron';
import { hostWords } from '../words.ts';
import type { HostWords } from '../words.ts';

/** The app's texts in the system's language, which is not known before the app is ready. */
export const say = (): HostWords => hostWords(app.isReady() ? app.getPreferredSystemLanguages() : []);
