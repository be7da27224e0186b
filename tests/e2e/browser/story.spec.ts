import { test } from '../parts/browser.ts';
import { tellStory } from '../parts/story.ts';

tellStory(test, { axe: true });
