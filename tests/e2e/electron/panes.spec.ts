import { test } from '../parts/electron.ts';
import { tellOfPanes } from '../parts/panes.ts';

tellOfPanes(test);
