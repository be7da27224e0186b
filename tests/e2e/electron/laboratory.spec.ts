import { test } from '../parts/electron.ts';
import { workInTheLaboratory } from '../parts/laboratory.ts';

workInTheLaboratory(test);
