import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, serveEngine, unpackAssets } from '../../core/engine/index.ts';
import type { PortLike } from '../../core/engine/index.ts';

// The engine's process: hostile input is parsed here and nowhere else, so that a crash or hang costs nothing but
// this process.

const parent = process.parentPort;
const engine = createEngine(unpackAssets(readFileSync(join(__dirname, '../renderer/engine.zip'))));

parent.on('message', (event) => {
  const port = event.ports[0];
  if (port !== undefined) serveEngine(port as unknown as PortLike, engine);
  else parent.postMessage('alive');
});
