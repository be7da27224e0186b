import { test } from '../parts/browser.ts';
import { takeReference } from '../parts/reference.ts';

takeReference(test);
