import { test } from '../parts/browser.ts';
import { workInTheLaboratory } from '../parts/laboratory.ts';

workInTheLaboratory(test);
