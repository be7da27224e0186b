import { readFileSync } from 'node:fs';
import type { PackFile } from '../../core/lesson/pack.ts';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const packText = (name: string, text: string): PackFile => ({ name, bytes: bytes(text) });

export const PACK_JSON = { format: 1, id: 'night-school', title: 'Night school', author: 'A teacher' };

/** A lesson that names a word, a lesson of its pack, one of the course, and its own object. */
export const lessonText = (id: string, more = ''): string => `---
id: ${id}
number: 1.1
title: A pack’s own lesson
minutes: 5
goal: You can say what a pack is.
---

# One page

\`\`\`open
file: own.bpf.o
program: sum_to_ten
step: 1
\`\`\`

The verifier processes {{processed}} instructions. See [bell](glossary:bell), [fork](glossary:fork), [two](lesson:second) and [4.2](lesson:number-loop).
Read on at [a page of somebody’s](https://example.org/on/packs).

\`\`\`question
prompt: Is it accepted?
choices:
  - Yes => accepted
  - No => rejected
right: It is.
\`\`\`
${more}`;

/** A pack as somebody would write it: two lessons that are good enough to be opened, a glossary, a title for its track. */
export function goodPack(): PackFile[] {
  const object = new Uint8Array(readFileSync(`${root}samples/num_sum.bpf.o`));
  return [
    packText('pack.json', JSON.stringify(PACK_JSON)),
    packText('tracks.json', JSON.stringify([{ number: '1', title: 'After dark' }])),
    packText('glossary.md', '# Words\n\n## bell\n\nWhat ends the lesson.\n\n## fork\n\nA fork of another kind.\n'),
    packText('first/lesson.md', lessonText('first')),
    { name: 'first/own.bpf.o', bytes: object },
    packText('second/lesson.md', lessonText('second').replace('number: 1.1', 'number: 1.2')),
    { name: 'second/own.bpf.o', bytes: object },
  ];
}
