import { test } from '../parts/electron.ts';
import { findThings } from '../parts/find.ts';

findThings(test);
