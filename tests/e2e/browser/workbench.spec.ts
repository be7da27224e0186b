import { test } from '../parts/browser.ts';
import { changePrograms } from '../parts/workbench.ts';

changePrograms(test);
