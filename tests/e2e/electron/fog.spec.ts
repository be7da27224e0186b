import { test } from '../parts/electron.ts';
import { tellFog } from '../parts/fog.ts';

tellFog(test, { axe: false });
