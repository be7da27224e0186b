import { test } from '../parts/electron.ts';
import { writeExercise } from '../parts/exercise.ts';

writeExercise(test);
