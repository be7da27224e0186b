import { test } from '../parts/electron.ts';
import { changePrograms } from '../parts/workbench.ts';

changePrograms(test);
