import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, text } from '../../core/base/validate.ts';
import { MAX_C } from '../../core/engine/compiled.ts';
import { unpackAssets } from '../../core/engine/index.ts';
import { compile, findCompiler } from '../../node/compiler/compiler.ts';
import type { Compiler, Headers } from '../../node/compiler/compiler.ts';
import { headersOf } from '../../node/compiler/headers.ts';
import { onUnhandled, unforeseen } from '../../node/last-handler.ts';

// The process that looks for a compiler and runs it: {id, find: PATH} or {id, name, text}, each answered with its id. The kernel's types are written
// as C once, and kept here.

const last = (error: unknown): void => {
  console.error(unforeseen(error, 'Iterscope compiler'));
  process.exit(3);
};
process.on('uncaughtException', last);
onUnhandled(last);

const checkSource = record<{ name: string; text: string }>({ name: text(255), text: text(MAX_C) });
/** A compiler beside the app: packages may bring one (`npm run bundle:compiler`). */
const BESIDE = ['compiler/zig', 'compiler/zig.exe'].map((path) => join(process.resourcesPath ?? __dirname, path));

let compiler: Compiler | string = '';
let headers: Headers | null = null;
const parent = process.parentPort;

async function answer(message: Readonly<Record<string, unknown>>): Promise<unknown> {
  if (typeof message['find'] === 'string') {
    compiler = await findCompiler(message['find'], BESIDE);
    return typeof compiler === 'string' ? { name: '', problem: compiler } : { name: compiler.name, problem: '' };
  }
  const source = checkSource(message, 'source');
  if (typeof compiler === 'string') return { diagnostics: [], words: compiler, ms: 0 };
  headers ??= headersOf(unpackAssets(readFileSync(join(__dirname, '../renderer/engine.zip'))));
  return compile(compiler, source.name, source.text, headers);
}

parent.on('message', (event) => {
  const message = event.data as Readonly<Record<string, unknown>>;
  void answer(message).then((value) => parent.postMessage({ id: message['id'], value }));
});
