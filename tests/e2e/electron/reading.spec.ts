import { test } from '../parts/electron.ts';
import { readIterators } from '../parts/reading.ts';

readIterators(test);
