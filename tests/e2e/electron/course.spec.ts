import { test } from '../parts/electron.ts';
import { takeCourse } from '../parts/course.ts';

takeCourse(test);
