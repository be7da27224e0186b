import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync } from 'fflate';
import type { Plugin } from 'vite';

/** Where things come from in the repository, and under which names they enter the pack. */
const KERNEL_BTF = 'core/kernel/btf/linux-6.18.bin';
const FOLDERS = ['samples', 'lessons', 'reference', 'include'];

/** A fixed time for every entry, so that the same inputs give the same bytes. */
const EPOCH = new Date('1980-01-02T00:00:00Z');

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** The engine's assets as one zip: `kernel.btf`, `samples/**`, `lessons/**`, `reference/**`. Read back by `unpackAssets`. */
export function packEngineAssets(root: string): Uint8Array {
  const files: Record<string, Uint8Array> = { 'kernel.btf': readFileSync(join(root, KERNEL_BTF)) };
  for (const folder of FOLDERS)
    for (const path of walk(join(root, folder))) {
      // TypeScript beside the content (its tests) is not content.
      if (path.endsWith('.ts')) continue;
      files[relative(root, path).split(sep).join('/')] = readFileSync(path);
    }
  return zipSync(files, { level: 6, mtime: EPOCH });
}

const NOTHING_TO_OPEN = JSON.stringify({ files: [] });

/**
 * Puts `engine.zip` beside the page, and an `__open.json` that names no files; `npm start -- FILE…` serves another in
 * its place. Serves both in development, too.
 */
export function engineAssets(root: string): Plugin {
  return {
    name: 'iterscope:engine-assets',
    generateBundle() {
      if (this.environment.name !== 'client') return;
      this.emitFile({ type: 'asset', fileName: 'engine.zip', source: packEngineAssets(root) });
      this.emitFile({ type: 'asset', fileName: '__open.json', source: NOTHING_TO_OPEN });
    },
    configureServer(server) {
      for (const folder of FOLDERS)
        if (statSync(join(root, folder)).isDirectory()) server.watcher.add(join(root, folder));
      server.middlewares.use('/engine.zip', (_request, response) => {
        response.setHeader('content-type', 'application/zip');
        response.end(packEngineAssets(root));
      });
      server.middlewares.use('/__open.json', (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(NOTHING_TO_OPEN);
      });
    },
  };
}
