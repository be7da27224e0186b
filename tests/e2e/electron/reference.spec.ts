import { test } from '../parts/electron.ts';
import { takeReference } from '../parts/reference.ts';

takeReference(test);
