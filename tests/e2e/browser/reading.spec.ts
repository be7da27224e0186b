import { test } from '../parts/browser.ts';
import { readIterators } from '../parts/reading.ts';

readIterators(test);
