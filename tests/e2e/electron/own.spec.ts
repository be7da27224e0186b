import { test } from '../parts/electron.ts';
import { makeOwn } from '../parts/own.ts';

makeOwn(test);
