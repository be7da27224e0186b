import { test } from '../parts/electron.ts';
import { keepPrograms } from '../parts/programs.ts';

keepPrograms(test);
