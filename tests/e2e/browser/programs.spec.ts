import { test } from '../parts/browser.ts';
import { keepPrograms } from '../parts/programs.ts';

keepPrograms(test);
