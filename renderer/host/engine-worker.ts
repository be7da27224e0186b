import { createEngine, serveEngine, unpackAssets } from '../../core/engine/index.ts';

// The engine of the web page, in a dedicated worker. Its pack of assets lies beside the page: one folder above this script in the build.
async function fetchPack(): Promise<Uint8Array> {
  const url = new URL('../engine.zip', self.location.href);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// Messages that arrive while the files are on their way are kept: `serveEngine` has not listened yet.
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): number => early.push(event);
self.addEventListener('message', keep);

async function start(): Promise<void> {
  const engine = createEngine(unpackAssets(await fetchPack()));
  self.removeEventListener('message', keep);
  serveEngine(self, engine);
  for (const event of early) self.dispatchEvent(new MessageEvent('message', { data: event.data }));
}
// An error here must reach the page as the worker's error.
start().catch((error: unknown) => {
  setTimeout(() => {
    throw error;
  });
});
