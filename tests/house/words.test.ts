import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../../renderer/words/en.ts';
import { textsOfComponent, textsOfModule } from './texts.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
function filesIn(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}
const SOURCES = filesIn('renderer').filter(
  (path) => /\.(svelte|ts)$/.test(path) && !/\.test\.ts$/.test(path) && !path.startsWith('renderer/words/'),
);

/** What looks like a text and is none: where, what, and why. */
const NO_TEXTS: readonly (readonly [file: string, text: string, reason: string])[] = [
  ['chrome/keys.ts', 'button, a, summary, input, [role=button], [role=tab], [role=option]', 'a selector'],
  ['editor/theme.ts', 'underline dotted var(--drained)', 'a style'],
  ['editor/program-editor.ts', 'attr(data-told)', 'a style'],
  ['exploration/FittingShape.svelte', 'left:', 'a style'],
  ['exploration/paint.ts', 'px', 'a font'],
  ['find/StateChooser.svelte', 'session', 'the value of an option'],
  ['find/StateChooser.svelte', 'mark', 'the value of an option'],
  ['laboratory/GeneratorFields.svelte', 'pre', 'a value of the model'],
  ['main.ts', 'index.html has no #app', 'a mistake of the build, seen by nobody else'],
  ['panes/Iterator.svelte', 'broken', 'a class'],
  ['panes/Iterator.svelte', 'lit', 'a class'],
  ['panes/SandboxGuide.svelte', 'open num_sum.bpf.o', 'a command'],
  ['panes/SandboxGuide.svelte', 'break 15', 'a command'],
  ['panes/SandboxGuide.svelte', 'run', 'a command'],
  ['panes/Stack.svelte', 'iter_', 'the beginning of a type'],
  ['seq-file/CallCounts.svelte', 'tid', 'a parameter of the link'],
  ['seq-file/CallCounts.svelte', 'pid', 'a parameter of the link'],
  ['why/Fixes.svelte', 'SEC("', 'C'],
];
const allowed = new Set(NO_TEXTS.map(([file, text]) => `renderer/${file}: ${text}`));

describe('texts of the window', () => {
  const found = SOURCES.flatMap((path) => {
    const texts = path.endsWith('.svelte') ? textsOfComponent(read(path)) : textsOfModule(read(path));
    return texts.map(({ line, text }) => ({ path, line, text }));
  });

  it('stand in renderer/words/ and nowhere else', () => {
    const outside = found.filter(({ path, text }) => !allowed.has(`${path}: ${text}`));
    expect(outside.map(({ path, line, text }) => `${path}:${line}: ${text}`)).toEqual([]);
  });

  it('are not excepted where they are no more', () => {
    const there = new Set(found.map(({ path, text }) => `${path}: ${text}`));
    expect([...allowed].filter((one) => !there.has(one))).toEqual([]);
  });

  it('are all said somewhere', () => {
    const sources = SOURCES.map(read);
    const unsaid = keysOf(en).filter(
      ([area, place, text]) =>
        !sources.some((source) => source.includes(`say.${area}.${place}`) && new RegExp(`\\b${text}\\b`).test(source)),
    );
    // CodeMirror asks for these by their English words.
    expect(unsaid.map((path) => path.join('.')).filter((path) => !path.startsWith('editor.search.'))).toEqual([]);
  });
});

/** Paths of the texts of a catalogue. */
function keysOf(catalogue: object, path: readonly string[] = []): string[][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value as object, [...path, key]) : [[...path, key]],
  );
}

/** Told to nobody who uses the app: names of processes, and what a log has. */
const NO_TEXTS_OF_THE_APP = new Set([
  'electron/main/engine-process.ts: Iterscope engine',
  'electron/main/kernel-process.ts: Iterscope kernel',
  'electron/utility/utility.ts: Iterscope engine',
  'electron/utility/kernel.ts: Iterscope kernel',
  'electron/main/compiler-process.ts: Iterscope compiler',
  'electron/utility/compiler.ts: Iterscope compiler',
  "electron/main/ipc.ts: : not from the app's window",
  'electron/main/main.ts: second start',
  'electron/main/settings.ts: settings are not kept:',
]);

describe('texts of the desktop app', () => {
  const sources = filesIn('electron').filter((path) => /(main|preload|utility)\/[^/]*(?<!\.test)\.ts$/.test(path));
  const found = sources.flatMap((path) => textsOfModule(read(path)).map(({ text }) => `${path}: ${text}`));

  it('stand in electron/words.ts', () => {
    expect(sources.length).toBeGreaterThan(8);
    expect(found.filter((one) => !NO_TEXTS_OF_THE_APP.has(one))).toEqual([]);
  });
  it('are not excepted where they are no more', () => {
    expect([...NO_TEXTS_OF_THE_APP].filter((one) => !found.includes(one))).toEqual([]);
  });
});

describe('the search for texts', () => {
  const component = (source: string): string[] => textsOfComponent(source).map(({ line, text }) => `${line}: ${text}`);
  const code = (source: string): string[] => textsOfModule(source).map(({ text }) => text);

  it.each([
    ['in markup', '<p>\n  Nothing is open.</p>', ['2: Nothing is open.']],
    ['on either side of a question', "<b>{open ? 'fold' : ''}</b>", ['1: fold']],
    ['beside a value', '<b>step {n}</b>', ['1: step']],
    ['in a title', '<button title="Close">✕</button>', ['1: Close']],
    ['in a part of a label', '<i aria-label="Close {name}"></i>', ['1: Close']],
    ['given to a component', '<Pane head="Stack" />', ['1: Stack']],
    ['of a style', "<b></b><style>b::after { content: 'Drop it'; }</style>", ['1: Drop it']],
    ['not in classes, paths and ids', '<svg class="dim mono" id="a b" viewBox="0 0 a b" aria-hidden="true"></svg>', []],
    ['not signs', '<b>✓ → …</b>', []],
  ])('finds them %s', (_name, source, texts) => expect(component(source)).toEqual(texts));

  it.each([
    ['a sentence', "tell('Nothing is open');", ['Nothing is open']],
    ['a title of one word', "const tab = { id: 'log', title: 'Log' };", ['Log']],
    ['a word beside a value', 'tell(`${n} paths`);', ['paths']],
    ['no kinds that are compared', "if (kind === 'taken back') go('fork');", []],
    ['no types', "type A = 'taken back' | 'not asked';", []],
    ['no comments', '// Nothing is open.\nconst a = 1;', []],
  ])('finds in code %s', (_name, source, texts) => expect(code(source)).toEqual(texts));
});
