import { test } from '../parts/electron.ts';
import { doWork } from '../parts/work.ts';

doWork(test);
