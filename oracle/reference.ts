/**
 * Finds programs for the reference, and writes `reference/`:
 *
 *     npm run reference
 *
 * Every program of the samples, the lessons and the goldens is verified. For each entry the reference then has a program that shows it, and the step:
 * a sample's or a lesson's where there is one, else a golden's, of as few objects as do. Those are copied without what only debuggers read
 * (llvm-strip as in LLVM_STRIP, else llvm-strip-22). `tests/reference.test.ts` holds the list to be true.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Stopped } from '../core/verifier/env.ts';
import { loadObject } from '../core/elf/load.ts';
import { createEngine } from '../core/engine/index.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import {
  ABOUT_ITERATORS,
  happenings,
  messageForm,
  referenceEntries,
  SHOWN_FILE,
  walkSteps,
  writeShown,
} from '../core/reference/index.ts';
import type { MessageWords, Shown } from '../core/reference/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const OUT = 'reference';
const kernelBtf = new Uint8Array(readFileSync(join(root, 'core/kernel/btf', SHIPPED_KERNEL.asset)));
const kernel = linux618(shippedBtf(kernelBtf));
/** Longest that one verification may take, milliseconds. */
const PATIENCE = 60_000;
/** Most forms of a message that are kept. */
const MOST_FORMS = 6;

/** Where a program shows something. */
interface Candidate {
  readonly file: string;
  readonly program: string;
  readonly step: number;
  readonly accepted: boolean;
  readonly steps: number;
}

function* objects(folder: string): Generator<string> {
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) yield* objects(path);
    else if (name.endsWith('.bpf.o')) yield path;
  }
}

const candidates = new Map<string, Candidate[]>();
/** The kernel's messages, by kind. */
const said = new Map<string, string[]>();

function survey(file: string): void {
  const object = loadObject(new Uint8Array(readFileSync(join(root, file))), {
    file: basename(file),
    ...kernel.loading,
  });
  for (const program of object.programs) {
    const end = performance.now() + PATIENCE;
    try {
      const walk = walkSteps(program, object, kernel, () => performance.now() > end);
      if (walk === null) continue;
      const { rejection } = walk;
      const found = { file, program: program.name, accepted: rejection === null, steps: walk.pcs.length };
      for (const [id, step] of happenings(program, walk, kernel))
        candidates.set(id, [...(candidates.get(id) ?? []), { ...found, step }]);
      if (rejection === null) continue;
      said.set(rejection.kind, [...(said.get(rejection.kind) ?? []), rejection.message.trim()]);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      console.log(`left out, as it takes long: ${file} ${program.name}`);
    }
  }
}

const isGolden = (file: string): boolean => file.startsWith('tests/');

/** The better of two programs that show something: an accepted one, the samples' before the lessons' before the goldens', the shorter walk. */
function better(a: Candidate, b: Candidate): number {
  const rank = ({ file }: Candidate): number => (file.startsWith('samples/') ? 0 : file.startsWith('lessons/') ? 1 : 2);
  // A rejection at once shows little of how it comes about, and so does a long walk.
  const length = ({ steps }: Candidate): number => (steps < 4 ? 1000 : steps);
  return Number(b.accepted) - Number(a.accepted) || rank(a) - rank(b) || length(a) - length(b);
}

/** Objects of goldens, of which as few as possible, by their size, show all of what is needed. */
function chosen(needed: readonly string[]): ReadonlySet<string> {
  const good = new Map(
    needed.map((id) => {
      const all = candidates.get(id) ?? [];
      const accepted = all.filter((one) => one.accepted);
      return [id, new Set((accepted.length > 0 ? accepted : all).map(({ file }) => file))] as const;
    }),
  );
  const left = new Set([...good].filter(([, files]) => files.size > 0).map(([id]) => id));
  const files = new Set([...good.values()].flatMap((of) => [...of]));
  const picked = new Set<string>();
  while (left.size > 0) {
    let best = { file: '', worth: 0 };
    for (const file of files) {
      const gain = [...left].filter((id) => good.get(id)!.has(file)).length;
      const worth = gain / gzipSync(readFileSync(join(root, file))).length;
      if (worth > best.worth) best = { file, worth };
    }
    picked.add(best.file);
    for (const id of [...left]) if (good.get(id)!.has(best.file)) left.delete(id);
  }
  return picked;
}

/** The path under which an object ships. */
const shippedAs = (file: string): string => (isGolden(file) ? file.replace('tests/golden', OUT) : file);

function copy(file: string): void {
  const to = join(root, shippedAs(file));
  mkdirSync(dirname(to), { recursive: true });
  execFileSync(process.env['LLVM_STRIP'] ?? 'llvm-strip-22', ['--strip-debug', '-o', to, join(root, file)]);
  copyFileSync(join(root, file.replace(/o$/, 'c')), to.replace(/o$/, 'c'));
}

/** How the explanation of the program that shows a kind puts it. */
async function messagesOf(shown: ReadonlyMap<string, Shown>): Promise<Map<string, MessageWords>> {
  const names = new Set([...kernel.kfuncs.names, ...kernel.helpers.all.map(({ name }) => `bpf_${name}`)]);
  const engine = createEngine({ kernelBtf, files: filesIn(['samples', 'lessons', OUT]) });
  const messages = new Map<string, MessageWords>();
  for (const kind of Object.keys(ABOUT_ITERATORS)) {
    const where = shown.get(kind);
    if (where === undefined) continue;
    const { sessions } = await engine.openSample(where.file.replace(/^samples\//, ''), where.program);
    const why = (await engine.why(sessions[0]!.session))!;
    const counts = new Map<string, number>();
    for (const message of said.get(kind) ?? []) {
      const form = messageForm(message, names);
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
    const forms = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([form]) => form);
    messages.set(kind, { title: why.title, rule: why.words[1]!, todo: why.todo, forms: forms.slice(0, MOST_FORMS) });
  }
  return messages;
}

const filesIn = (folders: readonly string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(root, path).split(sep).join('/'), bytes: new Uint8Array(readFileSync(path)) };
      }),
  );

for (const folder of ['samples', 'lessons', 'tests/golden']) for (const file of objects(folder)) survey(file);
const wanted = [...referenceEntries(kernel, new Map()).map(({ id }) => id), ...Object.keys(ABOUT_ITERATORS)];
const own = (id: string): boolean => (candidates.get(id) ?? []).some(({ file }) => !isGolden(file));
const goldens = chosen(wanted.filter((id) => !own(id)));
rmSync(join(root, OUT), { recursive: true, force: true });
for (const file of goldens) copy(file);
const shown = new Map<string, Shown>();
for (const id of wanted) {
  const [best] = (candidates.get(id) ?? []).filter(({ file }) => !isGolden(file) || goldens.has(file)).sort(better);
  if (best !== undefined) shown.set(id, { file: shippedAs(best.file), program: best.program, step: best.step });
}
const messages = await messagesOf(shown);
writeFileSync(join(root, SHOWN_FILE), writeShown({ shown, messages }));
const missing = wanted.filter((id) => !shown.has(id));
console.log(
  `${shown.size} of ${wanted.length} entries have a program, ${goldens.size} objects of goldens ship for them`,
);
console.log(`without one: ${missing.join(' ')}`);
