import { test } from '../parts/browser.ts';
import { tellOfPanes } from '../parts/panes.ts';

tellOfPanes(test);
