import { test } from '../parts/electron.ts';
import { tellStory } from '../parts/story.ts';

tellStory(test, { axe: false });
