import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { createEngine } from '../../../core/engine/index.ts';
import { readArguments } from '../arguments.ts';
import { assets, readInput } from '../inputs.ts';
import { ACCEPTED } from '../output.ts';
import type { Output } from '../output.ts';

export const SHELL_HELP = `iterscope shell [FILE…]
The sandbox's terminal in your own. FILEs are put into the sandbox; \`help\` lists the commands, \`exit\` or Ctrl-D leaves.
Lines piped into it are run one after the other. What a command saves is written into the current folder.
`;

// Colours of the sandbox's text, for output that is no terminal.
// eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
const COLOURS = /\u001b\[[0-9;]*m/g;

/** `iterscope shell`: runs until its input ends. */
export async function shellCommand(args: readonly string[], { out, err }: Output): Promise<number> {
  const { files } = readArguments(args, {});
  const engine = createEngine(assets(), { now: () => performance.now() });
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const show = (text: string): void => {
    if (text !== '') out(`${terminal ? text : text.replace(COLOURS, '')}\n`);
  };
  let session = -1;
  let step = 0;
  if (files.length > 0) {
    const inputs = files.map((file) => ({ name: basename(file), bytes: readInput(file) }));
    const { sessions, errors } = await engine.open(inputs);
    for (const { file, program, session: number, summary } of sessions) {
      session = number;
      show(`${file} ${program}: ${summary}`);
    }
    for (const error of errors) err(`${error}\n`);
  }
  const lines = createInterface({
    input: process.stdin,
    ...(terminal ? { output: process.stdout } : {}),
    terminal,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      void engine.complete(line).then((hits) => done(null, [[...hits], line]));
    },
  });
  let prompt = (await engine.shell('', session, step)).prompt;
  const ask = (): void => {
    if (!terminal) return;
    lines.setPrompt(prompt);
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    if (/^\s*(exit|quit)\s*$/.test(line)) break;
    const result = await engine.shell(line, session, step);
    if (result.clear === true && terminal) out('\u001b[2J\u001b[H');
    show(result.output);
    session = result.session ?? session;
    step = result.step ?? step;
    prompt = result.prompt;
    if (result.download !== undefined) save(result.download.name, result.download.bytes, err);
    ask();
  }
  lines.close();
  return ACCEPTED;
}

/** Writes what a command made into the current folder; never over a file with other contents. */
function save(name: string, bytes: Uint8Array, say: (text: string) => void): void {
  const target = basename(name);
  if (existsSync(target) && (!statSync(target).isFile() || Buffer.compare(readFileSync(target), bytes) !== 0)) {
    say(`${target} exists already; nothing was written\n`);
    return;
  }
  writeFileSync(target, bytes);
  say(`wrote ${target}, ${bytes.length} bytes\n`);
}
