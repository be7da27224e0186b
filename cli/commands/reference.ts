import { createEngine } from '../../core/engine/index.ts';
import { entryText, hitText } from '../../core/engine/reference-text.ts';
import { assets } from '../../node/inputs.ts';
import { readArguments } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';

export const REFERENCE_HELP = `iterscope reference [NAME | WORDS...] [--json]
  Looks up kernel functions, helpers, flags, annotations, iterators, targets of iterator programs and the verifier's messages about
  iterators. Without a word: the ids of all entries, with a sentence each. With the id of an entry (bpf_iter_num_next, KF_ACQUIRE,
  __sz, bpf_iter__task, unreleased-reference): all of it, the program that shows it, and the lessons that teach it. With other words:
  the pages of lessons, words of the glossary and entries that have all of them, the best first.
  --json gives one line an entry, or one line for each that was found.

Exit status: 0, or 1 when nothing was found.
`;

/** `iterscope reference`. */
export async function referenceCommand(args: readonly string[], { out }: Output): Promise<number> {
  const { values, files: words } = readArguments(args, { json: 'boolean' } as const);
  const engine = createEngine(assets());
  const json = values.json === true;
  const entries = await engine.reference();
  const query = words.join(' ').trim();
  if (query === '') {
    const width = Math.max(...entries.map(({ id }) => id.length));
    for (const entry of entries)
      out(
        json
          ? `${JSON.stringify(entry)}\n`
          : `${entry.id.padEnd(width)}  ${entry.category.padEnd(10)}  ${entry.summary}\n`,
      );
    return ACCEPTED;
  }
  if (entries.some(({ id }) => id === query)) {
    const entry = await engine.referenceEntry(query);
    out(`${json ? JSON.stringify(entry) : entryText(entry)}\n`);
    return ACCEPTED;
  }
  const hits = await engine.search(query);
  for (const hit of hits) out(`${json ? JSON.stringify(hit) : hitText(hit)}\n`);
  if (hits.length === 0 && !json) out(`nothing in lessons, glossary or reference has the words ${query}\n`);
  return hits.length === 0 ? REJECTED : ACCEPTED;
}
