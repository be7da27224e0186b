import { test } from '../parts/browser.ts';
import { takeCourse } from '../parts/course.ts';

takeCourse(test);
