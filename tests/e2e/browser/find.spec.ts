import { test } from '../parts/browser.ts';
import { findThings } from '../parts/find.ts';

findThings(test);
