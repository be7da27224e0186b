import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '../../core/base/errors.ts';
import { printable } from '../../core/base/printable.ts';
import { decodeUtf8 } from '../../core/base/utf8.ts';
import { Cancelled, createEngine } from '../../core/engine/index.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import { readArguments } from '../arguments.ts';
import { assets, readInput } from '../../node/inputs.ts';
import { ACCEPTED, INTERRUPTED, OutputError, REJECTED, UNUSABLE } from '../output.ts';
import type { Output } from '../output.ts';

export const SHELL_HELP = `iterscope shell [FILE…] [--model FILE.json] [--world FILE.json]
The sandbox's terminal in your own. FILEs are put into the sandbox; \`help\` lists the commands, \`exit\` or Ctrl-D leaves.
Lines piped into it are run one after the other. What a command saves is written into the current folder.
--model FILE.json works with another kernel than Linux 6.18: iterators of one's own, limits, rules that are switched off (see iterscope iterator --help).
--world FILE.json reads iterator programs in a world of one's own (see iterscope world --help).
Ctrl-C ends the command that runs. NO_COLOR in the environment turns colours off.

Exit status: 0, 1 when a command failed, 2 when a file could not be opened, 130 when piped commands were interrupted.
`;

// Colours of the sandbox's text, for output that is no terminal.
// eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Hands a file's text on; errors name the file. @throws InputError */
async function of<T>(file: string, use: (text: string) => Promise<T>): Promise<T> {
  try {
    return await use(decodeUtf8(readInput(file)));
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

/** `iterscope shell`: runs until its input ends. The status is the worst that happened: 1 a command failed, 2 a file could not be opened. */
export async function shellCommand(args: readonly string[], { err, bytes }: Output): Promise<number> {
  const { files, values } = readArguments(args, { model: 'string', world: 'string' });
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const colours = terminal && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  // The engine's text is printable but for its own colours.
  const show = (text: string): void => {
    if (text !== '')
      bytes(Buffer.from(`${colours ? text : text.replace(COLOURS, '')}${text.endsWith('\n') ? '' : '\n'}`));
  };
  let status = ACCEPTED;
  const inputs: InputFile[] = [];
  for (const file of files) {
    try {
      inputs.push({ name: basename(file), bytes: readInput(file) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      err(`${error.message}\n`);
      status = UNUSABLE;
    }
  }
  const engine = createEngine(assets(), {
    now: () => performance.now(),
  });
  const { model, world } = values;
  if (model !== undefined) show((await of(model, (text) => engine.useModel(text))).notice);
  if (world !== undefined) await of(world, (text) => engine.useWorld(text));
  let session = -1;
  let step = 0;
  if (inputs.length > 0) {
    const { sessions, errors } = await engine.open(inputs);
    for (const { file, program, session: number, summary } of sessions) {
      session = number;
      show(printable(`${file} ${program}: ${summary}`));
    }
    for (const error of errors) err(`${error}\n`);
    if (errors.length > 0) status = UNUSABLE;
  }
  const lines = createInterface({
    input: process.stdin,
    ...(terminal ? { output: process.stdout } : {}),
    terminal,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      void engine.complete(line).then((hits) => done(null, [[...hits], line]));
    },
  });
  // Ctrl-C ends the command that runs; without one it ends the line, as in other shells.
  let running: AbortController | null = null;
  const interrupt = (): void => {
    if (running !== null) running.abort();
    else if (terminal) {
      bytes(Buffer.from('^C\n'));
      lines.write(null, { ctrl: true, name: 'u' });
      ask();
    } else {
      err('interrupted\n');
      process.exit(INTERRUPTED);
    }
  };
  lines.on('SIGINT', interrupt);
  process.on('SIGINT', interrupt);
  let { prompt } = await engine.shell('', session, step);
  const ask = (): void => {
    if (!terminal) return;
    lines.setPrompt(colours ? prompt : prompt.replace(COLOURS, ''));
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    if (/^\s*(exit|quit)\s*$/.test(line)) break;
    running = new AbortController();
    try {
      const result = await engine.shell(line, session, step, {
        signal: running.signal,
        progress: ({ output }) => show(output ?? ''),
      });
      if (result.clear === true && colours) bytes(Buffer.from('\u001b[2J\u001b[H'));
      show(result.output);
      if (result.failed === true) status = Math.max(status, REJECTED);
      session = result.session ?? session;
      step = result.step ?? step;
      prompt = result.prompt;
      if (result.download !== undefined && !save(result.download.name, result.download.bytes, err))
        status = Math.max(status, REJECTED);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      err('interrupted\n');
      status = Math.max(status, REJECTED);
      if (!terminal) {
        lines.close();
        return INTERRUPTED;
      }
    } finally {
      running = null;
    }
    ask();
  }
  lines.close();
  process.off('SIGINT', interrupt);
  return status;
}

/** Writes what a command made into the current folder; never over a file with other contents. False when nothing was written. */
function save(name: string, bytes: Uint8Array, say: (text: string) => void): boolean {
  const target = basename(name);
  if (existsSync(target) && (!statSync(target).isFile() || Buffer.compare(readFileSync(target), bytes) !== 0)) {
    say(`${target} exists already; nothing was written\n`);
    return false;
  }
  try {
    writeFileSync(target, bytes);
  } catch (error) {
    say(`${new OutputError(target, (error as NodeJS.ErrnoException).code ?? '').message}\n`);
    return false;
  }
  say(`wrote ${target}, ${bytes.length} bytes\n`);
  return true;
}
