import { test } from '../parts/browser.ts';
import { writeExercise } from '../parts/exercise.ts';

writeExercise(test);
