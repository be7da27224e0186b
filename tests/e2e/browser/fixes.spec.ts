import { test } from '../parts/browser.ts';
import { mend } from '../parts/fixes.ts';

mend(test);
