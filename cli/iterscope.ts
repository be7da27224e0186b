#!/usr/bin/env node
import { isMainThread, Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { unforeseen } from '../node/last-handler.ts';
import { main, worksLong } from './main.ts';
import { FAULT, INTERRUPTED, processOutput } from './output.ts';

// The work is done in a thread of its own, so that this one hears Ctrl-C at any moment and outlives whatever happens there: a verification that
// takes long, memory that runs out.

/** Memory that the work may use, MB. */
const MEMORY = 4096;

function give(error: unknown): void {
  processOutput.err(`${unforeseen(error, 'iterscope')}\n`);
  process.exitCode = FAULT;
}

function supervise(args: readonly string[]): void {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    argv: [...args],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY, stackSizeMb: 8 },
  });
  process.on('SIGINT', () => {
    processOutput.err('interrupted\n');
    process.exit(INTERRUPTED);
  });
  let failed = false;
  worker.on('error', (error: NodeJS.ErrnoException) => {
    failed = true;
    if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return give(error);
    processOutput.err(`iterscope: more memory is needed than the ${MEMORY / 1024} GB that one command may use\n`);
    process.exitCode = FAULT;
  });
  worker.on('exit', (status) => {
    if (!failed) process.exitCode = status;
  });
}

const args = process.argv.slice(2);
process.on('uncaughtException', (error) => {
  give(error);
  process.exit(FAULT);
});
if (isMainThread && worksLong(args)) supervise(args);
else process.exitCode = await main(args);
