import { test } from '../parts/browser.ts';
import { doWork } from '../parts/work.ts';

doWork(test);
