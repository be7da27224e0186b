import { createEngine, serveEngine, unpackAssets } from '../core/engine/index.ts';

// The engine of the web page, in a dedicated worker. Its assets are one file beside the page.

// Messages that arrive while the assets are on their way are kept: `serveEngine` has not listened yet.
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): number => early.push(event);
self.addEventListener('message', keep);

async function start(assets: string): Promise<void> {
  const answer = await fetch(assets);
  if (!answer.ok) throw new Error(`the engine's assets could not be read: ${answer.status} ${answer.statusText}`);
  const engine = createEngine(unpackAssets(new Uint8Array(await answer.arrayBuffer())));
  self.removeEventListener('message', keep);
  serveEngine(self, engine);
  for (const event of early) self.dispatchEvent(new MessageEvent('message', { data: event.data }));
}

// The page names the worker after the assets' address: relative to the page, which the worker cannot know.
start(self.name).catch((error: unknown) => {
  // An error here must reach the page as the worker's own, so it is thrown outside the promise.
  setTimeout(() => {
    throw error;
  });
});
