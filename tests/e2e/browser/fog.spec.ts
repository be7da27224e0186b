import { test } from '../parts/browser.ts';
import { tellFog } from '../parts/fog.ts';

tellFog(test, { axe: true });
