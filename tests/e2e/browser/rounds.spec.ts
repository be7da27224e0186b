import { test } from '../parts/browser.ts';
import { goRound } from '../parts/rounds.ts';

goRound(test);
