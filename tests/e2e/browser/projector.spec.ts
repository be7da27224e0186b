import { test } from '../parts/browser.ts';
import { projectPrograms } from '../parts/projector.ts';

projectPrograms(test);
