import { basename, join } from 'node:path';
import { decodeUtf8, encodeUtf8 } from '../../core/base/utf8.ts';
import { assets, readInput } from '../../node/inputs.ts';
import { compile, findCompiler } from '../../node/compiler/compiler.ts';
import { headersOf } from '../../node/compiler/headers.ts';
import { UsageError } from '../../node/usage-error.ts';
import { readArguments } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED } from '../output.ts';
import { writeWhole } from '../write-whole.ts';

export const COMPILE_HELP = `iterscope compile FILE.c [--out FILE] [--compiler PATH] [--json]
  Compiles a C program to a BPF object with clang (14 or newer) or zig: --compiler, or what is on PATH. The headers vmlinux.h (the modelled
  kernel's types and functions) and iterscope.h (sections, maps, helpers, loops) are at hand; others are not.
iterscope compile --headers DIR
  Writes the two headers into a folder, for an editor or another build.

Exit status: 0 compiled, 1 not, 2 unusable input or no compiler.
`;

const OPTIONS = { out: 'string', compiler: 'string', headers: 'string', json: 'boolean' } as const;

/** `iterscope compile`. */
export async function compileCommand(args: readonly string[], { out, err }: Output): Promise<number> {
  const { values, files } = readArguments(args, OPTIONS);
  if (values.headers !== undefined) {
    for (const [name, text] of Object.entries(headersOf(assets())))
      await writeWhole(join(values.headers, name), (take) => take(encodeUtf8(text)));
    return ACCEPTED;
  }
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('compile takes one FILE.c');
  const source = decodeUtf8(readInput(file));
  const compiler = await findCompiler(values.compiler);
  if (typeof compiler === 'string') throw new UsageError(compiler);
  const { object, diagnostics, words, ms } = await compile(compiler, basename(file), source, headersOf(assets()));
  const target = values.out ?? file.replace(/\.c$/, '.o');
  if (object !== undefined) await writeWhole(target, (take) => take(object));
  if (values.json === true)
    out(
      `${JSON.stringify({ file: basename(file), compiler: compiler.name, ok: object !== undefined, object: object === undefined ? null : target, diagnostics, words, ms: Math.round(ms) })}\n`,
    );
  else {
    for (const { file: other, line, column, kind, text } of diagnostics)
      err(`${other === '' ? file : other}:${line}:${column}: ${kind}: ${text}\n`);
    if (words !== '') err(`${file}: ${words}\n`);
    if (object !== undefined) out(`${target}: ${object.length} bytes, ${compiler.name}, ${Math.round(ms)} ms\n`);
  }
  return object === undefined ? REJECTED : ACCEPTED;
}
