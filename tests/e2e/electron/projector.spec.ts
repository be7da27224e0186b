import { test } from '../parts/electron.ts';
import { projectPrograms } from '../parts/projector.ts';

projectPrograms(test);
