import { test } from '../parts/browser.ts';
import { tellExploration } from '../parts/exploration.ts';

tellExploration(test, { axe: true });
