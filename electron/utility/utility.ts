import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, serveEngine, unpackAssets } from '../../core/engine/index.ts';
import { onUnhandled, unforeseen } from '../../node/last-handler.ts';
import type { PortLike } from '../../core/engine/index.ts';

// The engine's process: hostile input is parsed here and nowhere else, so that a crash or hang costs nothing but
// this process.

// What nobody foresaw ends this process with one line and a report; the main process starts it anew.
const last = (error: unknown): void => {
  console.error(unforeseen(error, 'Iterscope engine'));
  process.exit(3);
};
process.on('uncaughtException', last);
onUnhandled(last);

const parent = process.parentPort;
const engine = createEngine(unpackAssets(readFileSync(join(__dirname, '../renderer/engine.zip'))));

parent.on('message', (event) => {
  const port = event.ports[0];
  if (port !== undefined) serveEngine(port as unknown as PortLike, engine);
  else parent.postMessage('alive');
});
