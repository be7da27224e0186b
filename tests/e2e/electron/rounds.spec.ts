import { test } from '../parts/electron.ts';
import { goRound } from '../parts/rounds.ts';

goRound(test);
