import { createEngine, serveEngine } from '../core/engine/index.ts';
import type { InputFile } from '../core/engine/protocol.ts';

// The engine of the web page, in a dedicated worker. Its files are fetched from the page's own folder; no other address is allowed by the policy.
const kernel = import.meta.glob<string>('../core/**/*.btf', { query: '?url', import: 'default', eager: true });
const shipped = import.meta.glob<string>(['../samples/**/*', '../lessons/**/*'], {
  query: '?url',
  import: 'default',
  eager: true,
});

async function read(url: string): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// Messages that arrive while the files are on their way are kept: `serveEngine` has not listened yet.
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): number => early.push(event);
self.addEventListener('message', keep);

async function start(): Promise<void> {
  const kernelUrl = Object.values(kernel)[0];
  const [kernelBtf, files] = await Promise.all([
    kernelUrl === undefined ? new Uint8Array() : read(kernelUrl),
    Promise.all(
      Object.entries(shipped).map(
        async ([path, url]): Promise<InputFile> => ({ name: path.replace(/^\.\.\//, ''), bytes: await read(url) }),
      ),
    ),
  ]);
  self.removeEventListener('message', keep);
  serveEngine(self, createEngine({ kernelBtf, files }));
  for (const event of early) self.dispatchEvent(new MessageEvent('message', { data: event.data }));
}
// An error here must reach the page as the worker's error.
start().catch((error: unknown) => {
  setTimeout(() => {
    throw error;
  });
});
