import { test } from '../parts/browser.ts';
import { makeOwn } from '../parts/own.ts';

makeOwn(test);
